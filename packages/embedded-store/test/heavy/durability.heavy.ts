import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedStore } from '../../src/index.js';
import { acknowledged, startLoad, violations } from '../load-changes.js';
import { allEntries, ScratchStore } from '../scratch-store.js';
import { startsAtOnce } from '../starts.js';

const VALUE_LENGTH = 1_000;
const KILLS = 12;
const STARTS = 100;

let scratch: ScratchStore;

beforeEach(() => {
  scratch = new ScratchStore();
});
afterEach(() => scratch[Symbol.asyncDispose]());

function run(command: string): boolean {
  return spawnSync('sh', ['-c', command], { stdio: 'ignore' }).status === 0;
}

/** A file system of 24 MB; undefined where this user may not mount one. */
function mount(kind: 'tmpfs' | 'ext4', place: string): boolean {
  mkdirSync(place);
  if (kind === 'tmpfs') return run(`mount -t tmpfs -o size=24m none '${place}'`);
  const image = `${place}.img`;
  return run(`truncate -s 24m '${image}' && mkfs.ext4 -q '${image}' && mount -o loop '${image}' '${place}'`);
}

describe('A full disk', () => {
  it.each([
    ['tmpfs', 8],
    ['tmpfs', 64],
    ['ext4', 8],
    ['ext4', 64],
  ] as const)('(%s, %d adders) loses nothing, and accepts writes again without a restart', async (kind, lanes) => {
    const place = join(scratch.root, 'disk');
    if (!mount(kind, place)) {
      console.warn(`left out: mounting ${kind} failed`);
      return;
    }
    try {
      const ballast = join(place, 'ballast');
      writeFileSync(ballast, Buffer.alloc(12_000_000, 1));
      const folder = join(place, 'data');
      using program = startLoad(folder, { lanes, valueLength: VALUE_LENGTH });
      await program.printed(/^rejected 1 /m);
      await delay(10_000);
      const freedAtMs = Date.now();
      rmSync(ballast);
      await delay(3_000);
      program.signal('SIGKILL');
      const { stdout } = await program.ended();
      expect(stdout).not.toContain('reads no more');
      const recoveries = Array.from(stdout.matchAll(/^recovered at (\d+)$/gm), ([, atMs]) => Number(atMs) - freedAtMs);
      expect(recoveries.find((afterMs) => afterMs > 0)).toBeLessThan(2_000);
      const store = await EmbeddedStore.open({ ...scratch.options, folder });
      const entries = await allEntries(store);
      await store.close();
      const last = acknowledged(stdout, lanes);
      const changes = last.reduce((sum, n) => sum + n + 1, 0);
      const rejected = stdout.match(/^rejected /gm)?.length ?? 0;
      console.info(`${kind}, ${String(lanes)} adders: ${String(changes)} acknowledged, ${String(rejected)} rejected`);
      expect(violations(entries, last, VALUE_LENGTH)).toEqual([]);
    } finally {
      run(`umount -l '${place}'`);
    }
  });
});

describe('Kill -9', () => {
  it(`${String(KILLS)} times under 16 writers loses and resurrects nothing`, async () => {
    let changes = 0;
    for (let round = 0; round < KILLS; round++) {
      const folder = join(scratch.root, `round ${String(round)}`);
      using program = startLoad(folder, { lanes: 16, valueLength: 100 });
      await program.printed(/^ready$/m);
      await delay(500 + 200 * round);
      program.signal('SIGKILL');
      const last = acknowledged((await program.ended()).stdout, 16);
      changes += last.reduce((sum, n) => sum + n + 1, 0);
      const store = await EmbeddedStore.open({ ...scratch.options, folder });
      expect(violations(await allEntries(store), last, 100)).toEqual([]);
      await store.close();
      expect(existsSync(join(folder, 'room'))).toBe(false);
    }
    console.info(`${String(KILLS)} kills: ${String(changes)} changes acknowledged, 0 violations`);
  });
});

describe('Two processes that start simultaneously', () => {
  it(`${String(STARTS)} times never both have the folder`, async () => {
    expect(await startsAtOnce(scratch.root, STARTS)).toEqual({ none: 0, one: STARTS, both: 0 });
  });
});
