/** Writes at most one event per interval and counts the others, for events that would flood the log. */
export class RateLimitedLog {
  readonly #intervalMs: number;
  readonly #nowMs: () => number;
  #silentUntilMs = -Infinity;
  #leftOut = 0;

  /**
   * @param intervalMs The minimum time between two lines, in milliseconds.
   * @param nowMs The time in milliseconds, by a monotonic clock.
   */
  constructor(intervalMs: number, nowMs: () => number = () => performance.now()) {
    this.#intervalMs = intervalMs;
    this.#nowMs = nowMs;
  }

  /**
   * Calls `write`, unless an event of this interval was written already.
   *
   * @param write Receives the number of events suppressed since the last written one.
   */
  add(write: (leftOut: number) => void): void {
    if (this.#nowMs() < this.#silentUntilMs) {
      this.#leftOut++;
      return;
    }
    const leftOut = this.#leftOut;
    this.#silentUntilMs = this.#nowMs() + this.#intervalMs;
    this.#leftOut = 0;
    write(leftOut);
  }
}
