import type { LiveMetrics, MetricsSource } from '@tasks/service';
import type { CheckHealth, DrainStatus } from '../../application/check-health.js';

/** Whether the task store answers, for alerts; checked at each scrape. */
export class StoreUp implements MetricsSource {
  readonly #health: CheckHealth;
  readonly #drain: DrainStatus;
  #isUp = false;

  constructor(health: CheckHealth, drain: DrainStatus) {
    this.#health = health;
    this.#drain = drain;
  }

  registerIn(metrics: LiveMetrics): void {
    const help = 'Whether the task store answered a round trip (1) or not (0)';
    // 0 where any process has lost it.
    metrics.gauge('task_store_up', help, () => this.#ask(), 'min');
  }

  async #ask(): Promise<number> {
    const { ok } = await this.#health.execute();
    // During shutdown the store is not asked any more: the last answer is kept.
    if (!this.#drain.isDraining()) this.#isUp = ok;
    return this.#isUp ? 1 : 0;
  }
}
