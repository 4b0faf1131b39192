import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Whether processes can be pinned: the server to the first processor, the load generator to the second. */
export const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The command that runs another command on one processor; the same command where pinning isn't possible. */
export function pinned(processor: 0 | 1, command: readonly [string, ...string[]]): [string, ...string[]] {
  return CAN_PIN ? ['taskset', '-c', String(processor), ...command] : [...command];
}

/** Command that runs a TypeScript program of bench/. It imports the transport from its dist/. */
export const NODE: readonly [string, ...string[]] = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  '--import',
  './scripts/typescript.mjs',
];
