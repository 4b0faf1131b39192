/** Failures of one kind, from one source. */
export interface FailureCounter {
  readonly count: number;
  /** Of a back-off: time of the last attempt. Of a tally: start of its window. */
  readonly since: Date;
  /** Time from which it no longer counts. */
  readonly expiresOn: Date;
}

/** Delays attempts depending on earlier failures. Pure: stores keep the counters. */
export interface FailureRule {
  /** Returns the delay of the next attempt, in milliseconds; 0: none. */
  waitMs(counter: FailureCounter | undefined, now: Date): number;
  /** Returns the counter after another attempt, which counts as a failure until it succeeds. */
  counted(counter: FailureCounter | undefined, now: Date): FailureCounter;
}

/** Returns the counter without one attempt, which was no failure; undefined when it is zero. */
export function uncounted(counter: FailureCounter | undefined): FailureCounter | undefined {
  return counter === undefined || counter.count <= 1 ? undefined : { ...counter, count: counter.count - 1 };
}

/** A delay that doubles with each failure. */
export class BackOff implements FailureRule {
  readonly #freeFailures: number;
  readonly #firstWaitMs: number;
  readonly #maxWaitMs: number;
  readonly #memoryMs: number;

  /**
   * @param freeFailures Number of failures without delay.
   * @param memoryMs Time until failures expire after the last one.
   */
  constructor(limits: { freeFailures: number; firstWaitMs: number; maxWaitMs: number; memoryMs: number }) {
    this.#freeFailures = limits.freeFailures;
    this.#firstWaitMs = limits.firstWaitMs;
    this.#maxWaitMs = limits.maxWaitMs;
    this.#memoryMs = limits.memoryMs;
  }

  waitMs(counter: FailureCounter | undefined, now: Date): number {
    const current = unexpired(counter, now);
    if (!current || current.count <= this.#freeFailures) return 0;
    const waitMs = Math.min(this.#firstWaitMs * 2 ** (current.count - this.#freeFailures - 1), this.#maxWaitMs);
    return Math.max(0, current.since.getTime() + waitMs - now.getTime());
  }

  counted(counter: FailureCounter | undefined, now: Date): FailureCounter {
    const count = (unexpired(counter, now)?.count ?? 0) + 1;
    return { count, since: now, expiresOn: new Date(now.getTime() + this.#memoryMs) };
  }
}

/** Counts failures within a time window. Never delays an attempt. */
export class FailureTally implements FailureRule {
  readonly #maxFailures: number;
  readonly #windowMs: number;

  constructor({ maxFailures, windowMs }: { maxFailures: number; windowMs: number }) {
    this.#maxFailures = maxFailures;
    this.#windowMs = windowMs;
  }

  isExceeded(counter: FailureCounter | undefined, now: Date): boolean {
    return (unexpired(counter, now)?.count ?? 0) >= this.#maxFailures;
  }

  waitMs(): number {
    return 0;
  }

  counted(counter: FailureCounter | undefined, now: Date): FailureCounter {
    const current = unexpired(counter, now);
    if (current) return { ...current, count: current.count + 1 };
    return { count: 1, since: now, expiresOn: new Date(now.getTime() + this.#windowMs) };
  }
}

function unexpired(counter: FailureCounter | undefined, now: Date): FailureCounter | undefined {
  return counter && counter.expiresOn > now ? counter : undefined;
}
