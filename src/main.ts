import 'reflect-metadata';
import { ConfigError } from './config/environment.js';
import { loadConfig, type LoadedConfig } from './config/load-config.js';
import { createLog } from './infrastructure/observability/log.js';
import { Lifecycle } from './lifecycle.js';
import { startService } from './service.js';

const loaded = await loadConfig().catch(refuseToStart);
const log = await createLog(loaded.config.log);
await new Lifecycle(log).run(() => startService(loaded, log));

/** In plain text and not by the log: how to log is part of what may be wrong. */
function refuseToStart(error: unknown): LoadedConfig {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
