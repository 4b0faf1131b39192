/** Who waits for a hash: people who are known to the account go first. */
export type HashPriority = 'known' | 'stranger';

/** Result of verifying a password. `outdated`: right, but hashed by other parameters than today's. */
export type PasswordVerdict = 'wrong' | 'right' | 'outdated';

/** Hashes passwords, slowly on purpose. Rejects with AccountError BUSY when too much work waits. */
export abstract class PasswordHasher {
  /** The hash as a PHC string. */
  abstract hash(password: string, priority: HashPriority): Promise<string>;

  /** @param hash Undefined: there is no such account; takes as much work as if there were, and is wrong. */
  abstract verify(password: string, hash: string | undefined, priority: HashPriority): Promise<PasswordVerdict>;
}
