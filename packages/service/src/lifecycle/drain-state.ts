/** Whether the service is about to stop and must say so, so that callers go elsewhere. */
export class DrainState {
  readonly #nowMs: () => number;
  #sinceMs: number | undefined;

  /** @param nowMs The time in milliseconds, by any clock that never goes back. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** True from the first `start` on; never reset. */
  isDraining(): boolean {
    return this.#sinceMs !== undefined;
  }

  /** The service stops: from now on it reports that it is shutting down. */
  start(): void {
    this.#sinceMs ??= this.#nowMs();
  }

  /** For how long it has been stopping, in milliseconds; 0 while it is not. */
  drainingForMs(): number {
    return this.#sinceMs === undefined ? 0 : this.#nowMs() - this.#sinceMs;
  }
}
