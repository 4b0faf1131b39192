import type { HealthProbe } from './health-probe.js';

/** Whether a call would work. */
export interface Health {
  readonly ok: boolean;
  /** `OK`, or why not: `Task store unavailable`, `Shutting down`. */
  readonly message: string;
  /** What the store failed with: for operators, not for callers. */
  readonly cause?: unknown;
}

/** Whether the service is about to stop. */
export interface DrainStatus {
  isDraining(): boolean;
}

const HEALTHY: Health = { ok: true, message: 'OK' };
const STORE_DOWN: Health = { ok: false, message: 'Task store unavailable' };
const SHUTTING_DOWN: Health = { ok: false, message: 'Shutting down' };

/** Tells whether a call would work: the store answered a real round trip, and the service isn't stopping. */
export class CheckHealth {
  constructor(
    private readonly store: HealthProbe,
    private readonly drain: DrainStatus,
  ) {}

  /** Never rejects. Takes as long as the probe of the store. */
  async execute(): Promise<Health> {
    // A service that stops asks its store nothing more.
    if (this.drain.isDraining()) return SHUTTING_DOWN;
    const health = await this.store.roundTrip().then(
      () => HEALTHY,
      (cause: unknown) => ({ ...STORE_DOWN, cause }),
    );
    // The drain may have begun during the probe: then callers should use another instance.
    return this.drain.isDraining() ? SHUTTING_DOWN : health;
  }
}
