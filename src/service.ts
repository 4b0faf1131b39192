import type { AddressInfo, Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { DynamicModule, INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TASKS_IDL } from '@tasks/idl';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { DrainState } from './application/drain-state.js';
import type { AppConfig, ListenerConfig } from './config/config.js';
import { affordableConnections, describeShortage, readDescriptorLimit } from './config/descriptor-limit.js';
import type { LoadedConfig } from './config/load-config.js';
import type { TracingConfig } from './config/tracing-config.js';
import { logCalls } from './infrastructure/observability/access-log.js';
import { NestLogger } from './infrastructure/observability/nest-logger.js';
import type { Tracing } from './infrastructure/observability/tracing.js';
import { LIMIT_RULES, ThriftServer } from 'nestjs-thrift';
import { chosenStore } from './stores.js';

/** What closing the stores may take beyond the drain. */
const CLOSE_LIMIT_MS = 5_000;

/** The service while it runs. */
export interface RunningService {
  /** The port of the Thrift listener. */
  readonly thriftPort: number;
  /** The port of health and metrics; undefined when they are off. */
  readonly httpPort: number | undefined;
  /** The longest that `stop` takes when all goes well. */
  readonly stopLimitMs: number;
  /** Says that it stops, lets calls finish, closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts the service; resolves once it answers calls.
 *
 * @throws ThriftStartError for a handler that the IDL lacks; an Error of `node:net` when a port can't be listened on.
 */
export async function startService(loaded: LoadedConfig, log: Logger): Promise<RunningService> {
  const { http, store, drainDelayMs, warnings } = loaded.config;
  for (const warning of warnings) log.warn(warning);
  const thrift = withinDescriptors(loaded.config, log);
  const server = new ThriftServer({ idl: TASKS_IDL, ...thrift });
  const tracing = loaded.config.tracing && (await startTracing(loaded.config.tracing, server, log));
  logCalls(server, log, tracing);
  const module = await AppModule.register(loaded, server, tracing);
  const logger = new NestLogger(log, tracing);
  const { app, httpPort } = await (http
    ? startHybrid(module, server, logger, http)
    : startPlain(module, server, logger));
  const thriftPort = portOf(server.unwrap());
  log.info(`Thrift listens on ${thrift.host}:${String(thriftPort)}${thrift.tls ? ' (TLS)' : ''}`);
  log.info(chosenStore(store).description);
  if (http)
    log.info(`Health and metrics listen on ${http.host}:${String(httpPort)}: /health/live /health/ready /metrics`);
  return {
    thriftPort,
    httpPort,
    stopLimitMs: drainDelayMs + server.limits.drainTimeoutMs + CLOSE_LIMIT_MS + (tracing?.stopLimitMs ?? 0),
    stop: async () => {
      // Readiness first, so that callers go elsewhere; then the calls; last the stores, which calls use.
      app.get(DrainState).start();
      await delay(drainDelayMs);
      await server.close();
      await app.close();
      await tracing?.stop();
    },
  };
}

/** The Thrift listener's configuration, with no more connections than there are file descriptors for. */
function withinDescriptors({ thrift, http }: AppConfig, log: Logger): AppConfig['thrift'] {
  const wanted = thrift.limits.maxConnections ?? LIMIT_RULES.maxConnections.default;
  const descriptors = readDescriptorLimit();
  const maxConnections = affordableConnections(wanted, descriptors, http !== undefined);
  if (descriptors === undefined || maxConnections === wanted) return thrift;
  log.warn(describeShortage(wanted, descriptors, maxConnections));
  return { ...thrift, limits: { ...thrift.limits, maxConnections } };
}

/** Loaded when it is on: OpenTelemetry must not cost the start of those who don't use it. */
async function startTracing(config: TracingConfig, server: ThriftServer, log: Logger): Promise<Tracing> {
  const { Tracing } = await import('./infrastructure/observability/tracing.js');
  log.info(`Traces go to ${new URL(config.url).host}`);
  return new Tracing(config, server, log);
}

/** An application that listens. */
interface ListeningApp {
  readonly app: INestApplicationContext;
  readonly httpPort?: number;
}

async function startPlain(module: DynamicModule, strategy: ThriftServer, logger: LoggerService): Promise<ListeningApp> {
  const app = await NestFactory.createMicroservice(module, { strategy, logger, abortOnError: false });
  await closingOnFailure(app, () => app.listen());
  return { app };
}

async function startHybrid(
  module: DynamicModule,
  strategy: ThriftServer,
  logger: LoggerService,
  { host, port }: ListenerConfig,
): Promise<ListeningApp> {
  const { createHttpAdapter } = await import('./interface/http/http-adapter.js');
  const adapter = createHttpAdapter();
  const app = await NestFactory.create(module, adapter, { logger, abortOnError: false, bodyParser: false });
  app.connectMicroservice({ strategy });
  await closingOnFailure(app, async () => {
    await app.init();
    await app.startAllMicroservices();
    await app.listen(port, host);
  });
  return { app, httpPort: portOf(app.getHttpServer() as Server) };
}

/** A port in use must not leave a store open. */
async function closingOnFailure(app: INestApplicationContext, listen: () => Promise<unknown>): Promise<void> {
  try {
    await listen();
  } catch (error) {
    await app.close();
    throw error;
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
