import type { MongodbAddress } from '@tasks/service';
import type { CopyReport, OnCopyProgress } from '../../application/copy-tasks.js';

/** A backup that was made. */
export interface BackupReport {
  readonly file: string;
  readonly tasks: number;
  readonly bytes: number;
}

/** A store that was found sound. */
export interface SoundStore {
  /** How many tasks it has. */
  readonly tasks: number;
  /** How many table files were compared with their checksums. */
  readonly files: number;
}

/** How tasks are copied. */
export interface CopyOptions {
  /** Whether tasks that are there and differ are replaced. */
  readonly overwrite: boolean;
  readonly onProgress?: OnCopyProgress | undefined;
}

/** Where to copy tasks to. */
export interface MigrationTarget extends MongodbAddress {
  /** How long to wait for a server that can take tasks, in milliseconds. */
  readonly serverSelectionTimeoutMs: number;
}

/** What works on the store itself. Each rejects with an Error that says what to do. */
export interface Maintenance {
  backUpTasks(dataDirectory: string, file: string): Promise<BackupReport>;
  verifyTasks(dataDirectory: string): Promise<SoundStore>;
  restoreTasks(dataDirectory: string, file: string, options: CopyOptions): Promise<CopyReport>;
  migrateTasks(dataDirectory: string, to: MigrationTarget, options: CopyOptions): Promise<CopyReport>;
}
