import { Controller, Get, Header, Inject } from '@nestjs/common';
import type { MetricsRegistry } from '../metrics/metrics-registry.js';
import { OPERATIONS, type OperationsOptions } from './operations-options.js';

/** The metrics endpoint for Prometheus. */
@Controller('metrics')
export class MetricsController {
  readonly #metrics: MetricsRegistry;

  constructor(@Inject(OPERATIONS) { metrics }: OperationsOptions) {
    this.#metrics = metrics;
  }

  /** Returns all metrics in Prometheus' text format. */
  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  render(): Promise<string> {
    return this.#metrics.render();
  }
}
