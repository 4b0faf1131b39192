import { setTimeout as delay } from 'node:timers/promises';
import {
  DrainMetrics,
  DrainState,
  MetricsRegistry,
  NestLogger,
  ProcessMetrics,
  SharedProbe,
  type Logger,
  type RunningService,
  type StoreConfig,
  type ListenerConfig,
} from '@tasks/service';
import { networkOf } from '@tasks/service/network';
import type { OperationsServer, ProbeAnswer } from '@tasks/service/operations';
import { Accounts } from './accounts.js';
import { AppModule } from '../app.module.js';
import type { AuditLog } from '../application/accounts/audit-log.js';
import type { PasswordHasher } from '../application/accounts/password-hasher.js';
import { ChangeFeed } from '../application/tasks/change-feed.js';
import type { TaskService } from '../application/tasks/task-service.js';
import type { GatewayConfig } from '../config/config.js';
import { ScryptPasswordHasher } from '../infrastructure/hashing/scrypt-password-hasher.js';
import { HttpMetrics } from '../infrastructure/http/http-metrics.js';
import { CallMetrics } from '../infrastructure/tasks/call-metrics.js';
import type { ObserveCall } from '../infrastructure/tasks/thrift-task-service.js';
import { EventStreams } from '../interface/http/event-streams.js';
import { Page } from '../interface/http/page.js';
import { RequestLimits } from '../interface/http/request-limits.js';
import { securityHeaders } from '../interface/http/security-headers.js';
import { SessionCookies } from '../interface/http/session-cookies.js';
import { addressesOf } from './addresses.js';
import { startHttpServer, type HttpServer } from './http-server.js';
import { connectTasks } from './tasks-connection.js';
import { loadTracing, type GatewayTracing } from './tracing.js';

/** Settings besides the configuration. */
export interface GatewayOptions {
  /** Of the gateway. */
  readonly version: string;
  /** Folder with the built page. Unset: the API alone. */
  readonly pageFolder?: URL | undefined;
  /** Default: scrypt, slow by design. */
  readonly hasher?: PasswordHasher;
  /** Default: over Thrift, as configured. */
  readonly tasks?: TaskService | undefined;
  /** Default: the system clock. */
  readonly now?: () => Date;
  /** Of event streams, in milliseconds. */
  readonly heartbeatMs?: number;
  /** Maximum duration of an export, in milliseconds. */
  readonly exportLimitMs?: number;
}

/** The running gateway. */
export interface RunningGateway extends RunningService {
  /** The port of the page and the API. */
  readonly port: number;
  /** The port of health and metrics; undefined if disabled. */
  readonly opsPort: number | undefined;
  /** Its paths, parameters as `:id`. */
  readonly paths: readonly string[];
}

/** Maximum time of closing after the drain, in milliseconds. */
const CLOSE_LIMIT_MS = 5_000;
const OPS_VARIABLES = { host: 'GATEWAY_OPS_HOST', port: 'GATEWAY_OPS_PORT' };
const UP: ProbeAnswer = { ok: true, message: '' };

/**
 * Starts the gateway; resolves once it answers requests. The task service and MongoDB may be down.
 *
 * @throws ListenError when a port can't be listened on; EmbeddedStoreError when the folder of accounts can't be used.
 */
