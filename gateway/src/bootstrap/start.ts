import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { createLog, loadConfig, type Logger, type RunningService } from '@tasks/service';
import { parseConfig } from '../config/config.js';
import { startGateway } from './gateway.js';
import { VERSION } from './version.js';

/**
 * Starts the gateway with the configuration of the environment, logging to standard output.
 *
 * @param useLog Receives the log once it is configured.
 * @throws ConfigError that lists every bad variable; all errors of `startGateway`.
 */
export async function startFromEnvironment(useLog: (log: Logger) => void): Promise<RunningService> {
  const { config } = await loadConfig(parseConfig);
  const log = await createLog(config.log);
  useLog(log);
  return startGateway(config, log, { version: VERSION, pageFolder: findPage(log) });
}

/** The folder of the page, if it was built. */
function findPage(log: Logger): URL | undefined {
  const list = new URL(import.meta.resolve('@tasks/web/dist/assets.json'));
  if (existsSync(list)) return new URL('./', list);
  log.warn('The page is missing, since it was not built: run `npm run build -w web`');
  return undefined;
}
