import type { AddressInfo, Server } from 'node:net';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { listening, NestLogger, type Logger } from '@tasks/service';
import type { GatewayConfig } from '../config/config.js';
import { logRequests } from '../infrastructure/http/access-log.js';
import type { HttpMetrics } from '../infrastructure/http/http-metrics.js';
import { API_PATH } from '../interface/http/api-path.js';
import { createHttpAdapter } from '../interface/http/http-adapter.js';
import type { Page } from '../interface/http/page.js';
import { RequestGate } from '../interface/http/request-gate.js';
import { installRequestHooks, RouteMethods } from '../interface/http/request-hooks.js';
import type { RequestLimits } from '../interface/http/request-limits.js';
import type { Headers } from '../interface/http/security-headers.js';
import type { GatewayTracing } from './tracing.js';

/** Parts of the server. */
interface HttpServerParts {
  /** The API. */
  readonly module: DynamicModule;
  /** Undefined: the API alone. */
  readonly page: Page | undefined;
  /** Headers of every answer that is no asset of the page. */
  readonly headers: Headers;
  readonly limits: RequestLimits;
  readonly metrics: HttpMetrics;
  readonly tracing: GatewayTracing | undefined;
  readonly log: Logger;
}

/** The running server of the page and the API. */
export interface HttpServer {
  readonly port: number;
  /** Its paths, parameters as `:id`. */
  readonly paths: readonly string[];
  /** Lets requests finish for this time, in milliseconds, then cuts them. */
  close(timeoutMs: number): Promise<void>;
}

const VARIABLES = { host: 'GATEWAY_HOST', port: 'GATEWAY_PORT' };

/** @throws ListenError when the address can't be listened on. */
export async function startHttpServer(config: GatewayConfig, parts: HttpServerParts): Promise<HttpServer> {
  const { module, page, headers, limits, metrics, tracing, log } = parts;
  const adapter = createHttpAdapter({
    maxConnections: config.limits.maxConnections,
    trustedProxies: config.trustedProxies,
    headers,
  });
  const fastify = adapter.getInstance();
  const routes = new RouteMethods(fastify);
  metrics.watch(fastify);
  tracing?.traceRequests(fastify);
  logRequests(fastify, log, config.log.accessLevel, (request) => tracing?.traceIdOf(request));
  installRequestHooks(fastify, {
    gate: new RequestGate(config.publicUrl),
    limits,
    headers,
    isProxyTrusted: config.trustedProxies.length > 0,
    log,
  });
  page?.register(fastify);
  const logger = new NestLogger(log, tracing);
  const app = await NestFactory.create(module, adapter, { logger, abortOnError: false, bodyParser: false });
  app.setGlobalPrefix(API_PATH);
  const { host, port } = config.http;
  try {
    await app.init();
    routes.rejectOthers(fastify);
    await listening(VARIABLES, () => app.listen(port, host));
  } catch (error) {
    await app.close();
    throw error;
  }
  const server = app.getHttpServer() as Server;
  return {
    port: (server.address() as AddressInfo).port,
    paths: routes.paths,
    close: async (timeoutMs) => {
      const timer = setTimeout(() => {
        adapter.getHttpServer().closeAllConnections();
      }, timeoutMs);
      await app.close();
      clearTimeout(timer);
    },
  };
}
