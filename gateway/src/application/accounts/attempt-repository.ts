import type { FailureCounter } from '../../domain/failure-counter.js';

/** Stores failure counters, shared by instances and persistent. Errors: as AccountRepository. */
export abstract class AttemptRepository {
  /** Returns the existing counters with these keys. */
  abstract findMany(keys: readonly string[]): Promise<ReadonlyMap<string, FailureCounter>>;

  /**
   * Replaces a counter in one atomic step.
   *
   * @param change Returns the new counter for the stored one; undefined removes it, the same object leaves it unchanged.
   * May be called several times: it must be pure.
   * @returns The stored counter afterwards.
   */
  abstract update(
    key: string,
    change: (current: FailureCounter | undefined) => FailureCounter | undefined,
  ): Promise<FailureCounter | undefined>;

  /** Removes some expired counters; returns how many, 0 = none left. */
  abstract removeExpired(now: Date): Promise<number>;

  /**
   * The secret for hashing names and addresses before they are counted: the stored one, or, the first time, this
   * candidate, which is then stored.
   */
  abstract keySecret(candidate: string): Promise<string>;
}
