import * as service from '@tasks/service';
import { parseConfig, type AppConfig } from './config.js';

/** The configuration, and the global module that provides it as `ConfigService<AppConfig, true>`. */
export type LoadedConfig = service.LoadedConfig<AppConfig>;

/**
 * Reads the configuration from the environment and, for variables unset there, from `.env` in the working directory.
 *
 * @param variables Used instead of both.
 * @throws ConfigError that lists every bad variable.
 */
export function loadConfig(variables?: service.Variables): Promise<LoadedConfig> {
  return service.loadConfig(parseConfig, variables);
}
