/** Whether the service is shutting down and reports it, so that callers use another instance. */
export class DrainState {
  readonly #nowMs: () => number;
  #sinceMs: number | undefined;

  /** @param nowMs The time in milliseconds, by a monotonic clock. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** True from the first `start` on; never reset. */
  isDraining(): boolean {
    return this.#sinceMs !== undefined;
  }

  /** Starts the drain: from now on the service reports that it is shutting down. */
  start(): void {
    this.#sinceMs ??= this.#nowMs();
  }

  /** Time since the start of the drain, in milliseconds; 0 before it. */
  drainingForMs(): number {
    return this.#sinceMs === undefined ? 0 : this.#nowMs() - this.#sinceMs;
  }
}
