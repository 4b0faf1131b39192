import 'reflect-metadata';
import { createLog, type Logger, type RunningService } from '@tasks/service';
import { loadConfig } from '../config/load-config.js';
import { readableCall } from '../infrastructure/thrift/access-log.js';
import { startService } from './service.js';

/**
 * Starts the service with the configuration of the environment, logging to standard output.
 *
 * @param useLog Receives the log once it is configured.
 * @throws ConfigError that lists every bad variable; any error of `startService`.
 */
export async function startFromEnvironment(useLog: (log: Logger) => void): Promise<RunningService> {
  const loaded = await loadConfig();
  const log = await createLog({ ...loaded.config.log, readable: readableCall });
  useLog(log);
  return startService(loaded, log);
}
