import { performance } from 'node:perf_hooks';

/** Time over which a queue is observed, as in CoDel: a shorter one is a burst. */
const WINDOW_MS = 200;
/** Minimum number of iterations in a window: a single long iteration is no queue. */
const WINDOW_ITERATIONS = 4;
/** Part of the window that the event loop must be busy to count as saturated. */
const SATURATED = 0.9;

/** Average duration of an iteration below which there is no overload, however many calls are in it. */
const LONG_ITERATION_MS = 10;

/** Time per iteration for which calls are admitted under overload, measured or estimated from earlier calls. */
const ITERATION_BUDGET_MS = 4;

/** The clock of an event loop. */
export interface LoopClock {
  /** The time, in ms. */
  now(): number;
  /** Total time that the event loop has been busy, in ms. */
  busyMs(): number;
  /** Calls back after the current event-loop iteration. */
  afterIteration(callback: () => void): void;
}

const PROCESS_CLOCK: LoopClock = {
  now: () => performance.now(),
  busyMs: () => performance.eventLoopUtilization().active,
  afterIteration: (callback) => {
    setImmediate(callback);
  },
};

/**
 * Detects that the process cannot keep up. Calls wait in the sockets until the one thread reads them, so their queue is the
 * event-loop iteration. When iterations follow each other without a pause and are full of calls, the calls read late in an
 * iteration are rejected. That bounds the work of an iteration, and admitted calls are answered soon. The overload ends
 * when the loop has idle time again, or when a window had nothing to reject.
 */
export class OverloadDetector {
  #isOverloaded = false;
  #iterationStartedAtMs = 0;
  #lastIterationEndedAtMs = 0;
  #iterations = 0;
  #calls = 0;
  #rejected = 0;
  #admittedInIteration = 0;
  /** Average duration of a call when the overload began. */
  #callMs = 0;
  #windowStartedAtMs = 0;
  #windowBusyMs = 0;
  readonly #maxCallsPerIteration: number;
  readonly #clock: LoopClock;

  /** @param maxCallsPerIteration average number of calls per event-loop iteration above which iterations count as full. */
  constructor(maxCallsPerIteration: number, clock: LoopClock = PROCESS_CLOCK) {
    this.#maxCallsPerIteration = maxCallsPerIteration;
    this.#clock = clock;
  }

  /** Counts a call. Returns whether it must be rejected. */
  isTooMany(nowMs: number): boolean {
    if (this.#iterationStartedAtMs === 0) this.#startIteration(nowMs);
    this.#calls++;
    if (!this.#isOverloaded) return false;
    // All calls of a chunk are read before the first handler runs: by the measured time alone, all would be admitted.
    const takenMs = Math.max(nowMs - this.#iterationStartedAtMs, this.#admittedInIteration * this.#callMs);
    if (takenMs < ITERATION_BUDGET_MS) {
      this.#admittedInIteration++;
      return false;
    }
    this.#rejected++;
    return true;
  }

  #startIteration(nowMs: number): void {
    this.#iterationStartedAtMs = nowMs;
    this.#admittedInIteration = 0;
    // Figures from before a pause are outdated.
    if (nowMs - this.#lastIterationEndedAtMs > WINDOW_MS) this.#startWindow(nowMs, false);
    this.#clock.afterIteration(this.#endIteration);
  }

  readonly #endIteration = (): void => {
    const nowMs = this.#clock.now();
    this.#iterationStartedAtMs = 0;
    this.#lastIterationEndedAtMs = nowMs;
    this.#iterations++;
    if (this.#iterations < WINDOW_ITERATIONS || nowMs - this.#windowStartedAtMs < WINDOW_MS) return;
    const busyMs = this.#clock.busyMs() - this.#windowBusyMs;
    const isSaturated = busyMs > SATURATED * (nowMs - this.#windowStartedAtMs);
    const isFull = this.#isOverloaded ? this.#rejected > 0 : this.#areIterationsFull(nowMs);
    if (!this.#isOverloaded) this.#callMs = busyMs / this.#calls;
    this.#startWindow(nowMs, isSaturated && isFull);
  };

  #areIterationsFull(nowMs: number): boolean {
    const isManyCalls = this.#calls / this.#iterations > this.#maxCallsPerIteration;
    return isManyCalls && (nowMs - this.#windowStartedAtMs) / this.#iterations > LONG_ITERATION_MS;
  }

  #startWindow(nowMs: number, isOverloaded: boolean): void {
    this.#isOverloaded = isOverloaded;
    this.#windowStartedAtMs = nowMs;
    this.#iterations = 0;
    this.#calls = 0;
    this.#rejected = 0;
    this.#windowBusyMs = this.#clock.busyMs();
  }
}
