import { backoffMs } from './backoff.js';
import type { Call } from './call.js';
import type { RetryBudget } from './retry-budget.js';

const RETRY_BACKOFF = { firstMs: 25, maxMs: 1_000 };

/**
 * Calls that a server rejected without running them. Each is due again at once while there are servers that it may not have
 * tried, then after a pause that grows with its attempts.
 */
export class RetryQueue {
  readonly #timers = new Map<Call, NodeJS.Timeout>();
  readonly #maxRetries: number;
  readonly #budget: RetryBudget;
  readonly #onDue: (call: Call) => void;

  /** @param maxRetries maximum retries of one call. @param onDue called when a call is to be sent again. */
  constructor(maxRetries: number, budget: RetryBudget, onDue: (call: Call) => void) {
    this.#maxRetries = maxRetries;
    this.#budget = budget;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#timers.size;
  }

  get calls(): Iterable<Call> {
    return this.#timers.keys();
  }

  /**
   * Schedules another attempt. Returns false when the call has had all of its retries, or all calls together have.
   * @param others number of other servers.
   */
  add(call: Call, others: number): boolean {
    if (call.retries >= this.#maxRetries || !this.#budget.spend()) return false;
    call.retries++;
    if (call.retries <= others) {
      this.#onDue(call);
      return true;
    }
    const onTimeout = (): void => {
      this.#timers.delete(call);
      this.#onDue(call);
    };
    this.#timers.set(call, setTimeout(onTimeout, backoffMs(call.retries - others, RETRY_BACKOFF)));
    return true;
  }

  /** Cancels the retry of a call, if it waits for one. */
  delete(call: Call): void {
    clearTimeout(this.#timers.get(call));
    this.#timers.delete(call);
  }
}
