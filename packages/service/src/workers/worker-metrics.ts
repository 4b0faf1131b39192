import type { LiveMetrics } from '../metrics/live-metrics.js';
import type { MetricsSnapshot, MetricsSource } from '../metrics/metrics-registry.js';

type Samples = readonly (readonly [labels: Record<'worker', string>, value: number])[];

/** The workers of a service, as their metrics need them. */
export interface CountedWorkers {
  /** Workers that answer calls. */
  readonly readyCount: number;
  /** How many have taken the place of one that ended. */
  readonly replacedCount: number;
  /** By number, the metrics that each one has sent last. */
  latest(): ReadonlyMap<number, MetricsSnapshot>;
}

/** How many workers there are, and what each one takes of the whole. */
export class WorkerMetrics implements MetricsSource {
  readonly #workers: CountedWorkers;
  readonly #count: number;
  readonly #connections: string;

  /**
   * @param count How many workers are meant to run.
   * @param connections The metric of a worker that counts its open connections.
   */
  constructor(workers: CountedWorkers, count: number, connections: string) {
    this.#workers = workers;
    this.#count = count;
    this.#connections = connections;
  }

  registerIn(metrics: LiveMetrics): void {
    metrics.gauge('service_workers', 'Worker processes that accept calls', () => this.#workers.readyCount);
    metrics.gauge('service_workers_limit', 'Worker processes that are meant to run', () => this.#count);
    metrics.counter(
      'service_workers_replaced_total',
      'Worker processes that have taken the place of one that ended',
      () => this.#workers.replacedCount,
    );
    metrics.gauges('service_worker_connections', 'Open connections of each worker', ['worker'], () =>
      this.#byWorker(this.#connections),
    );
    metrics.gauges('service_worker_memory_bytes', 'Memory that each worker holds', ['worker'], () =>
      this.#byWorker('process_resident_memory_bytes'),
    );
    metrics.gauges('service_worker_open_fds', 'Open file descriptors of each worker', ['worker'], () =>
      this.#byWorker('process_open_fds'),
    );
    metrics.gauges('service_worker_max_fds', 'Most file descriptors that each worker may have', ['worker'], () =>
      this.#byWorker('process_max_fds'),
    );
    metrics.counters(
      'service_worker_cpu_seconds_total',
      'CPU that each worker has taken; from 0 again for one that was replaced',
      ['worker'],
      () => this.#byWorker('process_cpu_seconds_total'),
    );
  }

  #byWorker(name: string): Samples {
    return [...this.#workers.latest()].flatMap(([number, metrics]) => {
      const value = metrics.find((metric) => metric.name === name)?.values[0]?.value;
      return value === undefined ? [] : [[{ worker: String(number) }, value] as const];
    });
  }
}
