import 'reflect-metadata';
import { ConfigError, createLog, Lifecycle } from '@tasks/service';
import { startService } from './bootstrap/service.js';
import { loadConfig, type LoadedConfig } from './config/load-config.js';

const loaded = await loadConfig().catch(refuseToStart);
const log = await createLog(loaded.config.log);
await new Lifecycle(log).run(() => startService(loaded, log));

/** In plain text and not by the log: how to log is part of what may be wrong. */
function refuseToStart(error: unknown): LoadedConfig {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
