/** A client that is not a known device or session of the account. */
export interface Stranger {
  /** IP address of the client. */
  readonly address: string;
}

/** For whom a hash is made: people who are known to the account go first, strangers share what is left by network. */
export type HashRequester = 'known' | Stranger;

/** Result of verifying a password. `outdated`: right, but hashed by other parameters than today's. */
export type PasswordVerdict = 'wrong' | 'right' | 'outdated';

/** Hashes passwords, slowly on purpose. Rejects with AccountError BUSY when too much work waits. */
export abstract class PasswordHasher {
  /** Whether a hash would be started or wait now. @throws AccountError BUSY when it would be rejected. */
  abstract requireCapacity(requester: HashRequester): void;

  /** The hash as a PHC string. */
  abstract hash(password: string, requester: HashRequester): Promise<string>;

  /** @param hash Undefined: there is no such account; takes as much work as if there were, and is wrong. */
  abstract verify(password: string, hash: string | undefined, requester: HashRequester): Promise<PasswordVerdict>;
}
