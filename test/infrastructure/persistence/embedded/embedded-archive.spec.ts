import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { open } from 'lmdb';
import {
  backUp,
  openBackup,
  openStoreToRead,
} from '../../../../src/infrastructure/persistence/embedded/embedded-maintenance.js';
import { EmbeddedStore } from '../../../../src/infrastructure/persistence/embedded/embedded-store.js';
import { EmbeddedTaskRepository } from '../../../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { aTask, taskId } from '../../../support/builders.js';

let dataDirectory: string;
let file: string;
let backup: string;

beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'tasks-archive-'));
  file = join(dataDirectory, 'tasks.mdb');
  backup = join(dataDirectory, 'backup');
});
afterEach(() => {
  rmSync(dataDirectory, { recursive: true });
});

/** A sound file with a record that is no task. */
async function storeWithNoTask(): Promise<void> {
  const store = await EmbeddedStore.open({ dataDirectory });
  await store.use().tasks.put(Buffer.from('x'), Buffer.alloc(0));
  await store.close();
}

async function emptyFile(path: string): Promise<void> {
  const root = open({ path, noSubdir: true });
  await root.close();
}

async function readAll(): Promise<void> {
  const store = openStoreToRead(dataDirectory);
  try {
    for await (const tasks of store.batches(10)) expect(tasks).toEqual([]);
  } finally {
    await store.close();
  }
}

describe('What is wrong with an archive', () => {
  it('is said of the store where the store is damaged, with what to do about a store', async () => {
    await storeWithNoTask();
    const advice = 'restore a backup, or move the file away to start with an empty store';
    await expect(readAll()).rejects.toThrow(`${file} is damaged, it holds what is no task: ${advice}`);
    await expect(backUp(dataDirectory, backup)).rejects.toThrow(
      `${file} is damaged, a copy of it can't be read: ${advice}`,
    );
  });

  it('is said of the backup where that is damaged', async () => {
    await storeWithNoTask();
    const store = openStoreToRead(dataDirectory);
    await store.copyTo(backup);
    await store.close();
    await expect(openBackup(backup)).rejects.toThrow(
      `${backup} is damaged, it holds what is no task: use another backup`,
    );
  });

  it('comes with what to do where a backup can not be written, and leaves nothing there', async () => {
    const store = await EmbeddedStore.open({ dataDirectory });
    await store.close();
    const belowFile = join(file, 'backup');
    const advice = 'free space there, let this user write there, or choose a folder on a file system with';
    await expect(backUp(dataDirectory, belowFile)).rejects.toThrow(
      new RegExp(`^The backup ${belowFile} can't be written \\(.+\\): ${advice} hard links$`),
    );
    expect(readdirSync(dataDirectory).sort()).toEqual(['tasks.mdb', 'tasks.mdb-lock']);
  });

  it('is said before anything of a store with a damaged page is copied, and leaves no file behind', async () => {
    await storeOf(1_000);
    const bytes = readFileSync(file);
    randomBytes(4_096).copy(bytes, pageOfSomeTask(bytes));
    writeFileSync(file, bytes);
    const advice = 'restore a backup, or move the file away to start with an empty store';
    await expect(backUp(dataDirectory, backup)).rejects.toThrow(
      `${file} is damaged, some of its pages make no sense: ${advice}`,
    );
    expect(readdirSync(dataDirectory).filter((name) => name.startsWith('backup'))).toEqual([]);
  });

  it('is found by the checksum of a backup where a task has changed', async () => {
    await storeOf(10);
    await backUp(dataDirectory, backup);
    const bytes = readFileSync(backup);
    bytes.write('x', bytes.indexOf('name of task'));
    writeFileSync(backup, bytes);
    await expect(openBackup(backup)).rejects.toThrow(
      `${backup} is damaged, its checksum is another: use another backup`,
    );
  });

  it('is found where the checksum itself has changed, or is of a later format', async () => {
    await storeOf(10);
    await backUp(dataDirectory, backup);
    const whole = readFileSync(backup);
    writeFileSync(backup, whole.subarray(0, -1));
    await expect(openBackup(backup)).rejects.toThrow('its checksum is another');
    writeFileSync(backup, whole.toString('latin1').replace('tasks backup 2 ', 'tasks backup 3 '), 'latin1');
    await expect(openBackup(backup)).rejects.toThrow(
      `${backup} has backup format 3, this program knows 1 and 2: use the version that wrote it`,
    );
  });

  it('comes with where to look instead', async () => {
    const store = 'set DATA_DIR or --data-dir to the folder that the service uses';
    const other = 'give the path of a file that `tasks backup` made';
    expect(() => openStoreToRead(dataDirectory)).toThrow(`There is no task store at ${file}: ${store}`);
    await expect(openBackup(backup)).rejects.toThrow(`There is no backup at ${backup}: ${other}`);
    await emptyFile(file);
    await emptyFile(backup);
    expect(() => openStoreToRead(dataDirectory)).toThrow(`There are no tasks in ${file}: ${store}`);
    await expect(openBackup(backup)).rejects.toThrow(`There are no tasks in ${backup}: ${other}`);
  });
});

describe('A backup', () => {
  it('of the first format, which has no checksum, is read', async () => {
    await storeOf(10);
    const store = openStoreToRead(dataDirectory);
    await store.copyTo(backup);
    await store.close();
    expect(statSync(backup).size % 4_096).toBe(0);
    expect(await countIn(backup)).toBe(10);
  });

  it('ends in its checksum, and is read', async () => {
    await storeOf(10);
    await backUp(dataDirectory, backup);
    expect(readFileSync(backup, 'latin1')).toMatch(/tasks backup 2 sha256 [0-9a-f]{64}\n$/);
    expect(await countIn(backup)).toBe(10);
    expect(readdirSync(dataDirectory).sort()).toEqual(['backup', 'tasks.mdb', 'tasks.mdb-lock']);
  });
});

async function countIn(path: string): Promise<number> {
  const archive = await openBackup(path);
  return archive.count().finally(() => archive.close());
}

async function storeOf(count: number): Promise<void> {
  const store = await EmbeddedStore.open({ dataDirectory });
  const tasks = new EmbeddedTaskRepository(store);
  const ids = Array.from({ length: count }, (_, n) => taskId(n));
  await Promise.all(ids.map((id) => tasks.add(aTask({ id, name: `name of task ${id}` }))));
  await store.close();
}

/** Where the page begins that holds one of the tasks; copies of it from before may lie in pages that are free. */
function pageOfSomeTask(bytes: Buffer): number {
  const at = bytes.lastIndexOf(`name of task ${taskId(500)}`);
  return at - (at % 4_096);
}
