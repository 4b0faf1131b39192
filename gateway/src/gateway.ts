import type { AddressInfo, Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { TASKS_IDL, type TasksClient } from '@tasks/idl';
import { ClientThrift } from 'nestjs-thrift';
import type { Logger } from 'pino';
import { addressesOf } from './addresses.js';
import { AppModule, WatchedAuditLog } from './app.module.js';
import type { AccountPorts } from './application/accounts/account-ports.js';
import type { AuditLog } from './application/accounts/audit-log.js';
import { LogInThrottle } from './application/accounts/log-in-throttle.js';
import type { AccountParts } from './application/accounts/parts.js';
import type { PasswordHasher } from './application/accounts/password-hasher.js';
import { SessionIssuer } from './application/accounts/session-issuer.js';
import { ChangeFeed } from './application/tasks/change-feed.js';
import type { TaskService } from './application/tasks/task-service.js';
import type { GatewayConfig } from './config/config.js';
import type { TasksConfig } from './config/tasks-config.js';
import { NodeSecrets } from './infrastructure/hashing/node-secrets.js';
import { ScryptPasswordHasher } from './infrastructure/hashing/scrypt-password-hasher.js';
import { networkOf } from './infrastructure/network/network-of.js';
import { MemoryAccountStore } from './infrastructure/persistence/memory/memory-account-store.js';
import { ThriftTaskService } from './infrastructure/tasks/thrift-task-service.js';
import { EventStreams } from './interface/http/event-streams.js';
import { createHttpAdapter } from './interface/http/http-adapter.js';
import { Page } from './interface/http/page.js';
import { RequestGate } from './interface/http/request-gate.js';
import { installRequestHooks, RouteMethods } from './interface/http/request-hooks.js';
import { RequestLimits } from './interface/http/request-limits.js';
import { securityHeaders } from './interface/http/security-headers.js';
import { SessionCookies } from './interface/http/session-cookies.js';

/** What the configuration does not say. */
export interface GatewayOptions {
  /** Default: scrypt, slow on purpose. */
  readonly hasher?: PasswordHasher;
  /** Default: over Thrift, as configured. */
  readonly tasks?: TaskService | undefined;
  /** Default: that of this machine. */
  readonly now?: () => Date;
  /** Default: 25 s. */
  readonly heartbeatMs?: number;
  /** Where the page was built. Unset: the API alone. */
  readonly pageFolder?: URL | undefined;
}

/** The gateway while it runs. */
export interface RunningGateway {
  /** The port of the page and the API. */
  readonly port: number;
  /** The paths that it has, parameters as `:id`. */
  readonly paths: readonly string[];
  /** The longest that `stop` takes when all goes well, in milliseconds. */
  readonly stopLimitMs: number;
  /** Lets requests finish, then closes everything. */
  stop(): Promise<void>;
}

/** What closing the stores may take beyond the drain. */
const CLOSE_LIMIT_MS = 5_000;
const API_PREFIX = 'api/v1';
const systemTime = (): Date => new Date();

/**
 * Starts the gateway; resolves once it answers requests. The task service and MongoDB may be away meanwhile.
 *
 * @throws Error of `node:net` when a port can't be listened on.
 */
export async function startGateway(
  config: GatewayConfig,
  log: Logger,
  version: string,
  { hasher = new ScryptPasswordHasher(), tasks, pageFolder, now = systemTime, heartbeatMs }: GatewayOptions = {},
): Promise<RunningGateway> {
  const isHttps = config.publicUrl?.protocol === 'https:';
  const headers = securityHeaders(isHttps, config.hsts);
  const adapter = createHttpAdapter({
    maxConnections: config.limits.maxConnections,
    trustedProxies: config.trustedProxies,
    headers: headers.api,
  });
  const fastify = adapter.getInstance();
  const routeMethods = new RouteMethods(fastify);
  const limits = new RequestLimits({
    perNetwork: config.limits.requestsPerNetwork,
    perAccount: config.limits.requestsPerAccount,
    networkOf,
  });
  installRequestHooks(fastify, {
    gate: new RequestGate(config.publicUrl),
    limits,
    headers,
    isProxyTrusted: config.trustedProxies.length > 0,
    log,
  });

  const page = pageFolder && (await Page.load(pageFolder));
  page?.register(fastify);

  const client = createTasksClient(config.tasks);
  const feed = new ChangeFeed();
  const streams = new EventStreams(feed, config.limits.streamsPerAccount, heartbeatMs);
  const module = AppModule.register({
    accounts: accountParts(config, { hasher, now, log, streams }),
    tasks: tasks ?? new ThriftTaskService(client.getService<TasksClient>('Tasks')),
    feed,
    streams,
    limits,
    cookies: new SessionCookies(isHttps),
    page,
    log,
    version,
  });
  const app = await NestFactory.create(module, adapter, { logger: false, abortOnError: false, bodyParser: false });
  app.setGlobalPrefix(API_PREFIX);
  await app.init();
  routeMethods.rejectOthers(fastify);
  const { host, port } = config.http;
  await app.listen(port, host);
  const server = app.getHttpServer() as Server;
  const openPort = (server.address() as AddressInfo).port;
  log.info(
    `${page === undefined ? 'The API (without a page)' : 'Page and API'}: ${addressesOf(host, openPort).join(' ')}`,
  );
  const { delayMs, timeoutMs } = config.drain;
  return {
    port: openPort,
    paths: routeMethods.paths,
    stopLimitMs: delayMs + timeoutMs + CLOSE_LIMIT_MS,
    stop: async () => {
      await delay(delayMs);
      streams.close();
      const timer = setTimeout(() => {
        adapter.getHttpServer().closeAllConnections();
      }, timeoutMs);
      await app.close();
      clearTimeout(timer);
      await client.close();
    },
  };
}

/** What accounts need beside the configuration. */
interface AccountNeeds {
  readonly hasher: PasswordHasher;
  readonly now: () => Date;
  readonly log: Logger;
  readonly streams: EventStreams;
}

function accountParts(
  { isSignUpOpen, passwordMinLength, sessionIdleDays, sessionMaxDays }: GatewayConfig,
  { hasher, now, log, streams }: AccountNeeds,
): AccountParts {
  const store = new MemoryAccountStore();
  const auditLog: AuditLog = {
    record: (event) => {
      log.info({ audit: event }, event.type);
    },
  };
  const ports: AccountPorts = {
    accounts: store.accounts,
    sessions: store.sessions,
    tokens: store.tokens,
    attempts: store.attempts,
    settings: { isSignUpOpen, passwordMinLength, sessionIdleDays, sessionMaxDays },
    hasher,
    secrets: new NodeSecrets(),
    audit: new WatchedAuditLog(auditLog, (accountId) => void streams.recheck(accountId)),
    now,
    commonPasswords: () => Promise.resolve(new Set<string>()),
  };
  return { ...ports, issuer: new SessionIssuer(ports), throttle: new LogInThrottle(ports, networkOf) };
}

function createTasksClient({ host, port, tls }: TasksConfig): ClientThrift {
  return new ClientThrift({
    idl: TASKS_IDL,
    host,
    port,
    framing: 'header',
    waitForConnection: false,
    // Attempts are this service's own: it knows what may be repeated, and for how long.
    maxRetries: 0,
    ...(tls && { tls: { ca: tls.ca, cert: tls.client?.cert, key: tls.client?.key, servername: host } }),
  });
}
