import { DrainMetrics, type DrainState, type Logger, type MetricsRegistry, type NestLogger } from '@tasks/service';
import type { OperationsServer, ProbeAnswer } from '@tasks/service/operations';
import { LIMIT_RULES } from 'nestjs-thrift';
import type { AppConfig } from '../config/config.js';
import { chosenStore } from './stores.js';
import { VERSION } from './version.js';

/** What answers calls: this process, or its workers. */
interface Calls {
  /** The port of the Thrift listener. */
  readonly port: number;
  /** Closes it without a drain: the start has failed elsewhere. */
  abort(): void | Promise<void>;
}

/** What health and metrics are made of. */
interface OperationsParts {
  readonly drain: DrainState;
  readonly probes: Readonly<Record<string, () => Promise<ProbeAnswer>>>;
  readonly metrics: MetricsRegistry;
  readonly logger: NestLogger;
}

/** Health and metrics of a service, and where it listens. */
export interface Operations {
  readonly thriftPort: number;
  /** Undefined when health and metrics are off. */
  readonly httpPort: number | undefined;
  /** Closes health and metrics. */
  close(): Promise<void>;
}

/**
 * Serves health and metrics over HTTP, unless that is off, and logs where the service listens.
 *
 * @throws ListenError when the port can't be listened on; calls are not answered any more then.
 */
export async function startOperations(
  config: AppConfig,
  log: Logger,
  calls: Calls,
  parts: OperationsParts,
): Promise<Operations> {
  let server: OperationsServer | undefined;
  try {
    server = await startServer(config, parts);
  } catch (error) {
    await calls.abort();
    throw error;
  }
  const ports = { thriftPort: calls.port, httpPort: server?.port };
  logAddresses(config, log, ports);
  return { ...ports, close: async () => server?.close() };
}

async function startServer(
  { http, drainDelayMs, thrift }: AppConfig,
  parts: OperationsParts,
): Promise<OperationsServer | undefined> {
  if (http === undefined) return undefined;
  const timeoutMs = thrift.limits.drainTimeoutMs ?? LIMIT_RULES.drainTimeoutMs.default;
  parts.metrics.add(new DrainMetrics(parts.drain, { delayMs: drainDelayMs, timeoutMs }));
  const operations = await import('@tasks/service/operations');
  return operations.startOperations({ ...http, variables: { host: 'HTTP_HOST', port: 'HTTP_PORT' }, ...parts });
}

/** Logs where the service listens and where it keeps tasks. */
function logAddresses(
  { thrift, http, workers, store }: AppConfig,
  log: Logger,
  { thriftPort, httpPort }: Pick<Operations, 'thriftPort' | 'httpPort'>,
): void {
  const kind = [thrift.tls ? ' (TLS)' : '', workers > 1 ? ` by ${String(workers)} workers` : ''].join('');
  log.info(`Tasks ${VERSION}, Node.js ${process.version}`);
  log.info(`Thrift listens on ${thrift.host}:${String(thriftPort)}${kind}`);
  log.info(chosenStore(store).description);
  if (http === undefined || httpPort === undefined) return;
  const place = `${http.host}:${String(httpPort)}`;
  log.info(`Health and metrics listen on ${place}: /health/live /health/ready /metrics`);
}
