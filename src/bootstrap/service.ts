import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { TASKS_IDL } from '@tasks/idl';
import {
  affordableConnections,
  describeShortage,
  DrainMetrics,
  DrainState,
  listening,
  MetricsRegistry,
  NestLogger,
  ProcessMetrics,
  readDescriptorLimit,
  type Logger,
  type RunningService,
} from '@tasks/service';
import type { OperationsServer } from '@tasks/service/operations';
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

/** The service's name in traces. */
const SERVICE_NAME = 'tasks';

/** Time for closing the stores, in addition to the drain. */
const CLOSE_LIMIT_MS = 5_000;

/** The running Tasks service. */
interface TasksService extends RunningService {
  /** The port of the Thrift listener. */
  readonly thriftPort: number;
  /** The port of health and metrics; undefined when they are off. */
  readonly httpPort: number | undefined;
}

/**
 * Starts the service; resolves once it answers calls.
 *
 * @throws ThriftStartError for a handler that is not in the IDL; ListenError when a port can't be listened on.
 */
export async function startService(loaded: LoadedConfig, log: Logger): Promise<TasksService> {
  const { http, store, drainDelayMs, warnings } = loaded.config;
  for (const warning of warnings) log.warn(warning);
  const thrift = withinDescriptors(loaded.config, log);
  const server = new ThriftServer({ idl: TASKS_IDL, ...thrift });
  const traces = await startTraces(loaded.config, server, log);
  logCalls(server, log, loaded.config.log.accessLevel, traces?.ofTasks);
  const drain = new DrainState();
  const { system, description, load } = chosenStore(store);
  const durations = http && new StoreDurations();
  const observed = (tasks: TaskRepository): TaskRepository => {
    const measured = durations?.measured(tasks) ?? tasks;
    return traces?.ofTasks.traced(measured, system) ?? measured;
  };
  const metrics = new MetricsRegistry();
  const defects = new StoreDefects();
  if (durations) metrics.add(new ServerMetrics(server), durations, defects, new ProcessMetrics(VERSION));
  const [storeModule, operations] = await Promise.all([load(defects), http && import('@tasks/service/operations')]);

  const logger = new NestLogger(log, traces?.ofTasks);
  const module = AppModule.register({ loaded, server, storeModule, observed, drain });
  const app = await NestFactory.createMicroservice(module, { strategy: server, logger, abortOnError: false });
  let httpServer: OperationsServer | undefined;
  try {
    await listening({ host: 'THRIFT_HOST', port: 'THRIFT_PORT' }, () => app.listen());
    if (http && operations) {
      const health = app.get(CheckHealth);
      const limits = { delayMs: drainDelayMs, timeoutMs: server.limits.drainTimeoutMs };
      metrics.add(new StoreUp(health, drain), new DrainMetrics(drain, limits));
      httpServer = await operations.startOperations({
        ...http,
        variables: { host: 'HTTP_HOST', port: 'HTTP_PORT' },
        drain,
        probes: { store: () => health.execute() },
        metrics,
        logger,
      });
    }
  } catch (error) {
    // A port in use must not leave the store open.
    await app.close();
    throw error;
  }
  log.info(`Tasks ${VERSION}, Node.js ${process.version}`);
  const { port: thriftPort } = server.unwrap().address() as AddressInfo;
  log.info(`Thrift listens on ${thrift.host}:${String(thriftPort)}${thrift.tls ? ' (TLS)' : ''}`);
  log.info(description);
  if (http && httpServer) {
    const place = `${http.host}:${String(httpServer.port)}`;
    log.info(`Health and metrics listen on ${place}: /health/live /health/ready /metrics`);
  }
  return {
    thriftPort,
    httpPort: httpServer?.port,
    stopLimitMs: drainDelayMs + server.limits.drainTimeoutMs + CLOSE_LIMIT_MS + (traces?.tracing.stopLimitMs ?? 0),
    stop: async () => {
      // Readiness first, so that callers use another instance; then the calls; last the stores, which calls use.
      drain.start();
      await delay(drainDelayMs);
      await server.close();
      await app.close();
      await httpServer?.close();
      await traces?.tracing.stop();
    },
  };
}

/** The Thrift listener's configuration, with the connections limited by the available file descriptors. */
function withinDescriptors({ thrift, http }: AppConfig, log: Logger): AppConfig['thrift'] {
  const wanted = thrift.limits.maxConnections ?? LIMIT_RULES.maxConnections.default;
  const descriptors = readDescriptorLimit();
  const maxConnections = affordableConnections(wanted, descriptors, { hasOperations: http !== undefined });
  if (descriptors === undefined || maxConnections === wanted) return thrift;
  log.warn(describeShortage(wanted, descriptors, maxConnections, limitVariable('maxConnections')));
  return { ...thrift, limits: { ...thrift.limits, maxConnections } };
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
): Promise<Traces | undefined> {
  if (config === undefined) return undefined;
  // Sequential: both load the same modules.
  const { Tracing } = await import('@tasks/service/tracing');
  const { TasksTracing } = await import('../infrastructure/tracing/tasks-tracing.js');
  log.info(`Traces go to ${new URL(config.url).host}`);
  const tracing = new Tracing({ ...config, serviceName: SERVICE_NAME, serviceVersion: VERSION, log });
  return { tracing, ofTasks: new TasksTracing(tracing, server) };
}
