import { execSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EmbeddedStore } from '../src/index.js';
import { allEntries, failing, ScratchStore } from './scratch-store.js';

/** Longer than the period in which files are compared. */
const PERIOD_MS = 600;
const RESTORE = 'stop the service, move the folder away and restore a backup';
const WRITE_MARKER = 'if the data is of "notes", write {"owner":"notes","version":1} into it and restart the service';
const WRITE_CURRENT = 'run `ls MANIFEST-* > CURRENT` in the folder and restart the service';

let scratch: ScratchStore;
let store: EmbeddedStore;

beforeEach(async () => {
  scratch = new ScratchStore();
  await scratch.fill(100);
  store = await scratch.open();
  await add('before');
});
afterEach(() => scratch[Symbol.asyncDispose]());

function add(key: string, value = '1'): Promise<void> {
  return store.write(({ put }) => {
    put(key, value);
  });
}

/** The newest file of a kind: `.log`, `MANIFEST`, `STORE`, `CURRENT`, `LOCK`. */
function newest(kind: string): string {
  return scratch.files(new RegExp(`^${kind}|${kind}$`)).slice(-1)[0] ?? '';
}

function isReadable(): boolean {
  try {
    store.assertReadable();
    return true;
  } catch {
    return false;
  }
}

function replaceByCopy(path: string): void {
  copyFileSync(path, `${path}.tmp`);
  renameSync(`${path}.tmp`, path);
}

/** Has LevelDB open the folder again, as after a full disk. */
async function reopen(): Promise<void> {
  renameSync(scratch.folder, `${scratch.folder} elsewhere`);
  await expect(add('lost')).rejects.toMatchObject({ code: 'GONE' });
  renameSync(`${scratch.folder} elsewhere`, scratch.folder);
  const tryAdd = (): Promise<boolean> =>
    add('again').then(
      () => true,
      () => false,
    );
  while (!(await tryAdd())) await delay(20);
}

function truncate(length: number): (path: string) => void {
  return (path) => {
    truncateSync(path, length);
  };
}

describe('A file in use', () => {
  it.each<[kind: string, how: string, change: (path: string) => void, what: string, advice: string]>([
    ['.log', 'removed', rmSync, 'was removed', RESTORE],
    ['.log', 'replaced by a copy', replaceByCopy, 'was replaced', RESTORE],
    ['.log', 'emptied', truncate(0), 'was truncated or overwritten', RESTORE],
    ['.log', 'truncated', truncate(20), 'was truncated or overwritten', RESTORE],
    ['MANIFEST', 'removed', rmSync, 'was removed', RESTORE],
    ['MANIFEST', 'replaced by a copy', replaceByCopy, 'was replaced', RESTORE],
    ['MANIFEST', 'truncated', truncate(20), 'was truncated or overwritten', RESTORE],
    ['CURRENT', 'emptied', truncate(0), 'was truncated or overwritten', WRITE_CURRENT],
    ['STORE', 'removed', rmSync, 'was removed', WRITE_MARKER],
    ['STORE', 'emptied', truncate(0), 'was truncated or overwritten', WRITE_MARKER],
  ])('(%s) that was %s fails every call, and is named', async (kind, _how, change, what, advice) => {
    await delay(PERIOD_MS);
    const path = newest(kind);
    change(path);
    const message = `${path} ${what} while in use: ${advice}`;
    // LevelDB goes on where it was: the first write makes a truncated log longer than before.
    expect(await failing(store)).toBe(message);
    await expect(store.get('before')).rejects.toMatchObject({ code: 'DAMAGED', message });
  });

  it.each(['.log', 'MANIFEST', 'STORE'])('(%s) is compared from the start', async (kind) => {
    await store.close();
    store = await scratch.open();
    const path = newest(kind);
    replaceByCopy(path);
    expect(await failing(store)).toContain(`${path} was replaced while in use`);
  });

  it('that was truncated is noticed without a write', async () => {
    await delay(PERIOD_MS);
    truncateSync(newest('.log'), 20);
    await delay(PERIOD_MS);
    expect(() => {
      store.assertReadable();
    }).toThrow('was truncated');
  });

  it.each(['.ldb', '.log', 'STORE'])('(%s) is compared while another file cannot be read', async (kind) => {
    mkdirSync(join(scratch.folder, '000001.log'));
    await delay(2 * PERIOD_MS);
    const path = newest(kind);
    appendFileSync(path, 'more');
    replaceByCopy(path);
    expect(await failing(store)).toMatch(new RegExp(`^${path} was (replaced|changed) while in use`));
  });

  it.each([
    ['LOCK', 'restart the service'],
    ['CURRENT', WRITE_CURRENT],
  ])('(%s) that was removed fails writes at once, and is named', async (kind, advice) => {
    const path = newest(kind);
    rmSync(path);
    await expect(add('after')).rejects.toMatchObject({
      code: 'GONE',
      message: `${path} was removed, moved or replaced while it was in use: move it back, or ${advice}`,
    });
  });

  it.each(['LOCK', 'CURRENT'])('(%s) that was moved away and back is used again', async (kind) => {
    const path = newest(kind);
    renameSync(path, `${path} elsewhere`);
    await expect(add('lost')).rejects.toMatchObject({ code: 'GONE' });
    renameSync(`${path} elsewhere`, path);
    await delay(PERIOD_MS);
    await add('after');
    expect(await store.get('after')).toBe('1');
  });

  it('(CURRENT) that is missing while LevelDB reopens is used once it is back', async () => {
    const path = newest('CURRENT');
    const moved = `${path} elsewhere`;
    renameSync(path, moved);
    await expect(add('lost')).rejects.toMatchObject({ code: 'GONE' });
    renameSync(moved, path);
    while (!isReadable()) await delay(20);
    // The next write opens the folder again.
    renameSync(path, moved);
    await expect(add('lost')).rejects.toMatchObject({ code: 'GONE' });
    renameSync(moved, path);
    while (!isReadable()) await delay(20);
    await add('after');
    expect(await store.get('after')).toBe('1');
  });

  it('(CURRENT) that was removed is written as advised, and nothing is lost', async () => {
    const path = newest('CURRENT');
    rmSync(path);
    await expect(add('after')).rejects.toMatchObject({ code: 'GONE' });
    await store.close();
    await expect(scratch.open()).rejects.toThrow(`${path} is missing: ${WRITE_CURRENT}`);
    execSync('ls MANIFEST-* > CURRENT', { cwd: scratch.folder });
    store = await scratch.open();
    expect(await store.get('before')).toBe('1');
  });

  it('(log) overwritten before its end is not noticed, and a clean stop keeps the data', async () => {
    for (let n = 0; n < 50; n++) await add(`more ${String(n)}`, 'v'.repeat(100));
    await delay(PERIOD_MS);
    const file = openSync(newest('.log'), 'r+');
    writeSync(file, 'overwritten', 1_000);
    closeSync(file);
    await delay(2 * PERIOD_MS);
    await add('after');
    await store.close();
    store = await scratch.open();
    expect(await allEntries(store)).toHaveLength(152);
  });
});

