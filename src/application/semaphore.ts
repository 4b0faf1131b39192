import { TaskError } from '../domain/task.errors.js';

/** Fraction of the free queue entries that one caller may take. */
const SHARE_OF_WAITING = 1 / 4;

/**
 * Limits concurrency. Waiting calls are served round-robin by caller, in order within a caller. If the queue is
 * bounded, one caller gets fewer entries the fuller it is: no caller can take all of them.
 */
export class Semaphore {
  readonly #maxWaiting: number;
  /** Waiting calls of each caller; the caller at the front is next. */
  readonly #waiting = new Map<object, (() => void)[]>();
  #waitingCount = 0;
  #free: number;

  constructor(slots: number, maxWaiting = Infinity) {
    this.#free = slots;
    this.#maxWaiting = maxWaiting;
  }

  /** Whether `run` would start immediately. */
  get hasSlot(): boolean {
    return this.#free > 0;
  }

  /**
   * Runs `act` when a slot is free, and settles as it does.
   * @param caller for the round-robin order; calls without one share it.
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

  /** The slot passes to the next caller in the queue, if any. */
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
