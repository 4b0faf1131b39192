import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildFaults, FaultControl } from '@tasks/testing/faults';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { DataFileReader } from '../src/index.js';
import { openForWriting } from '../src/data-file.js';
import { schema } from './notes-operations.js';
import { counts, ScratchNotes, textOf } from './scratch-notes.js';

let scratch: ScratchNotes;

beforeEach(() => {
  scratch = new ScratchNotes();
});
afterEach(() => scratch[Symbol.asyncDispose]());

const note = (key: string, text = 'text') => ({ key, lane: 1, text });
/** Node's arguments for a program in TypeScript. */
const TYPESCRIPT = ['-C', 'tasks-source', '--import', './scripts/typescript.mjs'];

function run(statements: string): string {
  return execFileSync('sqlite3', [scratch.path, statements], { encoding: 'utf8' });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(20);
}

describe('A data file that changes under the service', () => {
  it.each<[string, RegExp, (path: string) => void]>([
    [
      'moved',
      /notes\.db was moved or removed/,
      (path) => {
        renameSync(path, `${path}.elsewhere`);
      },
    ],
    [
      'removed',
      /notes\.db was moved or removed/,
      (path) => {
        rmSync(path);
      },
    ],
    [
      'replaced',
      /notes\.db was replaced/,
      (path) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
    [
      'without its log',
      /notes\.db-wal was moved or removed/,
      (path) => {
        rmSync(`${path}-wal`);
      },
    ],
    [
      'with a truncated log',
      /notes\.db-wal was truncated/,
      (path) => {
        truncateSync(`${path}-wal`, 100);
      },
    ],
    [
      'truncated',
      /notes\.db was truncated/,
      (path) => {
        truncateSync(path, 4_096);
      },
    ],
  ])('is noticed by the next change: %s', async (_what, message, change) => {
    const store = await scratch.open();
    await store.write('add', note('a'));
    change(scratch.path);
    await expect(store.write('add', note('b'))).rejects.toMatchObject({
      code: 'GONE',
      message: expect.stringMatching(message),
    });
    // Reads and the probe as well, for good.
    expect(() => textOf(store, 'a')).toThrow(message);
    await expect(store.probe()).rejects.toMatchObject({ code: 'GONE' });
    expect(scratch.lines).toEqual([expect.stringMatching(message)]);
  });

  it('is noticed within seconds without a change', async () => {
    const store = await scratch.open();
    renameSync(scratch.folder, `${scratch.folder} elsewhere`);
    await until(() => scratch.lines.length > 0);
    expect(() => textOf(store, 'a')).toThrow('was moved or removed');
  });

  it('with overwritten pages is reported once SQLite notices, or by a check', async () => {
    const store = await scratch.open();
    await store.write(
      'addAll',
      Array.from({ length: 2_000 }, (_, n) => note(String(n), 'x'.repeat(200))),
    );
    await store.close();
    const file = openSync(scratch.path, 'r+');
    writeSync(file, Buffer.alloc(40_000, 0x55), 0, undefined, 20 * 4_096);
    closeSync(file);
    const reader = DataFileReader.open(scratch.path, schema);
    expect(() => {
      reader.verify({});
    }).toThrow(/notes\.db is damaged/);
    reader.close();
    const again = await scratch.open();
    expect(() => counts(again)).toThrow(/notes\.db is damaged/);
  });
});

describe('A second program', () => {
  it('that is a service is rejected with a sentence, also in the same process', async () => {
    await scratch.open();
    const message = `The data folder ${scratch.folder} is in use by another service: stop that one, or set DATA_DIR to another folder`;
    await expect(scratch.open()).rejects.toMatchObject({ code: 'IN_USE', message });
    const args = [...TYPESCRIPT, fileURLToPath(new URL('./notes-load.ts', import.meta.url)), scratch.folder];
    expect(spawnSync(process.execPath, args, { cwd: projectRoot, encoding: 'utf8' }).stderr).toContain(message);
  });

  it('that writes is waited for, then 503, and nothing is lost', async () => {
    const store = await scratch.open();
    const args = [...TYPESCRIPT, fileURLToPath(new URL('./lock-holder.ts', import.meta.url)), scratch.path];
    using holder = new RunningProgram(process.execPath, args, { cwd: projectRoot });
    await holder.printed(/held/);
    const rejected = store.write('add', note('a'));
    await expect(rejected).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: expect.stringContaining('is locked by another program'),
    });
    expect(textOf(store, 'a')).toBeUndefined();
    const waiting = store.write('add', note('b'));
    holder.signal('SIGKILL');
    await waiting;
    expect(textOf(store, 'b')).toBe('text');
  }, 30_000);

  it('that changes the data is reported within seconds, and changes of our own are not', async () => {
    let changes = 0;
    const store = await scratch.open({ onForeignChange: () => changes++ });
    for (let n = 0; n < 60; n++) {
      await store.write('add', note(String(n)));
      await delay(20);
    }
    expect(changes).toBe(0);
    run("INSERT INTO notes VALUES (CAST('other' AS BLOB), 2, '\"text\"')");
    await until(() => changes === 1);
    expect(textOf(store, 'other')).toBe('text');
  });

  it('that is a command works on the file beside the service, and neither creates nor migrates', async () => {
    await expect(scratch.open({ role: 'command' })).rejects.toMatchObject({ code: 'UNUSABLE' });
    const store = await scratch.open();
    const command = await scratch.open({ role: 'command' });
    await command.write('add', note('of the command'));
    expect(textOf(store, 'of the command')).toBe('text');
    await command.close();
  });
});

