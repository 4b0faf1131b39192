import { TaskError } from '../domain/task.errors.js';

/** Of the waiting places that are left, the part that one caller gets. */
const SHARE_OF_WAITING = 1 / 4;

/**
 * Limits concurrency. Who waits takes turns with the other callers, first come first served among its own. With a bound on
 * how many wait, the fewer places are left, the fewer one caller gets: it can't take them all.
 */
export class Semaphore {
  readonly #maxWaiting: number;
  /** What waits of each caller; the one at the front is next. */
  readonly #waiting = new Map<object, (() => void)[]>();
  #waitingCount = 0;
  #free: number;

  constructor(slots: number, maxWaiting = Infinity) {
    this.#free = slots;
    this.#maxWaiting = maxWaiting;
  }

  /** Whether `run` would start at once. */
  get hasSlot(): boolean {
    return this.#free > 0;
  }

  /**
   * Runs `act` when there is a slot, and settles as it does.
   * @param caller whose turn it takes; all without one are one caller.
   * @throws TaskError BUSY when too many wait.
   */
  async run<Result>(act: () => Promise<Result>, caller: object = this): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(caller);
    try {
      return await act();
    } finally {
      this.#release();
    }
  }

  #wait(caller: object): Promise<void> {
    const own = this.#waiting.get(caller) ?? [];
    const left = this.#maxWaiting - this.#waitingCount;
    if (left <= 0 || own.length >= Math.max(1, left * SHARE_OF_WAITING)) return Promise.reject(TaskError.busy());
    this.#waiting.set(caller, own);
    this.#waitingCount++;
    return new Promise((resolve) => own.push(resolve));
  }

  /** The slot passes to the next caller in the queue, if there is one. */
  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    const [caller, own] = next;
    const start = own.shift();
    this.#waiting.delete(caller);
    if (own.length > 0) this.#waiting.set(caller, own);
    this.#waitingCount--;
    start?.();
  }
}
