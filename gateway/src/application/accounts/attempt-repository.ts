import type { FailureCounter } from '../../domain/failure-counter.js';

/** Where failures are counted, shared by instances and kept over restarts. Errors: as AccountRepository. */
export abstract class AttemptRepository {
  /** The counters that exist of these. */
  abstract findMany(keys: readonly string[]): Promise<ReadonlyMap<string, FailureCounter>>;

  /**
   * Replaces a counter in one atomic step.
   *
   * @param change Makes the new counter from the stored one; undefined removes it, the same object leaves it unchanged.
   * May run several times: it must be pure.
   * @returns The counter that is stored afterwards.
   */
  abstract update(
    key: string,
    change: (current: FailureCounter | undefined) => FailureCounter | undefined,
  ): Promise<FailureCounter | undefined>;

  /** Removes counters that have expired, some at a time; returns how many, 0 = none left. */
  abstract removeExpired(now: Date): Promise<number>;

  /**
   * The secret by which names and addresses are hashed before they are counted: the stored one, or, the first time, this
   * candidate, which is stored.
   */
  abstract keySecret(candidate: string): Promise<string>;
}
