import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '@tasks/service';

/** Logs each request: the pattern of its route, never its path, query, headers or body. */
export function logRequests(
  fastify: FastifyInstance,
  log: Logger,
  level: 'info' | 'debug',
  traceIdOf: (request: FastifyRequest) => string | undefined,
): void {
  if (!log.isLevelEnabled(level)) return;
  fastify.addHook('onResponse', (request, { statusCode, elapsedTime }, done) => {
    log[level](
      {
        method: request.method,
        route: request.routeOptions.url,
        status: statusCode,
        address: request.ip,
        duration_ms: Math.round(elapsedTime * 1_000) / 1_000,
        trace_id: traceIdOf(request),
      },
      'request',
    );
    done();
  });
}
