import type { ServicePhase } from '../lifecycle/service-phase.js';
import type { LiveMetrics } from './live-metrics.js';
import type { MetricsSource } from './metrics-registry.js';

/** Time limits of stopping. */
export interface DrainLimits {
  /** Time in which the service accepts calls while it reports not ready, in milliseconds. */
  readonly delayMs: number;
  /** Time for calls to finish after that, in milliseconds. */
  readonly timeoutMs: number;
}

/** Metrics for alerts on a service that does not stop in time. */
export class DrainMetrics implements MetricsSource {
  readonly #phase: ServicePhase;
  readonly #limits: DrainLimits;

  constructor(phase: ServicePhase, limits: DrainLimits) {
    this.#phase = phase;
    this.#limits = limits;
  }

  registerIn(metrics: LiveMetrics): void {
    const { delayMs, timeoutMs } = this.#limits;
    metrics.gauge(
      'service_drain_seconds',
      'For how long the service has been stopping; 0 while it is not',
      () => this.#phase.drainingForMs() / 1_000,
    );
    metrics.gauge(
      'service_drain_delay_seconds',
      'How long the service that stops waits before it closes the listener',
      () => delayMs / 1_000,
    );
    metrics.gauge(
      'service_drain_limit_seconds',
      'How long stopping may take in all before calls that still run are cut',
      () => (delayMs + timeoutMs) / 1_000,
    );
  }
}
