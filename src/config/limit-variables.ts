import { LIMIT_RULES, type ThriftLimits } from 'nestjs-thrift';
import type { Environment } from '@tasks/service';

export const LIMIT_NAMES = Object.keys(LIMIT_RULES) as readonly (keyof ThriftLimits)[];

/** Returns the variable that sets a limit: `maxMessageBytes` is `THRIFT_MAX_MESSAGE_BYTES`. */
export function limitVariable(name: keyof ThriftLimits): string {
  // The drain concerns the whole service, so its variable has no prefix.
  if (name === 'drainTimeoutMs') return 'DRAIN_TIMEOUT_MS';
  return `THRIFT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Reads the limits that are set; the transport has defaults for the others. */
export function readLimits(environment: Environment): Partial<ThriftLimits> {
  const set = LIMIT_NAMES.flatMap((name) => {
    const value = environment.integer(limitVariable(name), LIMIT_RULES[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}
