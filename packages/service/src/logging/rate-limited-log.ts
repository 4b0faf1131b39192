/** Lets one event through per interval and counts those in between, for what would otherwise fill the log. */
export class RateLimitedLog {
  readonly #intervalMs: number;
  readonly #nowMs: () => number;
  #silentUntilMs = -Infinity;
  #leftOut = 0;

  /**
   * @param intervalMs The least time between two lines, in milliseconds.
   * @param nowMs The time in milliseconds, by any clock that never goes back.
   */
  constructor(intervalMs: number, nowMs: () => number = () => performance.now()) {
    this.#intervalMs = intervalMs;
    this.#nowMs = nowMs;
  }

  /**
   * Calls `write`, unless an event of this interval was written already.
   *
   * @param write Gets the number of events that were left out since the last one that was written.
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
