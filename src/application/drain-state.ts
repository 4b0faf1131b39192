import type { Clock } from './clock.js';

/** Whether the service is about to stop and must say so, so that callers go elsewhere. */
export class DrainState {
  #since: Date | undefined;

  constructor(private readonly now: Clock) {}

  /** True from the first `start` on, for good. */
  isDraining(): boolean {
    return this.#since !== undefined;
  }

  /** The service stops: from now on it reports that it is shutting down. */
  start(): void {
    this.#since ??= this.now();
  }

  /** For how long it has been stopping, in milliseconds; 0 while it is not. */
  drainingForMs(): number {
    if (this.#since === undefined) return 0;
    // A clock that was set back must not make it negative.
    return Math.max(0, this.now().getTime() - this.#since.getTime());
  }
}
