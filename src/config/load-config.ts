import * as service from '@tasks/service';
import { parseConfig, type AppConfig } from './config.js';

/** The configuration, and the global module that gives it to providers as `ConfigService<AppConfig, true>`. */
export type LoadedConfig = service.LoadedConfig<AppConfig>;

/**
 * Reads the configuration from the environment and, for what that leaves unset, from `.env` in the working directory.
 *
 * @param variables Read these alone instead.
 * @throws ConfigError that lists every bad variable.
 */
export function loadConfig(variables?: service.Variables): Promise<LoadedConfig> {
  return service.loadConfig(parseConfig, variables);
}
