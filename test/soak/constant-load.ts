const TICK_MS = 10;

/**
 * Starts calls at a constant rate, whether or not earlier ones were answered: a server that stalls can't slow down what
 * it is measured with.
 */
export class ConstantLoad {
  /** Calls that were due while too many had no answer, and were left out. */
  skipped = 0;

  readonly #pending = new Set<Promise<void>>();
  readonly #startedAtMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #due = 0;

  /** @param call Makes one call; it must not reject. @param maxPending Calls without an answer at a time. */
  constructor(
    private readonly callsPerSecond: number,
    private readonly maxPending: number,
    private readonly call: (number: number) => Promise<void>,
  ) {
    this.#timer = setInterval(this.#tick, TICK_MS);
  }

  /** Starts no more calls; resolves when all have settled. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }

  readonly #tick = (): void => {
    const due = ((performance.now() - this.#startedAtMs) * this.callsPerSecond) / 1_000;
    for (; this.#due < due; this.#due++) {
      if (this.#pending.size < this.maxPending) this.#start(this.#due);
      else this.skipped++;
    }
  };

  #start(number: number): void {
    const call = this.call(number).finally(() => this.#pending.delete(call));
    this.#pending.add(call);
  }
}
