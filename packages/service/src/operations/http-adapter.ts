import type { RequestListener, Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HttpConnections } from './http-connections.js';

/**
 * What the HTTP listener gives to those who connect; times in milliseconds. It is there for a few probes and scrapers, and
 * shares the one thread of its process with everybody's calls.
 */
export const HTTP_LIMITS = {
  /** Open connections; beyond it, a new one takes the place of the one that is idle, or slow, for longest. */
  maxConnections: 256,
  /** Requests of one connection without their answer: no probe sends a second one before it has the first answer. */
  maxUnanswered: 4,
  /** Requests after which a connection is closed, behind the last answer. */
  maxRequestsPerConnection: 1_000,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  /** Neither a byte of a request nor one of an answer moves. */
  stallTimeoutMs: 10_000,
  /** Between two requests: longer than scrapers commonly wait. */
  keepAliveTimeoutMs: 75_000,
  /** How often the limits of time are looked at. */
  checkIntervalMs: 1_000,
} as const;

/** Fastify would load ajv and 110 more files to compile the schemas of routes, at every start; no route here has one. */
function refuseSchemas(): never {
  throw new Error('A route has a schema: leave `schemaController` of FastifyAdapter to its default');
}

/** The HTTP server of health and metrics. Closing it does not wait for idle connections. */
export function createHttpAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    forceCloseConnections: true,
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
    connectionTimeout: HTTP_LIMITS.stallTimeoutMs,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
    maxRequestsPerSocket: HTTP_LIMITS.maxRequestsPerConnection,
    http: {
      headersTimeout: HTTP_LIMITS.headersTimeoutMs,
      connectionsCheckingInterval: HTTP_LIMITS.checkIntervalMs,
    },
  });
  limitConnections(adapter.getHttpServer());
  return adapter;
}

/** Before Fastify sees their requests: thousands of them, each of which it would route, take a while. */
function limitConnections(server: Server): void {
  const connections = new HttpConnections(HTTP_LIMITS);
  server.on('connection', (socket) => {
    connections.open(socket);
  });
  const handlers = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request').on('request', (request, response) => {
    if (connections.admit(request, response)) for (const handle of handlers) handle(request, response);
  });
}
