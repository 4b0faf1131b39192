import { DrainState, MetricsRegistry, NestLogger, ProcessMetrics, type Logger } from '@tasks/service';
import { WorkerPool } from '@tasks/service/workers';
import type { LoadedConfig } from '../config/load-config.js';
import { startOperations } from './operations.js';
import type { TasksService } from './service.js';
import { VERSION } from './version.js';

/** What closing health and metrics may take after the workers have ended. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * Starts the service in several processes that share the port; this one serves their health and metrics. Resolves once all
 * of them answer calls.
 *
 * @throws ReportedStartError with the failure of the first worker that can't start; ListenError when the HTTP port can't be
 * listened on.
 */
export async function startWorkers({ config }: LoadedConfig, log: Logger): Promise<TasksService> {
  for (const warning of config.warnings) log.warn(warning);
  const count = config.workers;
  const pool = await WorkerPool.start({
    count,
    program: new URL('./worker.js', import.meta.url),
    // `auto` may be another number by now.
    env: { WORKERS: String(count) },
    portVariable: 'THRIFT_PORT',
    connectionsMetric: 'thrift_connections',
    log,
  });
  const drain = new DrainState();
  const metrics = new MetricsRegistry(() => pool.metrics());
  metrics.add(pool.counts, new ProcessMetrics(VERSION));
  const probes = { store: () => pool.health() };
  const parts = { drain, metrics, probes, logger: new NestLogger(log) };
  const operations = await startOperations(config, log, pool, parts);
  return {
    thriftPort: operations.thriftPort,
    httpPort: operations.httpPort,
    stopLimitMs: pool.stopLimitMs + CLOSE_LIMIT_MS,
    stop: async () => {
      // Each worker reports to callers that it stops, waits and drains, as a service of one process does.
      drain.start();
      await pool.stop('The service stops').finally(() => operations.close());
    },
  };
}
