import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pino } from 'pino';
import { loadConfig } from './config/load-config.js';
import { startGateway } from './gateway.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const { config } = await loadConfig();
const log = pino({ level: config.log.level });
const gateway = await startGateway(config, log, version, { pageFolder: findPage() });
process.once('SIGTERM', () => void gateway.stop().then(() => process.exit(0)));

/** The folder of the page, if it was built. */
function findPage(): URL | undefined {
  const list = new URL(import.meta.resolve('@tasks/web/dist/assets.json'));
  if (existsSync(list)) return new URL('./', list);
  log.warn('There is no page, since it was not built: run `npm run build -w web`');
  return undefined;
}
