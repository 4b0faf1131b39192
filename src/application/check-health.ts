/** Whether calls would succeed. */
export interface Health {
  readonly ok: boolean;
  /** `OK`, or the reason: `Task store unavailable`, `Shutting down`. */
  readonly message: string;
  /** The store's error: for operators, not for callers. */
  readonly cause?: unknown;
}

/** Checks whether the store works now. */
export interface HealthProbe {
  /** Resolves once the store answered a real round trip, not a connection flag; rejects when it can't. */
  roundTrip(): Promise<void>;
}

/** Whether the service is shutting down. */
export interface DrainStatus {
  isDraining(): boolean;
}

const HEALTHY: Health = { ok: true, message: 'OK' };
const STORE_DOWN: Health = { ok: false, message: 'Task store unavailable' };
const SHUTTING_DOWN: Health = { ok: false, message: 'Shutting down' };

/** Checks whether calls would succeed: the store answered a real round trip, and the service isn't shutting down. */
export class CheckHealth {
  readonly #store: HealthProbe;
  readonly #drain: DrainStatus;

  constructor(store: HealthProbe, drain: DrainStatus) {
    this.#store = store;
    this.#drain = drain;
  }

  /** Never rejects. Takes as long as the probe of the store. */
  async execute(): Promise<Health> {
    // During shutdown the store is not asked any more.
    if (this.#drain.isDraining()) return SHUTTING_DOWN;
    const health = await this.#store.roundTrip().then(
      () => HEALTHY,
      (cause: unknown) => ({ ...STORE_DOWN, cause }),
    );
    // The drain may have begun during the probe: callers should use another instance then.
    return this.#drain.isDraining() ? SHUTTING_DOWN : health;
  }
}