describe('An undamaged folder in use', () => {
  it('stays usable while LevelDB replaces its logs and merges its tables', async () => {
    const logs = new Set<string>();
    const tables = new Set<string>();
    for (const endMs = performance.now() + 4 * PERIOD_MS; performance.now() < endMs || logs.size < 4;) {
      await Promise.all(Array.from({ length: 20 }, (_, n) => add(`long ${String(n)}`, 'v'.repeat(20_000))));
      logs.add(newest('.log'));
      for (const path of scratch.files(/\.ldb$/)) tables.add(path);
    }
    await delay(PERIOD_MS);
    await add('after');
    expect(scratch.files(/\.ldb$/).length).toBeLessThan(tables.size);
    expect(await allEntries(store)).toHaveLength(122);
  });

  it('stays usable when LevelDB opens it again, and its new files are compared', async () => {
    const before = [newest('.log'), newest('MANIFEST'), statSync(newest('CURRENT')).ino];
    await reopen();
    const after = [newest('.log'), newest('MANIFEST'), statSync(newest('CURRENT')).ino];
    expect(after.filter((found, n) => found === before[n])).toEqual([]);
    await delay(2 * PERIOD_MS);
    await add('after');
    replaceByCopy(newest('.log'));
    expect(await failing(store)).toContain(`${newest('.log')} was replaced while in use`);
  });

  it('stays usable when its files are read, copied, touched, and joined by others', async () => {
    await delay(PERIOD_MS);
    // Closing a descriptor of LOCK would release LevelDB's lock.
    for (const path of scratch.files(/^(?!LOCK$)/)) {
      const content = readFileSync(path);
      writeFileSync(join(scratch.root, 'copy'), content);
      if (!path.endsWith('.ldb')) utimesSync(path, 1, 1);
    }
    writeFileSync(join(scratch.folder, '000001.log.old'), '');
    await delay(PERIOD_MS);
    rmSync(join(scratch.folder, '000001.log.old'));
    await delay(2 * PERIOD_MS);
    await add('after');
    expect(await allEntries(store)).toHaveLength(102);
  });
});
