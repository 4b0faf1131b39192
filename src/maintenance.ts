import { CopyTasks, type CopyReport, type OnCopyProgress } from './application/copy-tasks.js';
import type { MongodbAddress } from './config/mongodb-address.js';
import {
  backUp,
  openBackup,
  openStoreToRead,
  openStoreToWrite,
  type BackupReport,
} from './infrastructure/persistence/embedded/embedded-maintenance.js';

/** How tasks are copied. */
export interface CopyOptions {
  /** Whether tasks that are there and differ are replaced. */
  readonly overwrite: boolean;
  readonly onProgress?: OnCopyProgress | undefined;
  /** How long MongoDB may take to answer; default: half a minute. */
  readonly serverSelectionTimeoutMs?: number;
}

/** MongoDB may elect a new primary while tasks are copied, and the command is in no hurry. */
const MONGODB_PATIENCE_MS = 30_000;

/**
 * Copies the embedded store in this folder into a new file, also while the service runs.
 *
 * @throws EmbeddedStoreError that says what to do.
 */
export function backUpTasks(dataDirectory: string, file: string): Promise<BackupReport> {
  return backUp(dataDirectory, file);
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
  const backup = await openBackup(file);
  try {
    const store = await openStoreToWrite(dataDirectory);
    return await new CopyTasks(backup, store).execute(overwrite, onProgress).finally(() => store.close());
  } finally {
    await backup.close();
  }
}

/**
 * Copies the tasks of the embedded store in this folder to MongoDB.
 *
 * @throws EmbeddedStoreError, or the driver's error.
 */
export async function migrateTasks(
  dataDirectory: string,
  to: MongodbAddress,
  { overwrite, onProgress, serverSelectionTimeoutMs = MONGODB_PATIENCE_MS }: CopyOptions,
): Promise<CopyReport> {
  const store = openStoreToRead(dataDirectory);
  try {
    // Loaded when used, as in the service.
    const { MongodbArchive } = await import('./infrastructure/persistence/mongoose/mongodb-archive.js');
    const target = await MongodbArchive.open({ ...to, serverSelectionTimeoutMs });
    return await new CopyTasks(store, target).execute(overwrite, onProgress).finally(() => target.close());
  } finally {
    await store.close();
  }
}
