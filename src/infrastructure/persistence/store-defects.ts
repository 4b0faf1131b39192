import { Logger } from '@nestjs/common';
import { RateLimitedLog, type LiveMetrics, type MetricsSource } from '@tasks/service';

const WARNING_INTERVAL_MS = 60_000;

/** Counts stored values of a wrong type, and logs at most one warning a minute. */
export class StoreDefects implements MetricsSource {
  readonly #log: { warn(message: string): void };
  readonly #warnings: RateLimitedLog;
  #count = 0;

  /** @param nowMs The time in milliseconds, by a monotonic clock. */
  constructor(log: { warn(message: string): void } = new Logger('Tasks'), nowMs?: () => number) {
    this.#log = log;
    this.#warnings = new RateLimitedLog(WARNING_INTERVAL_MS, nowMs);
  }

  /** Number of them since the start; reading one again counts again. */
  get count(): number {
    return this.#count;
  }

  /** @param what Location of the value, its replacement, and advice. Never the value itself. */
  report(what: string): void {
    this.#count++;
    this.#warnings.add((leftOut) => {
      this.#log.warn(leftOut > 0 ? `${what} (and ${String(leftOut)} more since the last warning)` : what);
    });
  }

  registerIn(metrics: LiveMetrics): void {
    const help = 'Stored values of a wrong type: read as a default, or left out';
    metrics.counter('task_store_defects_total', help, () => this.#count);
  }
}
