import { context as active, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
} from '@opentelemetry/semantic-conventions';
import type { SpanStarter } from '@tasks/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const CONTEXT = Symbol('trace context');

interface TracedRequest extends FastifyRequest {
  [CONTEXT]?: Context;
}

/**
 * A span for each request, the root of its trace: the client's `traceparent` is not trusted. Attributes contain the
 * route, never the path or the query.
 */
export function traceRequests(fastify: FastifyInstance, tracer: SpanStarter): void {
  fastify.addHook('onRequest', (request: TracedRequest, _reply, done) => {
    const route = request.routeOptions.url;
    const span = tracer.startSpan(
      route === undefined ? request.method : `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: { [ATTR_HTTP_REQUEST_METHOD]: request.method, ...(route && { [ATTR_HTTP_ROUTE]: route }) },
      },
      ROOT_CONTEXT,
    );
    request[CONTEXT] = trace.setSpan(ROOT_CONTEXT, span);
    done();
  });
  // After the body was read: earlier, the context would be lost in the connection's events.
  fastify.addHook('preHandler', (request: TracedRequest, _reply, done) => {
    active.with(request[CONTEXT] ?? ROOT_CONTEXT, done);
  });
  fastify.addHook('onResponse', (request: TracedRequest, { statusCode }, done) => {
    const span = request[CONTEXT] && trace.getSpan(request[CONTEXT]);
    span?.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, statusCode);
    if (statusCode >= 500) {
      span?.setAttribute(ATTR_ERROR_TYPE, String(statusCode));
      span?.setStatus({ code: SpanStatusCode.ERROR });
    }
    span?.end();
    done();
  });
}

export function traceIdOf(request: FastifyRequest): string | undefined {
  const context = (request as TracedRequest)[CONTEXT];
  return context && trace.getSpan(context)?.spanContext().traceId;
}
