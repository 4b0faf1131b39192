import 'reflect-metadata';
import { createLog, type Logger, type RunningService } from '@tasks/service';
import type { PrimaryLink } from '@tasks/service/worker';
import type { AppConfig } from '../config/config.js';
import { loadConfig } from '../config/load-config.js';
import { readableCall } from '../infrastructure/thrift/access-log.js';

/**
 * Starts the service with the configuration of the environment, logging to standard output.
 *
 * @param useLog Receives the log once it is configured.
 * @throws ConfigError that lists every bad variable; any error of `startService` or `startWorkers`.
 */
export async function startFromEnvironment(useLog: (log: Logger) => void): Promise<RunningService> {
  const loaded = await loadConfig();
  const log = await openLog(loaded.config);
  useLog(log);
  if (loaded.config.workers > 1) {
    const { startWorkers } = await import('./workers.js');
    return startWorkers(loaded, log);
  }
  const { startService } = await import('./service.js');
  return startService(loaded, log);
}

/**
 * Starts a worker of the service, with the configuration that the primary has passed on.
 *
 * @throws What `startCallServer` throws.
 */
export async function startWorker(link: PrimaryLink, useLog: (log: Logger) => void): Promise<RunningService> {
  const loaded = await loadConfig();
  const place = { number: link.number, count: loaded.config.workers };
  const log = await openLog(loaded.config, { worker: place.number, pid: process.pid });
  useLog(log);
  const { startCallServer } = await import('./call-server.js');
  const calls = await startCallServer(loaded, log, place, () => link.mayListen());
  const { port, health, metrics, stopLimitMs } = calls;
  await link.ready({ port, stopLimitMs }, { health: () => health.execute(), metrics: () => metrics.snapshot() });
  return {
    stopLimitMs,
    stop: async () => {
      await link.stopping();
      await calls.stop();
      await link.leave();
    },
  };
}

function openLog({ log, workers }: AppConfig, fields: Readonly<Record<string, unknown>> = {}): Promise<Logger> {
  return createLog({ ...log, readable: readableCall, fields, isShared: workers > 1 });
}
