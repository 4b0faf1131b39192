import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Whether processes are pinned: the server to the first processor, the load to the second. */
export const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The command that runs another one on a processor, where that can be had. */
export function pinned(processor: 0 | 1, command: readonly [string, ...string[]]): [string, ...string[]] {
  return CAN_PIN ? ['taskset', '-c', String(processor), ...command] : [...command];
}

/** Node with this repository's TypeScript, for a program of bench/. The transport is the build in its dist/. */
export const NODE: readonly [string, ...string[]] = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  '--import',
  './scripts/typescript.mjs',
];
