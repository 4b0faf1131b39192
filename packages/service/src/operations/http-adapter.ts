import type { RequestListener } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HttpConnections } from '../http/http-connections.js';
import { networkOf } from '../http/network-of.js';

/**
 * Limits of the HTTP listener, times in milliseconds. It serves a few probes and scrapers, and shares the event loop
 * with all calls.
 */
export const HTTP_LIMITS = {
  /** Open connections. Beyond it, a new one replaces another: see `HttpConnections`. */
  maxConnections: 256,
  /** Unanswered requests per connection: no probe sends a second request before the first answer. */
  maxUnanswered: 4,
  /** Requests after which a connection is closed. */
  maxRequestsPerConnection: 1_000,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  /** Time without progress of a request or an answer. */
  stallTimeoutMs: 10_000,
  /** Time between two requests: longer than scrapers commonly wait. */
  keepAliveTimeoutMs: 75_000,
  /** Interval at which the time limits are checked. */
  checkIntervalMs: 1_000,
} as const;

/** Fastify would load ajv and 110 more files at every start to compile the schemas of routes; no route here has one. */
function rejectSchemas(): never {
  throw new Error('A route has a schema: set `schemaController` of FastifyAdapter to its default');
}

/** The HTTP server of health and metrics. Closing it does not wait for idle connections. */
export function createHttpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    forceCloseConnections: true,
    schemaController: { compilersFactory: { buildValidator: rejectSchemas, buildSerializer: rejectSchemas } },
    // Limited before Fastify routes them: thousands of requests take a while.
    serverFactory: (handle: RequestListener) => {
      const times = {
        headersTimeout: HTTP_LIMITS.headersTimeoutMs,
        requestTimeout: HTTP_LIMITS.requestTimeoutMs,
        keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
        connectionsCheckingInterval: HTTP_LIMITS.checkIntervalMs,
      };
      const server = new HttpConnections({ ...HTTP_LIMITS, networkOf }).createServer(times, handle);
      server.maxRequestsPerSocket = HTTP_LIMITS.maxRequestsPerConnection;
      return server.setTimeout(HTTP_LIMITS.stallTimeoutMs);
    },
  });
}
