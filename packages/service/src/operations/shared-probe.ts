import type { ProbeAnswer } from './operations-options.js';

/** Time limit for an answer, in milliseconds. */
export const ANSWER_LIMIT_MS = 1_000;

/**
 * A timer that fires late by this much means that the event loop was blocked, not the dependency: its answer may have
 * arrived and is read within this time. In milliseconds.
 */
const LATE_MS = 100;
const READING_MS = 250;

/** Time for which an answer is shared by all callers, in milliseconds. */
const SHARED_FOR_MS = 1_000;

/** Clock of a probe. */
export interface ProbeClock {
  /** The time in milliseconds, by a monotonic clock. */
  nowMs(): number;
  /** Calls `onElapsed` once after `milliseconds`, unless the returned function is called before. */
  startTimer(milliseconds: number, onElapsed: () => void): () => void;
}

const PROCESS_CLOCK: ProbeClock = {
  nowMs: () => performance.now(),
  startTimer: (milliseconds, onElapsed) => {
    const timer = setTimeout(onElapsed, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Result of a round trip: `undefined` for success, otherwise the error. */
type Outcome = { readonly failure: unknown } | undefined;

const SILENT: Outcome = { failure: new Error(`No answer within ${String(ANSWER_LIMIT_MS)} ms`) };

/**
 * Checks a dependency for any number of callers: one round trip a second, with a time limit. While it never answers, a
 * single round trip is pending, not one per caller.
 */
export class SharedProbe {
  readonly #probe: () => Promise<void>;
  readonly #clock: ProbeClock;
  /** A pending round trip, possibly timed out. */
  #pending: Promise<Outcome> | undefined;
  #question: Promise<Outcome> | undefined;
  #last: { readonly outcome: Outcome; readonly atMs: number } | undefined;

  /** @param probe Resolves once a real round trip succeeded; rejects when it fails. */
  constructor(probe: () => Promise<void>, clock = PROCESS_CLOCK) {
    this.#probe = probe;
    this.#clock = clock;
  }

  /**
   * Resolves when the last round trip, at most a second old, succeeded.
   *
   * @throws its error, within `ANSWER_LIMIT_MS` unless the event loop is blocked.
   */
  async roundTrip(): Promise<void> {
    const outcome = await this.#ask();
    if (outcome !== undefined) throw outcome.failure;
  }

  /** The result as the answer of a probe. @param message Reason in words, when it fails. */
  async answer(message: string): Promise<ProbeAnswer> {
    const outcome = await this.#ask();
    return outcome === undefined ? { ok: true, message: 'OK' } : { ok: false, message, cause: outcome.failure };
  }

  /** The result as the value of a metric. */
  async isUp(): Promise<0 | 1> {
    return (await this.#ask()) === undefined ? 1 : 0;
  }

  async #ask(): Promise<Outcome> {
    if (this.#last && this.#clock.nowMs() - this.#last.atMs < SHARED_FOR_MS) return this.#last.outcome;
    this.#question ??= this.#askAnew();
    return this.#question;
  }

  async #askAnew(): Promise<Outcome> {
    const limit = this.#startLimit();
    // An earlier caller timed out on that one. A late success would be outdated; a failure has the cause.
    let outcome = this.#pending && (await Promise.race([this.#pending, limit.reached]));
    outcome ??= await Promise.race([this.#start(), limit.reached]);
    limit.stop();
    this.#last = { outcome, atMs: this.#clock.nowMs() };
    this.#question = undefined;
    return outcome;
  }

  #start(): Promise<Outcome> {
    this.#pending = Promise.resolve()
      .then(() => this.#probe())
      .then(
        () => undefined,
        (failure: unknown) => ({ failure }),
      )
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }

  #startLimit(): { readonly reached: Promise<Outcome>; readonly stop: () => void } {
    let stop = (): void => undefined;
    const reached = new Promise<Outcome>((resolve) => {
      const giveUp = (): void => {
        resolve(SILENT);
      };
      const lateFromMs = this.#clock.nowMs() + ANSWER_LIMIT_MS + LATE_MS;
      stop = this.#clock.startTimer(ANSWER_LIMIT_MS, () => {
        if (this.#clock.nowMs() < lateFromMs) giveUp();
        else stop = this.#clock.startTimer(READING_MS, giveUp);
      });
    });
    return {
      reached,
      stop: () => {
        stop();
      },
    };
  }
}
