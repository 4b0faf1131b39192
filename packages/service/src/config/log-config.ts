import type { Environment } from './environment.js';

/** What is logged, and how. */
export interface LogConfig {
  readonly level: (typeof LEVELS)[number];
  /** Undefined: pretty on a terminal, else JSON. */
  readonly format: (typeof FORMATS)[number] | undefined;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const FORMATS = ['json', 'pretty'] as const;

/** Reads `LOG_LEVEL` and `LOG_FORMAT`. */
export function readLogConfig(environment: Environment): LogConfig {
  return {
    level: environment.choice('LOG_LEVEL', LEVELS) ?? 'info',
    format: environment.choice('LOG_FORMAT', FORMATS),
  };
}
