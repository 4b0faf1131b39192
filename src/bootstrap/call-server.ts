import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { TASKS_IDL } from '@tasks/idl';
import {
  affordableConnections,
  describeShortage,
  DrainState,
  listening,
  MetricsRegistry,
  NestLogger,
  ProcessMetrics,
  readDescriptorLimit,
  type Logger,
  type RunningService,
} from '@tasks/service';
import type { Tracing } from '@tasks/service/tracing';
import { LIMIT_RULES, ThriftServer } from 'nestjs-thrift';
import { AppModule } from '../app.module.js';
import { CheckHealth } from '../application/check-health.js';
import type { TaskRepository } from '../application/task.repository.js';
import type { AppConfig } from '../config/config.js';
import { limitVariable } from '../config/limit-variables.js';
import type { LoadedConfig } from '../config/load-config.js';
import { StoreDurations } from '../infrastructure/metrics/store-durations.js';
import { StoreUp } from '../infrastructure/metrics/store-up.js';
import { StoreDefects } from '../infrastructure/persistence/store-defects.js';
import type { TasksTracing } from '../infrastructure/tracing/tasks-tracing.js';
import { logCalls } from '../infrastructure/thrift/access-log.js';
import { ServerMetrics } from '../infrastructure/thrift/server-metrics.js';
import { chosenStore } from './stores.js';
import { VERSION } from './version.js';
import { workerShare, type WorkerPlace } from './worker-share.js';

/** The service's name in traces. */
const SERVICE_NAME = 'tasks';

/** Time for closing the stores, in addition to the drain. */
const CLOSE_LIMIT_MS = 5_000;

/** The Thrift listener with the store behind it, without health and metrics over HTTP. */
export interface CallServer extends RunningService {
  /** The port of the Thrift listener. */
  readonly port: number;
  readonly health: CheckHealth;
  readonly metrics: MetricsRegistry;
  readonly drain: DrainState;
  readonly logger: NestLogger;
  /** Closes it without a drain: the start has failed elsewhere. */
  abort(): Promise<void>;
}

/**
 * Starts to answer calls; resolves once it does.
 *
 * @param place Set in a worker: it has its share of the limits.
 * @param mayListen Resolves when it is to listen.
 * @throws ThriftStartError for a handler that is not in the IDL; ListenError when the port can't be listened on.
 */
export async function startCallServer(
  loaded: LoadedConfig,
  log: Logger,
  place?: WorkerPlace,
  mayListen: () => Promise<void> = () => Promise.resolve(),
): Promise<CallServer> {
  const { http, store, drainDelayMs } = loaded.config;
  const thrift = listenerOf(loaded.config, log, place);
  const server = new ThriftServer({ idl: TASKS_IDL, ...thrift });
  const traces = await startTraces(loaded.config, server, log, place);
  logCalls(server, log, loaded.config.log.accessLevel, traces?.ofTasks);
  const drain = new DrainState();
  const { system, load } = chosenStore(store);
  const durations = http && new StoreDurations();
  const observed = (tasks: TaskRepository): TaskRepository => {
    const measured = durations?.measured(tasks) ?? tasks;
    return traces?.ofTasks.traced(measured, system) ?? measured;
  };
  const metrics = new MetricsRegistry();
  const defects = new StoreDefects();
  if (durations) metrics.add(new ServerMetrics(server), durations, defects, new ProcessMetrics(VERSION));
  const storeModule = await load(defects);

  const logger = new NestLogger(log, traces?.ofTasks);
  const module = AppModule.register({ loaded, server, storeModule, observed, drain });
  const app = await NestFactory.createMicroservice(module, { strategy: server, logger, abortOnError: false });
  const health = app.get(CheckHealth);
  metrics.add(new StoreUp(health, drain));
  try {
    await app.init();
    await mayListen();
    await listening({ host: 'THRIFT_HOST', port: 'THRIFT_PORT' }, () => app.listen());
  } catch (error) {
    // A port in use must not leave the store open.
    await app.close();
    throw error;
  }
  return {
    port: (server.unwrap().address() as AddressInfo).port,
    health,
    metrics,
    drain,
    logger,
    stopLimitMs: drainDelayMs + server.limits.drainTimeoutMs + CLOSE_LIMIT_MS + (traces?.tracing.stopLimitMs ?? 0),
    stop: async () => {
      // Readiness first, so that callers use another instance; then the calls; last the stores, which calls use.
      drain.start();
      await delay(drainDelayMs);
      await server.close();
      await app.close();
      await traces?.tracing.stop();
    },
    abort: () => app.close(),
  };
}

/** The Thrift listener's configuration: the worker's share, limited by the available file descriptors. */
function listenerOf({ thrift, http }: AppConfig, log: Logger, place: WorkerPlace | undefined): AppConfig['thrift'] {
  const limits = place ? workerShare(thrift.limits, place) : thrift.limits;
  const wanted = limits.maxConnections ?? LIMIT_RULES.maxConnections.default;
  const descriptors = readDescriptorLimit();
  // The primary has the HTTP listener of its workers.
  const hasOperations = http !== undefined && place === undefined;
  const maxConnections = affordableConnections(wanted, descriptors, { hasOperations });
  if (descriptors === undefined || maxConnections === wanted) return { ...thrift, limits };
  log.warn(describeShortage(wanted, descriptors, maxConnections, limitVariable('maxConnections')));
  return { ...thrift, limits: { ...limits, maxConnections } };
}

/** OpenTelemetry, and the spans for it. */
interface Traces {
  readonly tracing: Tracing;
  readonly ofTasks: TasksTracing;
}

/** Loaded only if enabled: OpenTelemetry must not slow down the start otherwise. */
async function startTraces(
  { tracing: config }: AppConfig,
  server: ThriftServer,
  log: Logger,
  place: WorkerPlace | undefined,
): Promise<Traces | undefined> {
  if (config === undefined) return undefined;
  // Sequential: both load the same modules.
  const { Tracing } = await import('@tasks/service/tracing');
  const { TasksTracing } = await import('../infrastructure/tracing/tasks-tracing.js');
  log.info(`Traces go to ${new URL(config.url).host}`);
  const attributes = place && { 'process.pid': process.pid, 'service.worker': place.number };
  const service = { serviceName: SERVICE_NAME, serviceVersion: VERSION };
  const tracing = new Tracing({ ...config, ...service, ...(attributes && { attributes }), log });
  return { tracing, ofTasks: new TasksTracing(tracing, server) };
}
