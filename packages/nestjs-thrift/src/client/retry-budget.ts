/** Retries for each call. */
const RATIO = 0.2;
const MIN_SAVED = 100;

/**
 * Limits retries to a fifth of the calls, so that clients don't multiply the load of servers that reject it. What is saved
 * suffices for a server that shuts down and rejects all calls of a full connection.
 */
export class RetryBudget {
  #tokens: number;
  readonly #max: number;

  constructor(maxCallsPerConnection: number) {
    this.#max = Math.max(MIN_SAVED, maxCallsPerConnection);
    this.#tokens = this.#max;
  }

  /** Records a new call. */
  earn(): void {
    if (this.#tokens < this.#max) this.#tokens = Math.min(this.#max, this.#tokens + RATIO);
  }

  /** Takes a retry; false when there is none left. */
  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
