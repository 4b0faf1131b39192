const TICK_MS = 10;

/**
 * Starts calls at a constant rate, whether or not earlier ones were answered: a stalling server can't slow down the
 * measurement.
 */
export class ConstantLoad {
  /** Calls skipped because too many were pending. */
  skipped = 0;

  readonly #pending = new Set<Promise<void>>();
  readonly #startedAtMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #due = 0;

  /** @param call Makes one call; it must not reject. @param maxPending Maximum number of pending calls. */
  constructor(
    private readonly callsPerSecond: number,
    private readonly maxPending: number,
    private readonly call: (number: number) => Promise<void>,
  ) {
    this.#timer = setInterval(this.#tick, TICK_MS);
  }

  /** Stops; resolves when all calls have settled. */
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
