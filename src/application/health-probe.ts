/** Checks whether the store works now. */
export abstract class HealthProbe {
  /** Resolves once the store answered a real round trip, not a connection flag; rejects when it can't. */
  abstract roundTrip(): Promise<void>;
}
