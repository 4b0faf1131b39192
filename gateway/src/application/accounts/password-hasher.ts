/** On whose account a hash counts: an account, by its session or known device, or a stranger's IP address. */
export type HashRequester = { readonly account: string } | { readonly address: string };

/** Result of verifying a password. `outdated`: right, but hashed with other parameters than today's. */
export type PasswordVerdict = 'wrong' | 'right' | 'outdated';

/** Hashes passwords, slow by design. Rejects with AccountError BUSY when too much work waits. */
export abstract class PasswordHasher {
  /** Checks whether a hash would be accepted now. @throws AccountError BUSY when it would be rejected. */
  abstract requireCapacity(requester: HashRequester): void;

  /** Returns the hash as a PHC string. */
  abstract hash(password: string, requester: HashRequester): Promise<string>;

  /** @param hash Undefined for a missing account: the password is wrong after the same work. */
  abstract verify(password: string, hash: string | undefined, requester: HashRequester): Promise<PasswordVerdict>;
}
