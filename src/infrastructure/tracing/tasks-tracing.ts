import type { Tracing } from '@tasks/service/tracing';
import type { ThriftContext, ThriftServer } from 'nestjs-thrift';
import type { TaskRepository } from '../../application/task.repository.js';
import { ObservedTaskRepository } from '../observed-task.repository.js';
import { ServerSpans } from '../thrift/server-spans.js';
import { traceOperations } from './store-spans.js';

/** The spans of this service: one per call, one per store operation under it. */
export class TasksTracing {
  readonly #tracing: Tracing;
  readonly #calls: ServerSpans;

  constructor(tracing: Tracing, server: ThriftServer) {
    this.#tracing = tracing;
    this.#calls = new ServerSpans(server, tracing.tracer);
  }

  /** The same store, traced. @param system what it is, as OpenTelemetry's conventions for databases name it. */
  traced(store: TaskRepository, system: string): TaskRepository {
    return new ObservedTaskRepository(store, traceOperations(this.#tracing.tracer, system));
  }

  /** The trace of a call; of the call that is running now when none is given. */
  traceId(call?: ThriftContext): string | undefined {
    return call === undefined ? this.#tracing.traceId() : this.#calls.traceIdOf(call);
  }
}
