import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { listening, NestLogger, type MetricsSource, type Part, type ServiceContext, type Traces } from '@tasks/service';
import { networkOf } from '@tasks/service/network';
import { AppModule } from '../app.module.js';
import type { ChangeFeed } from '../application/tasks/change-feed.js';
import type { TaskService } from '../application/tasks/task-service.js';
import type { GatewayConfig } from '../config/config.js';
import { logRequests } from '../infrastructure/http/access-log.js';
import { HttpMetrics } from '../infrastructure/http/http-metrics.js';
import { API_PATH } from '../interface/http/api-path.js';
import type { EventStreams } from '../interface/http/event-streams.js';
import { createHttpAdapter } from '../interface/http/http-adapter.js';
import { LargeBodies } from '../interface/http/large-bodies.js';
import { Page } from '../interface/http/page.js';
import { RequestGate } from '../interface/http/request-gate.js';
import { installRequestHooks, RouteMethods } from '../interface/http/request-hooks.js';
import { RequestLimits } from '../interface/http/request-limits.js';
import { securityHeaders, type Headers } from '../interface/http/security-headers.js';
import { SessionCookies } from '../interface/http/session-cookies.js';
import type { Accounts } from './accounts.js';
import { addressesOf } from './addresses.js';

/** What requests are answered with. */
interface HttpServerParts {
  readonly traces: Traces;
  readonly accounts: Accounts;
  readonly tasks: TaskService;
  readonly feed: ChangeFeed;
  readonly streams: EventStreams;
  /** Folder with the built page. Unset: the API alone. */
  readonly pageFolder?: URL | undefined;
  /** Maximum duration of an export, in milliseconds. */
  readonly exportLimitMs?: number | undefined;
}

const VARIABLES = { host: 'GATEWAY_HOST', port: 'GATEWAY_PORT' };

/** The server of the page and the API. It lets requests finish for `DRAIN_TIMEOUT_MS`, then cuts them. */
export class HttpServer implements Part {
  readonly name = 'HTTP server';
  readonly stopLimitMs: number;
  readonly metrics: readonly MetricsSource[];
  readonly #service: ServiceContext<GatewayConfig>;
  readonly #parts: HttpServerParts;
  readonly #metrics: HttpMetrics;
  #page: Page | undefined;
  #app: INestApplication<Server> | undefined;
  #routes: RouteMethods | undefined;

  constructor(service: ServiceContext<GatewayConfig>, parts: HttpServerParts) {
    this.#service = service;
    this.#parts = parts;
    this.#metrics = new HttpMetrics(() => parts.streams.size);
    this.metrics = [this.#metrics];
    this.stopLimitMs = service.config.drain.timeoutMs;
  }

  get port(): number | undefined {
    return (this.#app?.getHttpServer().address() as AddressInfo | null | undefined)?.port;
  }

  /** Its paths, parameters as `:id`. */
  get paths(): readonly string[] {
    return this.#routes?.paths ?? [];
  }

  /** @throws ListenError when the address can't be listened on. */
  async start(): Promise<void> {
    const { config, log, version } = this.#service;
    const { traces, accounts, tasks, feed, streams, exportLimitMs } = this.#parts;
    const isHttps = config.publicUrl?.protocol === 'https:';
    if (config.publicUrl && !isHttps && config.publicUrl.hostname !== 'localhost') {
      log.warn(
        'PUBLIC_URL is http: passwords and cookies are sent unencrypted. Use https, with a proxy that terminates TLS',
      );
    }
    const headers = securityHeaders(isHttps, config.hsts);
    const page = (this.#page = await this.#loadPage(headers.page));
    const limits = new RequestLimits({
      perNetwork: config.limits.requestsPerNetwork,
      perAccount: config.limits.requestsPerAccount,
      networkOf,
    });
    const adapter = createHttpAdapter({
      maxConnections: config.limits.maxConnections,
      trustedProxies: config.trustedProxies,
      headers: headers.api,
    });
    const fastify = adapter.getInstance();
    const routes = (this.#routes = new RouteMethods(fastify));
    this.#metrics.watch(fastify);
    const spans = traces.tracing && (await import('../infrastructure/http/http-spans.js'));
    if (traces.tracing) spans?.traceRequests(fastify, traces.tracing.tracer);
    logRequests(fastify, log, config.log.accessLevel, (request) => spans?.traceIdOf(request));
    installRequestHooks(fastify, {
      gate: new RequestGate(config.publicUrl),
      limits,
      largeBodies: new LargeBodies(networkOf),
      headers: headers.api,
      isProxyTrusted: config.trustedProxies.length > 0,
      log,
    });
    page?.register(fastify);
    const cookies = new SessionCookies(isHttps);
    const module = AppModule.register({
      accounts: accounts.parts,
      tasks,
      feed,
      streams,
      exportLimitMs,
      limits,
      cookies,
      page,
      log,
      version,
    });
    const logger = new NestLogger(log, traces.tracing);
    const app = await NestFactory.create<INestApplication<Server>>(module, adapter, {
      logger,
      abortOnError: false,
      bodyParser: false,
    });
    this.#app = app;
    app.setGlobalPrefix(API_PATH);
    await app.init();
    routes.rejectOthers(fastify);
    const { host, port } = config.http;
    await listening(VARIABLES, () => app.listen(port, host));
  }

  async stop(): Promise<void> {
    const app = this.#app;
    if (app === undefined) return;
    const timer = setTimeout(() => {
      app.getHttpServer().closeAllConnections();
    }, this.stopLimitMs);
    await app.close();
    clearTimeout(timer);
  }

  /** Says where browsers find the gateway. With a public address no other works: requests for others are rejected. */
  describe(): readonly string[] {
    const { publicUrl, http } = this.#service.config;
    const port = this.port ?? http.port;
    const place =
      publicUrl === undefined
        ? addressesOf(http.host, port).join(' ')
        : `${publicUrl.origin} (PUBLIC_URL; listens on ${http.host}:${String(port)})`;
    return [`${this.#page === undefined ? 'The API (without a page)' : 'Page and API'}: ${place}`];
  }

  async #loadPage(headers: Headers): Promise<Page | undefined> {
    const { pageFolder } = this.#parts;
    if (pageFolder === undefined) return undefined;
    if (existsSync(new URL('assets.json', pageFolder))) return Page.load(pageFolder, headers);
    this.#service.log.warn('The page is missing, since it was not built: run `npm run build -w web`');
    return undefined;
  }
}
