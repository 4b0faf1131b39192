import { SpanKind, SpanStatusCode, trace, type Span, type SpanOptions } from '@opentelemetry/api';
import {
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
} from '@opentelemetry/semantic-conventions';
import { withoutCredentials, type SpanStarter } from '@tasks/service';
import type { TaskRepository } from '../../application/task.repository.js';
import { ObservedTaskRepository, type ObserveOperation, type StoreOperation } from '../observed-task.repository.js';

const COLLECTION = 'tasks';

/**
 * Wraps a store so that each operation has a span, a child of the current call's span.
 *
 * @param system Name of the store in OpenTelemetry's conventions for databases.
 */
export function tracedTasks(store: TaskRepository, tracer: SpanStarter, system: string): TaskRepository {
  return new ObservedTaskRepository(store, traceOperations(tracer, system));
}

function traceOperations(tracer: SpanStarter, system: string): ObserveOperation {
  const options = new Map<StoreOperation, SpanOptions>();
  // Useless under a call that is not sampled.
  return (operation, run) => (trace.getActiveSpan()?.isRecording() === false ? run() : traced(operation, run));

  async function traced<Result>(operation: StoreOperation, run: () => Promise<Result>): Promise<Result> {
    let ofOperation = options.get(operation);
    if (ofOperation === undefined) options.set(operation, (ofOperation = spanOptions(operation, system)));
    const span = tracer.startSpan(`${operation} ${COLLECTION}`, ofOperation);
    try {
      return await run();
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  }
}

function spanOptions(operation: StoreOperation, system: string): SpanOptions {
  return {
    // Only MongoDB is accessed over a network.
    kind: system === 'mongodb' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    attributes: {
      [ATTR_DB_SYSTEM_NAME]: system,
      [ATTR_DB_COLLECTION_NAME]: COLLECTION,
      [ATTR_DB_OPERATION_NAME]: operation,
    },
  };
}

function fail(span: Span, error: unknown): void {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
  span.setAttribute(ATTR_ERROR_TYPE, name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: withoutCredentials(message) });
}
