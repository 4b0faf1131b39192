import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ConfigError, createLog, Lifecycle, loadConfig, type LoadedConfig } from '@tasks/service';
import { startGateway } from './bootstrap/gateway.js';
import { parseConfig, type GatewayConfig } from './config/config.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const { config } = await loadConfig(parseConfig).catch(refuseToStart);
const log = await createLog(config.log);
await new Lifecycle(log).run(() => startGateway(config, log, { version, pageFolder: findPage() }));

/** The folder of the page, if it was built. */
function findPage(): URL | undefined {
  const list = new URL(import.meta.resolve('@tasks/web/dist/assets.json'));
  if (existsSync(list)) return new URL('./', list);
  log.warn('There is no page, since it was not built: run `npm run build -w web`');
  return undefined;
}

/** In plain text and not by the log: how to log is part of what may be wrong. */
function refuseToStart(error: unknown): LoadedConfig<GatewayConfig> {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