describe('The log', () => {
  it('stays small under changes, and is truncated once a reader no longer holds it', async () => {
    const store = await scratch.open();
    const text = 'x'.repeat(20_000);
    let n = 0;
    const fill = async (): Promise<void> => {
      await store.write(
        'addAll',
        Array.from({ length: 100 }, () => note(String(n++), text)),
      );
    };
    for (let batch = 0; batch < 20; batch++) await fill();
    expect(store.logBytes).toBeLessThan(16_000_000);
    const reader = DataFileReader.open(scratch.path, schema);
    reader.get('BEGIN');
    reader.get('SELECT count(*) FROM notes');
    while (!scratch.lines.some((line) => line.includes('The log has grown to'))) await fill();
    reader.get('COMMIT');
    reader.close();
    while (store.logBytes > 16_000_000) {
      await fill();
      await delay(50);
    }
    expect(scratch.lines).toHaveLength(1);
  }, 60_000);

  it('is written on while another program is in the middle of a checkpoint, and copied after it', async () => {
    const library = buildFaults(scratch.root);
    const control = new FaultControl(join(scratch.root, 'control'));
    const store = await scratch.open();
    const fill = (part: string, length = 1_200): Promise<number> =>
      store.write(
        'addAll',
        Array.from({ length }, (_, n) => note(`${part} ${String(n)}`, 'x'.repeat(2_000))),
      );
    // Too little for a checkpoint by the store.
    await fill('before', 200);
    control.set({ syncDelayMs: 1_000 });
    const env = { LD_PRELOAD: library, FAULTS_CONTROL: control.path };
    const args = [scratch.path, 'PRAGMA wal_checkpoint(PASSIVE)'];
    using other = new RunningProgram('sqlite3', args, { cwd: scratch.root, env });
    while (control.counts().syncs === 0) await delay(5);
    const size = statSync(scratch.path).size;
    for (const part of ['one', 'two', 'three']) await fill(part);
    await other.ended();
    for (let n = 0; statSync(scratch.path).size < size + 4_000_000; n++) {
      await fill(`after ${String(n)}`);
      await delay(100);
    }
    expect(scratch.lines).toEqual([]);
    control.close();
  }, 60_000);

  it('is in the data file after a close', async () => {
    const store = await scratch.open();
    await store.write('add', note('a'));
    await store.close();
    expect(statSync(`${scratch.path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });
});

describe('A start', () => {
  it('brings an older file to the current version, and keeps a copy of it', async () => {
    const store = await scratch.open();
    await store.write('add', note('a'));
    await store.close();
    const newer = {
      ...schema,
      migrations: [...schema.migrations, 'CREATE TABLE more (a INTEGER) STRICT; INSERT INTO more VALUES (1)'],
    };
    expect(() => openForWriting(scratch.path, newer, false)).toThrow('has data version 1: start the service once');
    openForWriting(scratch.path, newer, true).close();
    expect(run('PRAGMA user_version; SELECT count(*) FROM more; SELECT count(*) FROM notes')).toBe('2\n1\n1\n');
    expect(statSync(`${scratch.path}.v1`).mode & 0o777).toBe(0o600);
    const copy = DataFileReader.open(`${scratch.path}.v1`, schema);
    expect(copy.get('SELECT count(*) AS n FROM notes')).toMatchObject({ n: 1 });
    copy.close();
    await expect(scratch.open()).rejects.toMatchObject({ message: expect.stringContaining('has data version 2') });
  });

  it('whose migration fails leaves the file as it was', async () => {
    await (await scratch.open()).close();
    const broken = { ...schema, migrations: [...schema.migrations, 'CREATE TABLE more (a INTEGER) STRICT; NONSENSE'] };
    expect(() => openForWriting(scratch.path, broken, true)).toThrow('NONSENSE');
    await expect(scratch.open()).resolves.toBeDefined();
    expect(run("SELECT count(*) FROM sqlite_schema WHERE name = 'more'")).toBe('0\n');
  });

  it('continues after one that was killed while it created the file', async () => {
    mkdirSync(scratch.folder, { recursive: true });
    appendFileSync(`${scratch.path}.new`, 'half a file');
    const store = await scratch.open();
    await store.write('add', note('a'));
    expect(existsSync(`${scratch.path}.new`)).toBe(false);
  });

  it('on a full disk says so in one sentence, and works once there is room', async () => {
    const place = join(scratch.root, 'small');
    mkdirSync(place);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', place]).status !== 0) {
      console.warn('Skipped, since this user may not mount a small disk');
      return;
    }
    try {
      const ballast = join(place, 'ballast');
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096']);
      const folder = join(place, 'data');
      await expect(scratch.open({ folder })).rejects.toMatchObject({
        message: expect.stringContaining('the disk is full'),
      });
      rmSync(ballast);
      const store = await scratch.open({ folder });
      const text = 'x'.repeat(50_000);
      const rejections: unknown[] = [];
      let stored = 0;
      for (let n = 0; rejections.length < 20; n++) {
        await Promise.all(
          Array.from({ length: 8 }, (_, lane) =>
            store.write('add', note(`${String(n)} ${String(lane)}`, text)).then(
              () => stored++,
              (error: unknown) => rejections.push(error),
            ),
          ),
        );
      }
      for (const error of rejections)
        expect(error).toMatchObject({ code: 'WRITE_FAILED', message: expect.stringContaining('the disk is full') });
      expect(counts(store)).toEqual({ total: stored, counted: stored });
      await expect(store.probe()).rejects.toMatchObject({ code: 'WRITE_FAILED' });
      expect(scratch.lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
      spawnSync('mount', ['-o', 'remount,size=64m', place]);
      const startMs = performance.now();
      while (
        !(await store.write('add', note('room', text)).then(
          () => true,
          () => false,
        ))
      )
        await delay(20);
      expect(performance.now() - startMs).toBeLessThan(10_000);
      await until(() => {
        void store.write('remove', 'nothing');
        return scratch.lines.some((line) => line.endsWith('takes writes again'));
      });
      await store.probe();
      await store.close();
    } finally {
      spawnSync('umount', ['--lazy', place]);
    }
  }, 30_000);

  it('on two disks with equal inode numbers opens both', async () => {
    const places = ['one', 'two'].map((name) => join(scratch.root, name));
    for (const place of places) mkdirSync(place);
    if (places.some((place) => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', place]).status !== 0)) {
      console.warn('Skipped, since this user may not mount a small disk');
      return;
    }
    try {
      const stores = await Promise.all(places.map((place) => scratch.open({ folder: join(place, 'data') })));
      const [one, two] = stores.map(({ path }) => statSync(path));
      expect(one?.ino).toBe(two?.ino);
      await Promise.all(stores.map((store, n) => store.write('add', note('a', String(n)))));
      expect(stores.map((store) => textOf(store, 'a'))).toEqual(['0', '1']);
      for (const store of stores) await store.close();
    } finally {
      for (const place of places) spawnSync('umount', ['--lazy', place]);
    }
  });

  it('is rejected on a FUSE file system, unless the operator accepts it', async () => {
    const merged = join(scratch.root, 'merged');
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(scratch.root, name));
    const layers = `lowerdir=${scratch.root}/lower,upperdir=${scratch.root}/upper,workdir=${scratch.root}/work`;
    if (spawnSync('fuse-overlayfs', ['-o', layers, merged]).status !== 0) {
      console.warn('Skipped, since there is no fuse-overlayfs or no /dev/fuse');
      return;
    }
    try {
      const folder = join(merged, 'data');
      await expect(scratch.open({ folder })).rejects.toMatchObject({
        code: 'UNUSABLE',
        message: expect.stringContaining('is on a shared file system (FUSE)'),
      });
      process.env.DATA_DIR_SHARED_OK = '1';
      const store = await scratch.open({ folder });
      await store.write('add', note('a'));
      await store.close();
    } finally {
      delete process.env.DATA_DIR_SHARED_OK;
      spawnSync('umount', ['--lazy', merged]);
    }
  });
});
