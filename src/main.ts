import 'reflect-metadata';
import { ConfigError } from './config/environment.js';
import { loadConfig } from './config/load-config.js';
import { startService } from './service.js';

try {
  await startService(await loadConfig());
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
