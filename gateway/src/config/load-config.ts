import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { parseConfig, type GatewayConfig } from './config.js';
import type { Variables } from './environment.js';

/** The configuration, and the global module that gives it to providers as `ConfigService<GatewayConfig, true>`. */
export interface LoadedConfig {
  readonly config: GatewayConfig;
  readonly configModule: DynamicModule;
}

/**
 * Reads the configuration from the environment and, for what that leaves unset, from `.env` in the working directory.
 *
 * @param variables Read these alone instead.
 * @throws ConfigError that lists every bad variable.
 */
export async function loadConfig(variables?: Variables): Promise<LoadedConfig> {
  const isGiven = variables !== undefined;
  const found: { config?: GatewayConfig } = {};
  const configModule = await ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile: isGiven,
    ignoreEnvVars: isGiven,
    skipProcessEnv: true,
    // What `validate` returns goes into process.env: libraries that read it themselves shall see what `.env` sets.
    validate: (all: Record<string, string | undefined>) => {
      found.config = parseConfig(variables ?? all);
      return all;
    },
    load: [() => ({ ...requireConfig(found) })],
  });
  return { config: requireConfig(found), configModule };
}

function requireConfig({ config }: { config?: GatewayConfig }): GatewayConfig {
  if (config === undefined) throw new Error('ConfigModule.forRoot() did not call validate');
  return config;
}
