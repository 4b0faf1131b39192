import { backoffMs } from './backoff.js';
import type { Call } from './call.js';

const RETRY_BACKOFF = { firstMs: 25, maxMs: 1_000 };

/** Calls that the server rejected without running them. Each is due again after a pause that grows with its attempts. */
export class RetryQueue {
  readonly #timers = new Map<Call, NodeJS.Timeout>();
  readonly #maxRetries: number;
  readonly #onDue: (call: Call) => void;

  /** @param maxRetries maximum retries of one call. @param onDue called when a call is to be sent again. */
  constructor(maxRetries: number, onDue: (call: Call) => void) {
    this.#maxRetries = maxRetries;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#timers.size;
  }

  get calls(): Iterable<Call> {
    return this.#timers.keys();
  }

  /** Schedules another attempt. Returns false when the call has had all of its retries. */
  add(call: Call): boolean {
    if (call.retries >= this.#maxRetries) return false;
    call.retries++;
    const onTimeout = (): void => {
      this.#timers.delete(call);
      this.#onDue(call);
    };
    this.#timers.set(call, setTimeout(onTimeout, backoffMs(call.retries, RETRY_BACKOFF)));
    return true;
  }

  /** Cancels the retry of a call, if it waits for one. */
  delete(call: Call): void {
    clearTimeout(this.#timers.get(call));
    this.#timers.delete(call);
  }
}
