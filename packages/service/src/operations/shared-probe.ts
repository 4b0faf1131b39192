/** How long what is asked may take to answer, in milliseconds. */
export const ANSWER_LIMIT_MS = 1_000;

/**
 * A limit that fires this late means that the event loop of this process was blocked, not what is asked: its answer may
 * be here already and is read within the time that follows. In milliseconds.
 */
const LATE_MS = 100;
const READING_MS = 250;

/** How long one answer serves everybody who asks, in milliseconds. */
const SHARED_FOR_MS = 1_000;

/** Time as a probe needs it. */
export interface ProbeClock {
  /** The time in milliseconds, by a clock that never goes back. */
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

/** What became of a round trip: `undefined` when all is well, else what it failed with. */
type Outcome = { readonly failure: unknown } | undefined;

const SILENT: Outcome = { failure: new Error(`No answer within ${String(ANSWER_LIMIT_MS)} ms`) };

/**
 * Asks something that a service depends on whether it works, for any number of callers: one round trip a second, within a
 * limit of time, and while it never answers there is one round trip pending, not one per caller.
 */
export class SharedProbe {
  readonly #probe: () => Promise<void>;
  readonly #clock: ProbeClock;
  /** A round trip that has not ended; also one that was given up. */
  #pending: Promise<Outcome> | undefined;
  #question: Promise<Outcome> | undefined;
  #last: { readonly outcome: Outcome; readonly atMs: number } | undefined;

  /** @param probe Resolves once a real round trip was answered; rejects when it can't. */
  constructor(probe: () => Promise<void>, clock = PROCESS_CLOCK) {
    this.#probe = probe;
    this.#clock = clock;
  }

  /**
   * Resolves when the last round trip, at most a second old, went well.
   *
   * @throws what it failed with, within `ANSWER_LIMIT_MS` unless the event loop is blocked.
   */
  async roundTrip(): Promise<void> {
    const outcome = await this.#ask();
    if (outcome !== undefined) throw outcome.failure;
  }

  async #ask(): Promise<Outcome> {
    if (this.#last && this.#clock.nowMs() - this.#last.atMs < SHARED_FOR_MS) return this.#last.outcome;
    this.#question ??= this.#askAnew();
    return this.#question;
  }

  async #askAnew(): Promise<Outcome> {
    const limit = this.#startLimit();
    // An earlier caller gave up on that one. Its success would come too late to mean anything; its failure says why.
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
