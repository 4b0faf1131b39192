import type { CheckHealth } from '../../application/check-health.js';
import type { DrainState } from '../../application/drain-state.js';
import type { LiveMetrics } from './live-metrics.js';

/** How long stopping may take. */
export interface DrainLimits {
  /** How long the service goes on as ever, but for saying that it stops, in milliseconds. */
  readonly delayMs: number;
  /** How long calls may take to finish after that, in milliseconds. */
  readonly timeoutMs: number;
}

/** What operators are woken by beside calls: the store, and a service that does not get to its end. */
export class ServiceMetrics {
  #storeUp = 0;

  constructor(
    private readonly health: CheckHealth,
    private readonly drain: DrainState,
    private readonly limits: DrainLimits,
  ) {}

  /** Has these metrics told at each scrape, which then asks the store: one round trip a second serves everybody. */
  registerIn(metrics: LiveMetrics): void {
    metrics.gauge('task_store_up', 'Whether the task store answered a round trip (1) or not (0)', () =>
      this.askStore(),
    );
    metrics.gauge('service_drain_seconds', 'For how long the service has been stopping; 0 while it is not', () =>
      this.drainSeconds(),
    );
    const { delayMs, timeoutMs } = this.limits;
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

  private async askStore(): Promise<number> {
    const { ok } = await this.health.execute();
    // A service that stops asks its store nothing more: what was known last stays.
    if (!this.drain.isDraining()) this.#storeUp = ok ? 1 : 0;
    return this.#storeUp;
  }

  private drainSeconds(): number {
    return this.drain.drainingForMs() / 1_000;
  }
}
