import type { Environment } from './environment.js';

/** Options of the log. */
export interface LogConfig {
  readonly level: (typeof LEVELS)[number];
  /** Undefined: pretty on a terminal, else JSON. */
  readonly format: (typeof FORMATS)[number] | undefined;
  /** Level of the access log, one line per call or request. */
  readonly accessLevel: 'info' | 'debug';
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const FORMATS = ['json', 'pretty'] as const;

/** Reads `LOG_LEVEL`, `LOG_FORMAT` and `ACCESS_LOG`. */
export function readLogConfig(environment: Environment): LogConfig {
  return {
    level: environment.choice('LOG_LEVEL', LEVELS) ?? 'info',
    format: environment.choice('LOG_FORMAT', FORMATS),
    accessLevel: environment.choice('ACCESS_LOG', ['on', 'off']) === 'on' ? 'info' : 'debug',
  };
}
