import { CopyTasks, type CopyReport } from '../application/copy-tasks.js';
import {
  backUp,
  EmbeddedTarget,
  openBackup,
  openTaskFile,
} from '../infrastructure/persistence/embedded/embedded-archive.js';
import type { BackupReport, CopyOptions, MigrationTarget, OnProgress } from '../interface/cli/maintenance.js';

export { verify as verifyTasks } from '../infrastructure/persistence/embedded/embedded-archive.js';

/**
 * Copies the embedded store in this folder into a new file, also while the service runs.
 *
 * @throws EmbeddedStoreError with advice.
 */
export function backUpTasks(dataDirectory: string, file: string, onProgress?: OnProgress): Promise<BackupReport> {
  const kilobytes = (bytes: number): number => Math.ceil(bytes / 1_024);
  return backUp(dataDirectory, file, (bytes, total) =>
    onProgress?.('copying', kilobytes(bytes), kilobytes(total), 'kB'),
  );
}

/**
 * Restores the tasks of a backup into the embedded store in this folder, also while the service runs. The backup is
 * read completely before anything is written.
 *
 * @throws EmbeddedStoreError with advice.
 */
export async function restoreTasks(
  dataDirectory: string,
  file: string,
  { overwrite, onProgress }: CopyOptions,
): Promise<CopyReport> {
  const backup = await openBackup(file);
  try {
    const store = await EmbeddedTarget.open(dataDirectory);
    return await new CopyTasks(backup, store).execute(overwrite, onProgress).finally(() => store.close());
  } finally {
    await backup.close();
  }
}

/**
 * Copies the tasks of the embedded store in this folder to MongoDB, also while the service runs.
 *
 * @throws EmbeddedStoreError, or an Error of MongoDB, with advice.
 */
export async function migrateTasks(
  dataDirectory: string,
  to: MigrationTarget,
  { overwrite, onProgress }: CopyOptions,
): Promise<CopyReport> {
  const store = openTaskFile(dataDirectory);
  try {
    // Loaded when used, as in the service.
    const { MongodbArchive } = await import('../infrastructure/persistence/mongoose/mongodb-archive.js');
    const target = await MongodbArchive.open(to);
    return await new CopyTasks(store, target).execute(overwrite, onProgress).finally(() => target.close());
  } finally {
    await store.close();
  }
}
