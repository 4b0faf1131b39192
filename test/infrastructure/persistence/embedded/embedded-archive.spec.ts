import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