export async function startGateway(
  config: GatewayConfig,
  log: Logger,
  options: GatewayOptions,
): Promise<RunningGateway> {
  for (const warning of config.warnings) log.warn(warning);
  if (config.publicUrl?.protocol === 'http:' && config.publicUrl.hostname !== 'localhost') {
    log.warn(
      'PUBLIC_URL is http: passwords and cookies are sent unencrypted. Use https, with a proxy that terminates TLS',
    );
  }
  const headers = securityHeaders(config.publicUrl?.protocol === 'https:', config.hsts);
  const page = options.pageFolder && (await Page.load(options.pageFolder, headers.page));
  const tracing = config.tracing && (await loadTracing(config.tracing, options.version, log));
  const callMetrics = new CallMetrics();
  const connection = connectTasks(config.tasks, observed(callMetrics, tracing));
  const tasks = options.tasks ?? connection.tasks;
  const feed = new ChangeFeed();
  const streams = new EventStreams(feed, config.limits.streamsPerAccount, options.heartbeatMs);
  const { hasher = new ScryptPasswordHasher(), now } = options;
  const accounts = await Accounts.start({
    store: config.store,
    settings: config.accounts,
    hasher,
    audit: auditTo(log),
    sessionsEnded: streams,
    tasks: { removeAll: (accountId) => tasks.removeAll(accountId, false) },
    log,
    now,
  });
  log.info(describeStore(config.store));
  const limits = new RequestLimits({
    perNetwork: config.limits.requestsPerNetwork,
    perAccount: config.limits.requestsPerAccount,
    networkOf,
  });
  const module = AppModule.register({
    accounts: accounts.parts,
    tasks,
    feed,
    streams,
    exportLimitMs: options.exportLimitMs,
    limits,
    cookies: new SessionCookies(config.publicUrl?.protocol === 'https:'),
    page,
    log,
    version: options.version,
  });
  const httpMetrics = new HttpMetrics(() => streams.size);
  const drain = new DrainState();
  const metrics = new MetricsRegistry();
  const store = new SharedProbe(() => accounts.check());
  const storeWrites = new SharedProbe(() => accounts.checkWrite());
  const taskProbe = new SharedProbe(() => requireNone(tasks.check()));
  metrics.add(httpMetrics, callMetrics, new DrainMetrics(drain, config.drain), new ProcessMetrics(options.version), {
    registerIn: (live) => {
      live.gauge('gateway_account_store_up', 'Whether the account store answered a round trip (1) or not (0)', () =>
        isUp(store),
      );
      live.gauge('gateway_account_store_writable', 'Whether the account store could be written (1) or not (0)', () =>
        isUp(storeWrites),
      );
      live.gauge('gateway_task_service_up', 'Whether the task service answered that it works (1) or not (0)', () =>
        isUp(taskProbe),
      );
      live.gauge('gateway_password_hashes_queued', 'Password hashes running or queued', () =>
        hasher instanceof ScryptPasswordHasher ? hasher.queueLength : 0,
      );
      const expiresAt = config.tasks.tls?.client?.expiresAt;
      live.gauge(
        'gateway_client_certificate_expiry_timestamp_seconds',
        'When the certificate that the gateway shows to the task service expires, in seconds since 1970',
        () => expiresAt && expiresAt.getTime() / 1_000,
      );
    },
  });
  const probes = {
    accounts: async () => {
      const answer = await answerOf(store, 'Account store unavailable');
      // Those who are logged in go on: no reason to take the instance out of service.
      return answer.ok ? { ...(await answerOf(storeWrites, 'Account store is read-only')), ok: true } : answer;
    },
    tasks: () => answerOf(taskProbe, 'Task service unavailable'),
  };
  let operations: OperationsServer | undefined;
  const closeParts = async (): Promise<void> => {
    await connection.close();
    await accounts.stop();
    await operations?.close();
    await tracing?.stop();
  };
  let http: HttpServer;
  try {
    operations = config.ops && (await startOps(config.ops, log, { drain, metrics, probes }));
    http = await startHttpServer(config, {
      module,
      page,
      headers: headers.api,
      limits,
      metrics: httpMetrics,
      tracing,
      log,
    });
  } catch (error) {
    // A port in use must not leave the store open.
    streams.close();
    await closeParts();
    throw error;
  }
  log.info(`Gateway ${options.version}, Node.js ${process.version}`);
  const what = page === undefined ? 'The API (without a page)' : 'Page and API';
  log.info(`${what}: ${describeAddresses(config, http.port)}`);
  const { delayMs, timeoutMs } = config.drain;
  return {
    port: http.port,
    opsPort: operations?.port,
    paths: http.paths,
    stopLimitMs: delayMs + timeoutMs + CLOSE_LIMIT_MS + (tracing?.stopLimitMs ?? 0),
    stop: async () => {
      // Readiness first, so that requests go to other instances; then the streams and the requests; last what those
      // use.
      drain.start();
      await delay(delayMs);
      streams.close();
      await http.close(timeoutMs);
      await closeParts();
    },
  };
}

/** Writes security events to the log. */
function auditTo(log: Logger): AuditLog {
  return {
    record: (event) => {
      log.info({ audit: event }, event.type);
    },
  };
}

/**
 * Describes where browsers find the gateway. With a public address no other works, since requests for others are
 * rejected.
 */
function describeAddresses({ publicUrl, http: { host } }: GatewayConfig, port: number): string {
  if (publicUrl === undefined) return addressesOf(host, port).join(' ');
  return `${publicUrl.origin} (PUBLIC_URL; listens on ${host}:${String(port)})`;
}

function describeStore(store: StoreConfig): string {
  switch (store.kind) {
    case 'memory':
      return `Accounts are kept in memory (${store.chosenBy}) and are lost when this process ends`;
    case 'embedded':
      return `Accounts are kept in ${store.dataDir} (${store.chosenBy}); GATEWAY_MONGODB_URI chooses MongoDB`;
    case 'mongo':
      return `Accounts are kept in MongoDB at ${store.place}, database ${store.database} (${store.chosenBy})`;
  }
}

/** Adds metrics to every call, and traces if enabled. */
function observed(metrics: CallMetrics, tracing: GatewayTracing | undefined): ObserveCall {
  if (tracing === undefined) return metrics.observe;
  return (method, call) => metrics.observe(method, () => tracing.observeCall(method, call));
}

async function startOps(
  { host, port }: ListenerConfig,
  log: Logger,
  served: {
    readonly drain: DrainState;
    readonly metrics: MetricsRegistry;
    readonly probes: Readonly<Record<string, () => Promise<ProbeAnswer>>>;
  },
): Promise<OperationsServer> {
  const { startOperations } = await import('@tasks/service/operations');
  const logger = new NestLogger(log);
  const operations = await startOperations({ host, port, variables: OPS_VARIABLES, logger, ...served });
  log.info(`Health and metrics listen on ${host}:${String(operations.port)}: /health/live /health/ready /metrics`);
  return operations;
}

async function answerOf(probe: SharedProbe, message: string): Promise<ProbeAnswer> {
  try {
    await probe.roundTrip();
    return UP;
  } catch (cause) {
    return { ok: false, message, cause };
  }
}

async function isUp(probe: SharedProbe): Promise<number> {
  return (await answerOf(probe, '')).ok ? 1 : 0;
}

async function requireNone(failure: Promise<string | undefined>): Promise<void> {
  const message = await failure;
  if (message !== undefined) throw new Error(message);
}
