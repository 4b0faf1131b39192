import { collectDefaultMetrics, Registry } from 'prom-client';
import type { TaskRepository } from '../../application/task.repository.js';
import type { ThriftServer } from '../thrift/index.js';
import { MeasuredTaskRepository } from './measured-task.repository.js';
import { measureServer } from './server-metrics.js';

/** Everything that `/metrics` tells. Loaded only where somebody can ask. */
export class Metrics {
  readonly #registry = new Registry();

  /** Measures the server from now on, and the process: CPU, memory, event-loop delay, garbage collection. */
  constructor(server: ThriftServer) {
    collectDefaultMetrics({ register: this.#registry });
    measureServer(server, this.#registry);
  }

  /** The same store, measured. */
  measured(store: TaskRepository): TaskRepository {
    return new MeasuredTaskRepository(store, this.#registry);
  }

  /** The media type of `render`'s text. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
