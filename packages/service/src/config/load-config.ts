import type { DynamicModule } from '@nestjs/common';
import type { Variables } from './environment.js';

/** A configuration, and the global module that provides it as `ConfigService<Config, true>`. */
export interface LoadedConfig<Config extends object> {
  readonly config: Config;
  readonly configModule: DynamicModule;
}

/**
 * Reads a configuration from the environment and, for variables unset there, from `.env` in the working directory.
 *
 * @param parse Creates the configuration; throws a ConfigError that lists every bad variable.
 * @param variables Used instead of both.
 * @throws ConfigError of `parse`.
 */
export async function loadConfig<Config extends object>(
  parse: (variables: Variables) => Config,
  variables?: Variables,
): Promise<LoadedConfig<Config>> {
  const { ConfigModule } = await import('@nestjs/config');
  const isGiven = variables !== undefined;
  const found: { config?: Config } = {};
  const configModule = await ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile: isGiven,
    ignoreEnvVars: isGiven,
    skipProcessEnv: true,
    // The result of `validate` is written to process.env, so that libraries which read it see `.env` too.
    validate: (all: Record<string, string | undefined>) => {
      found.config = parse(variables ?? all);
      return all;
    },
    load: [() => ({ ...requireConfig(found) })],
  });
  return { config: requireConfig(found), configModule };
}

/** Freezes a value deeply; a URL is returned unchanged. */
export function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null && !(part instanceof URL)) deepFreeze(part as object);
  }
  return Object.freeze(value);
}

function requireConfig<Config>({ config }: { config?: Config }): Config {
  if (config === undefined) throw new Error('ConfigModule.forRoot() did not call validate');
  return config;
}
