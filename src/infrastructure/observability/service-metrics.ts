import type { CheckHealth } from '../../application/check-health.js';
import type { DrainState } from '../../application/drain-state.js';
import type { LiveMetrics } from './live-metrics.js';

/** What operators are woken by beside calls: the store, and a service that does not get to its end. */
export class ServiceMetrics {
  #storeUp = 0;

  /** @param drainLimitMs after how long calls that still run are cut. */
  constructor(
    private readonly health: CheckHealth,
    private readonly drain: DrainState,
    private readonly drainLimitMs: number,
  ) {}

  /** Has these metrics told at each scrape, which then asks the store: one round trip a second serves everybody. */
  registerIn(metrics: LiveMetrics): void {
    metrics.gauge('task_store_up', 'Whether the task store answered a round trip (1) or not (0)', () =>
      this.askStore(),
    );
    metrics.gauge('service_drain_seconds', 'For how long the service has been stopping; 0 while it is not', () =>
      this.drainSeconds(),
    );
    metrics.gauge(
      'service_drain_limit_seconds',
      'How long stopping may take before calls that still run are cut',
      () => this.drainLimitMs / 1_000,
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
