import { CopyTasks, type CopyReport, type OnCopyProgress } from '../application/copy-tasks.js';
import type { MongodbAddress } from '@tasks/service';
import {
  backUp,
  BackupArchive,
  EmbeddedArchive,
  verify,
  type SoundStore,
} from '../infrastructure/persistence/embedded/embedded-archive.js';

/** A backup that was made. */
export interface BackupReport {
  /** Its path. */
  readonly file: string;
  readonly tasks: number;
  readonly bytes: number;
}

export type { SoundStore };

/** How tasks are copied. */
export interface CopyOptions {
  /** Whether tasks that are there and differ are replaced. */
  readonly overwrite: boolean;
  readonly onProgress?: OnCopyProgress | undefined;
}

/** Where to copy tasks to. */
export interface MigrationTarget extends MongodbAddress {
  /** How long to wait for a server that can take tasks. */
  readonly serverSelectionTimeoutMs: number;
}

/**
 * Copies the embedded store in this folder into a new file, also while the service runs.
 *
 * @throws EmbeddedStoreError that says what to do.
 */
export async function backUpTasks(dataDirectory: string, file: string): Promise<BackupReport> {
  const { entries, bytes } = await backUp(dataDirectory, file);
  return { file, tasks: entries, bytes };
}

/**
 * Compares every file and every task of the embedded store in this folder with its checksums, also while the service runs.
 *
 * @throws EmbeddedStoreError that names the damaged file.
 */
export function verifyTasks(dataDirectory: string): Promise<SoundStore> {
  return verify(dataDirectory);
}

/**
 * Brings the tasks of a backup back into the embedded store in this folder, also while the service runs. The backup is
 * read to its end before anything is written.
 *
 * @throws EmbeddedStoreError that says what to do.
 */
export async function restoreTasks(
  dataDirectory: string,
  file: string,
  { overwrite, onProgress }: CopyOptions,
): Promise<CopyReport> {
  const backup = await BackupArchive.open(file);
  try {
    const store = await EmbeddedArchive.open(dataDirectory, true);
    return await new CopyTasks(backup, store).execute(overwrite, onProgress).finally(() => store.close());
  } finally {
    await backup.close();
  }
}

/**
 * Copies the tasks of the embedded store in this folder to MongoDB, also while the service runs.
 *
 * @throws EmbeddedStoreError, or an Error of MongoDB, that says what to do.
 */
export async function migrateTasks(
  dataDirectory: string,
  to: MigrationTarget,
  { overwrite, onProgress }: CopyOptions,
): Promise<CopyReport> {
  const store = await EmbeddedArchive.open(dataDirectory, false);
  try {
    // Loaded when used, as in the service.
    const { MongodbArchive } = await import('../infrastructure/persistence/mongoose/mongodb-archive.js');
    const target = await MongodbArchive.open(to);
    return await new CopyTasks(store, target).execute(overwrite, onProgress).finally(() => target.close());
  } finally {
    await store.close();
  }
}
