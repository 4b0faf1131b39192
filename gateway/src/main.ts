import 'reflect-metadata';
import { createRequire } from 'node:module';
import { pino } from 'pino';
import { loadConfig } from './config/load-config.js';
import { startGateway } from './gateway.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const { config } = await loadConfig();
const log = pino({ level: config.log.level });
const gateway = await startGateway(config, log, version);
process.once('SIGTERM', () => void gateway.stop().then(() => process.exit(0)));
