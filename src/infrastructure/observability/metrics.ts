import type { Registry } from 'prom-client';
import type { TaskRepository } from '../../application/task.repository.js';
import type { ThriftServer } from 'nestjs-thrift';
import { DurationHistogram } from './duration-histogram.js';
import { LiveMetrics } from './live-metrics.js';
import { ObservedTaskRepository } from './observed-task.repository.js';
import { ServerMetrics } from './server-metrics.js';
import type { ServiceMetrics } from './service-metrics.js';
import { timeOperations } from './store-durations.js';

/** How long after it is made one text serves everybody who asks, in milliseconds: no number of scrapers costs more. */
export const METRICS_SHARED_FOR_MS = 100;

/** Everything that `/metrics` tells: about the server and the store from the start on, about the process when asked. */
export class Metrics {
  readonly #server: ServerMetrics;
  readonly #store = new DurationHistogram(
    'task_store_operation_duration_seconds',
    'How long operations of the task store took, by operation and outcome',
  );
  #service: ServiceMetrics | undefined;
  #registry: Promise<Registry> | undefined;
  #text: Promise<string> | undefined;

  constructor(server: ThriftServer) {
    this.#server = new ServerMetrics(server);
  }

  /** The same store, measured. */
  measured(store: TaskRepository): TaskRepository {
    return new ObservedTaskRepository(store, timeOperations(this.#store));
  }

  /** Tells of the service as well. */
  withService(service: ServiceMetrics): this {
    this.#service = service;
    return this;
  }

  /** All metrics in Prometheus' text format, at most `METRICS_SHARED_FOR_MS` old. */
  render(): Promise<string> {
    this.#text ??= this.#renderAnew();
    return this.#text;
  }

  async #renderAnew(): Promise<string> {
    try {
      this.#registry ??= this.#createRegistry();
      return await (await this.#registry).metrics();
    } finally {
      setTimeout(() => {
        this.#text = undefined;
      }, METRICS_SHARED_FOR_MS).unref();
    }
  }

  /** Loads prom-client when somebody asks for the first time: the start is no time for it. */
  async #createRegistry(): Promise<Registry> {
    const { default: promClient } = await import('prom-client');
    const registry = new promClient.Registry();
    promClient.collectDefaultMetrics({ register: registry });
    const live = new LiveMetrics(promClient, registry);
    this.#server.registerIn(live, registry);
    this.#service?.registerIn(live);
    this.#store.registerIn(registry);
    return registry;
  }
}
