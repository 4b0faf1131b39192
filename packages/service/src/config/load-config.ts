import type { DynamicModule } from '@nestjs/common';
import type { Variables } from './environment.js';

/** A configuration, and the global module that gives it to providers as `ConfigService<Config, true>`. */
export interface LoadedConfig<Config extends object> {
  readonly config: Config;
  readonly configModule: DynamicModule;
}

/**
 * Reads a configuration from the environment and, for what that leaves unset, from `.env` in the working directory.
 *
 * @param parse Makes the configuration; throws a ConfigError that lists every bad variable.
 * @param variables Read these alone instead.
 * @throws ConfigError what `parse` throws.
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
    // The result of `validate` goes into process.env: libraries that read it themselves then see what `.env` sets.
    validate: (all: Record<string, string | undefined>) => {
      found.config = parse(variables ?? all);
      return all;
    },
    load: [() => ({ ...requireConfig(found) })],
  });
  return { config: requireConfig(found), configModule };
}

/** The value, frozen with everything in it; a URL stays as it is. */
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
