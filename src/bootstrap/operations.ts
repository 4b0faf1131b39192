import { DrainMetrics, type DrainState, type Logger, type MetricsRegistry, type NestLogger } from '@tasks/service';
import type { OperationsServer, ProbeAnswer } from '@tasks/service/operations';
import { LIMIT_RULES } from 'nestjs-thrift';
import type { AppConfig } from '../config/config.js';
import { VERSION } from './version.js';

/** What health and metrics are made of. */
export interface OperationsParts {
  readonly drain: DrainState;
  readonly probes: Readonly<Record<string, () => Promise<ProbeAnswer>>>;
  readonly metrics: MetricsRegistry;
  readonly logger: NestLogger;
}

/**
 * Serves health and metrics over HTTP, unless that is off.
 *
 * @throws ListenError when the port can't be listened on.
 */
export async function startOperations(
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
export function logAddresses(
  { thrift, http, workers }: AppConfig,
  log: Logger,
  started: { readonly thriftPort: number; readonly httpPort: number | undefined; readonly store: string },
): void {
  const kind = [thrift.tls ? ' (TLS)' : '', workers > 1 ? ` by ${String(workers)} workers` : ''].join('');
  log.info(`Tasks ${VERSION}, Node.js ${process.version}`);
  log.info(`Thrift listens on ${thrift.host}:${String(started.thriftPort)}${kind}`);
  log.info(started.store);
  if (http === undefined || started.httpPort === undefined) return;
  const place = `${http.host}:${String(started.httpPort)}`;
  log.info(`Health and metrics listen on ${place}: /health/live /health/ready /metrics`);
}
