/** Maximum time between two replies to a client that calls back to back. */
const MAX_INTERVAL_MS = 0.15;
/** Replies without polling after one whose next call did not arrive in time. */
const PAUSE_REPLIES = 100;

/**
 * Keeps the event loop polling for a moment after a reply to a single client that calls back to back, instead of sleeping
 * until its next call: waking a thread on another processor can take longer than the call itself. A client that pauses, and
 * calls on several connections, end the polling: an idle server sleeps.
 */
export class BusyPoll {
  readonly #durationMs: number;
  #lastReplyAtMs = -Infinity;
  #pollUntilMs = -Infinity;
  #isPolling = false;
  #pauseReplies = 0;

  /** @param durationUs maximum time to poll after a reply; 0 = never. */
  constructor(durationUs: number) {
    this.#durationMs = durationUs / 1_000;
  }

  /** Called with each reply, while no other connection has one. */
  onReply(): void {
    if (this.#durationMs === 0) return;
    const nowMs = performance.now();
    const intervalMs = nowMs - this.#lastReplyAtMs;
    this.#lastReplyAtMs = nowMs;
    if (this.#pauseReplies > 0) {
      this.#pauseReplies--;
      return;
    }
    if (intervalMs > MAX_INTERVAL_MS) return;
    this.#pollUntilMs = nowMs + this.#durationMs;
    if (this.#isPolling) return;
    this.#isPolling = true;
    setImmediate(this.#poll);
  }

  readonly #poll = (): void => {
    this.#isPolling = performance.now() < this.#pollUntilMs;
    if (this.#isPolling) setImmediate(this.#poll);
    else this.#pauseReplies = PAUSE_REPLIES;
  };
}
