import { fileURLToPath } from 'node:url';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import type { Entry } from '../src/index.js';

const LOAD = fileURLToPath(new URL('./load.ts', import.meta.url));

/** Change number `n` of a lane: adds a key, changes it, adds another one, removes the first. */
export function changesOf(lane: number, n: number, valueLength: number): [key: string, value: string | undefined][] {
  const round = Math.floor(n / 4);
  const [first, second] = [`${String(lane)}.${String(round)}.first`, `${String(lane)}.${String(round)}.second`];
  const value = String(n).padEnd(valueLength, 'v');
  return (
    [
      [[first, value] as const],
      [[first, `${value} changed`] as const],
      [[second, value] as const, [first, `${value} again`] as const],
      [[first, undefined] as const],
    ][n % 4]?.map(([key, stored]) => [key, stored]) ?? []
  );
}

/** Starts the program that makes these changes. A wrapper limits it. */
export function startLoad(
  folder: string,
  { lanes = 8, valueLength = 100, begin = 0, limit = 'true' } = {},
): RunningProgram {
  const command = `${limit} && exec node -C tasks-source --import ./scripts/typescript.mjs "$@"`;
  const args = [LOAD, folder, String(lanes), String(valueLength), String(begin)];
  return new RunningProgram('sh', ['-c', command, 'sh', ...args], { cwd: projectRoot });
}

/** The number of the last acknowledged change of each lane; -1 for none. */
export function acknowledged(stdout: string, lanes: number): number[] {
  const last = Array.from({ length: lanes }, () => -1);
  for (const [, lane, n] of stdout.matchAll(/^done (\d+) (\d+)$/gm)) last[Number(lane)] = Number(n);
  return last;
}

/** Changes of a lane that may have been acknowledged, and not been printed before its process was killed. */
const MAX_UNPRINTED = 2_000;

/**
 * What is wrong with the entries after these acknowledged changes. Each lane must be as some change has left it, the last
 * acknowledged one or a later one: anything else was lost or came back.
 */
export function violations(entries: readonly Entry[], last: readonly number[], valueLength: number): string[] {
  const found = new Map<number, Map<string, string>>();
  for (const [key, value] of entries) {
    const lane = parseInt(key, 10);
    found.set(lane, (found.get(lane) ?? new Map<string, string>()).set(key, value));
  }
  return last.flatMap((n, lane) => {
    const state = new Map<string, string>();
    for (let change = 0; change <= n; change++) apply(state, changesOf(lane, change, valueLength));
    const inLane = found.get(lane) ?? new Map<string, string>();
    for (let change = n + 1; change <= n + MAX_UNPRINTED; change++) {
      if (isSame(inLane, state)) return [];
      apply(state, changesOf(lane, change, valueLength));
    }
    return [`lane ${String(lane)} after change ${String(n)}`];
  });
}

function apply(state: Map<string, string>, changes: readonly (readonly [string, string | undefined])[]): void {
  for (const [key, value] of changes) {
    if (value === undefined) state.delete(key);
    else state.set(key, value);
  }
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}
