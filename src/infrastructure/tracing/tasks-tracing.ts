import type { Tracing } from '@tasks/service/tracing';
import type { ThriftContext, ThriftServer } from 'nestjs-thrift';
import type { TaskRepository } from '../../application/task.repository.js';
import { ObservedTaskRepository } from '../observed-task.repository.js';
import { ServerSpans } from '../thrift/server-spans.js';
import { traceOperations } from './store-spans.js';

/** Spans of this service: one per call, one per store operation under it. */
export class TasksTracing {
  readonly #tracing: Tracing;
  readonly #calls: ServerSpans;

  constructor(tracing: Tracing, server: ThriftServer) {
    this.#tracing = tracing;
    this.#calls = new ServerSpans(server, tracing.tracer);
  }

  /** Wraps a store with tracing. @param system name of the store in OpenTelemetry's conventions for databases. */
  traced(store: TaskRepository, system: string): TaskRepository {
    return new ObservedTaskRepository(store, traceOperations(this.#tracing.tracer, system));
  }

  /** Returns the trace of a call; by default of the current one. */
  traceId(call?: ThriftContext): string | undefined {
    return call === undefined ? this.#tracing.traceId() : this.#calls.traceIdOf(call);
  }
}
