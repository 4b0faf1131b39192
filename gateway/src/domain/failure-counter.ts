/** Failures of one kind, from one source. */
export interface FailureCounter {
  readonly count: number;
  /** Of a back-off: when the last attempt was. Of a window: when it began. */
  readonly since: Date;
  /** From when on it counts no more. */
  readonly expiresOn: Date;
}

/** How failures of one kind slow down further attempts. Pure: stores keep the counters. */
export interface FailureRule {
  /** How long the next attempt has to wait, in milliseconds; 0: it may be made. */
  waitMs(counter: FailureCounter | undefined, now: Date): number;
  /** The counter once another attempt is made, which counts as a failure until the opposite is known. */
  counted(counter: FailureCounter | undefined, now: Date): FailureCounter;
}

/** The counter without one attempt, which was no failure; undefined when nothing is left of it. */
export function uncounted(counter: FailureCounter | undefined): FailureCounter | undefined {
  return counter === undefined || counter.count <= 1 ? undefined : { ...counter, count: counter.count - 1 };
}

/** Waits that double with each failure. */
export class BackOff implements FailureRule {
  readonly #freeFailures: number;
  readonly #firstWaitMs: number;
  readonly #maxWaitMs: number;
  readonly #memoryMs: number;

  /**
   * @param freeFailures Failures without any wait.
   * @param memoryMs How long failures count after the last one.
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

/** A number of failures within a window of time. */
export class FailureWindow implements FailureRule {
  readonly #maxFailures: number;
  readonly #windowMs: number;

  constructor({ maxFailures, windowMs }: { maxFailures: number; windowMs: number }) {
    this.#maxFailures = maxFailures;
    this.#windowMs = windowMs;
  }

  waitMs(counter: FailureCounter | undefined, now: Date): number {
    const current = unexpired(counter, now);
    return !current || current.count < this.#maxFailures ? 0 : current.expiresOn.getTime() - now.getTime();
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
