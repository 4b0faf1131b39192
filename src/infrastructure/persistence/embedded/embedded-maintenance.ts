import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sealBackup } from './backup-seal.js';
import { EmbeddedArchive } from './embedded-archive.js';
import { EmbeddedStoreError } from './embedded-store.error.js';
import { EmbeddedStore, STORE_FILE_NAME } from './embedded-store.js';
import { DAMAGE_ADVICE } from './lmdb-file.js';

/** A whole backup gets its name by a hard link, which can't take the place of a file; some file systems have none. */
const PLACE_ADVICE = 'free space there, let this user write there, or choose a folder on a file system with hard links';

/** A backup that was made. */
export interface BackupReport {
  /** Its path. */
  readonly file: string;
  readonly tasks: number;
  readonly bytes: number;
}

/**
 * Copies the store in this folder, as of one moment, into a new file, also while a service adds tasks. The file is there
 * only when it is whole, on the disk and checked.
 *
 * @throws EmbeddedStoreError when there is no store, the file exists already or can't be written.
 */
export async function backUp(dataDirectory: string, file: string): Promise<BackupReport> {
  if (existsSync(file)) throw new EmbeddedStoreError(`${file} exists already: choose another name, or move it away`);
  const unfinished = `${file}.${String(process.pid)}.partial`;
  const store = openStoreToRead(dataDirectory);
  try {
    await store.copyTo(unfinished);
    const tasks = await countInCopy(unfinished, dataDirectory);
    sealBackup(unfinished);
    sync(unfinished);
    linkSync(unfinished, file);
    sync(dirname(file));
    return { file, tasks, bytes: statSync(file).size };
  } catch (error) {
    if (error instanceof EmbeddedStoreError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedStoreError(`The backup ${file} can't be written (${reason}): ${PLACE_ADVICE}`, { cause: error });
  } finally {
    if (existsSync(unfinished)) rmSync(unfinished);
    await store.close();
  }
}

/** The store of this folder. @throws EmbeddedStoreError when there is none. */
export function openStoreToRead(dataDirectory: string): EmbeddedArchive {
  return EmbeddedArchive.open(join(dataDirectory, STORE_FILE_NAME), 'read-store');
}

/** The store of this folder, which is made where there is none. @throws EmbeddedStoreError when it can't be used. */
export async function openStoreToWrite(dataDirectory: string): Promise<EmbeddedArchive> {
  const path = join(dataDirectory, STORE_FILE_NAME);
  if (!existsSync(path)) {
    const store = await EmbeddedStore.open({ dataDirectory });
    await store.close();
  }
  return EmbeddedArchive.open(path, 'write-store');
}

/**
 * A backup, every task of which can be read.
 *
 * @throws EmbeddedStoreError when it is damaged, truncated or something else.
 */
export async function openBackup(file: string): Promise<EmbeddedArchive> {
  const backup = EmbeddedArchive.open(file, 'read-backup');
  try {
    await readThrough(backup);
    return backup;
  } catch (error) {
    await backup.close();
    throw error;
  }
}

/** A copy is damaged where its store is: that is the file to do something about. */
async function countInCopy(copy: string, dataDirectory: string): Promise<number> {
  try {
    const backup = EmbeddedArchive.open(copy, 'read-backup');
    return await readThrough(backup).finally(() => backup.close());
  } catch (error) {
    if (!(error instanceof EmbeddedStoreError)) throw error;
    const path = join(dataDirectory, STORE_FILE_NAME);
    throw new EmbeddedStoreError(`${path} is damaged, a copy of it can't be read: ${DAMAGE_ADVICE.store}`, {
      cause: error,
    });
  }
}

/** How many tasks it has, each of which was read. */
async function readThrough(archive: EmbeddedArchive): Promise<number> {
  let count = 0;
  for await (const tasks of archive.batches(1_000)) count += tasks.length;
  return count;
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
