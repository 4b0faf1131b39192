import { context as active, propagation, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_RPC_METHOD, ATTR_RPC_SYSTEM_NAME } from '@opentelemetry/semantic-conventions';
import { TaskServiceError } from '../../application/tasks/task-service.error.js';
import type { ObserveCall } from './thrift-task-service.js';

/** A span for each request to the task service, whose own span becomes its child. */
export function traceCalls(tracer: Tracer): ObserveCall {
  return async (method, call) => {
    const name = `Tasks/${method}`;
    const attributes = { [ATTR_RPC_SYSTEM_NAME]: 'thrift', [ATTR_RPC_METHOD]: name };
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(active.active(), span), headers);
    try {
      return await call(headers);
    } catch (error) {
      span.setAttribute(ATTR_ERROR_TYPE, error instanceof TaskServiceError ? error.code : 'FAILED');
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  };
}
