/** Whether the service is about to stop and must say so, so that callers go elsewhere. */
export class DrainState {
  #draining = false;

  /** True from the first `start` on, for good. */
  isDraining(): boolean {
    return this.#draining;
  }

  /** The service stops: from now on it reports that it is shutting down. */
  start(): void {
    this.#draining = true;
  }
}
