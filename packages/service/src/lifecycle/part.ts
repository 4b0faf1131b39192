import type { MetricsSource } from '../metrics/metrics-registry.js';
import type { Probes } from '../operations/operations-options.js';

/** A part of a service. Parts start in the order of their list and stop in reverse. */
export interface Part {
  /** Its name in logs. */
  readonly name: string;
  /** When it rejects, `stop` releases what it has. */
  start(): Promise<void>;
  /** Called once after each call of `start`, however that has ended. */
  stop(): Promise<void>;
  /** Called when the service begins to stop: `DRAIN_DELAY_MS` before `stop`, or while this or a later part starts. */
  drain?(): void;
  /** Time that `stop` may take for work in flight, in milliseconds; default 0. */
  readonly stopLimitMs?: number;
  readonly probes?: Probes;
  readonly metrics?: readonly MetricsSource[];
  /** Lines for the log once the service runs: where it listens, where it keeps data. */
  describe?(): readonly string[];
  /** The port on which it listens, once started. */
  readonly port?: number;
}
