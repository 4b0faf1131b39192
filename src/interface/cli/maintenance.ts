import type { MongodbAddress } from '@tasks/service';
import type { CopyReport } from '../../application/copy-tasks.js';

/** Progress of a step: how much of what in all is done. */
export type OnProgress = (step: string, done: number, total: number, unit?: 'tasks' | 'kB') => void;

export interface BackupReport {
  readonly file: string;
  readonly tasks: number;
  readonly bytes: number;
}

/** Result of a successful check. */
export interface SoundStore {
  readonly tasks: number;
}

export interface CopyOptions {
  /** Whether existing tasks that differ are replaced. */
  readonly overwrite: boolean;
  readonly onProgress?: OnProgress | undefined;
}

export interface MigrationTarget extends MongodbAddress {
  /** Time limit for an available server, in milliseconds. */
  readonly serverSelectionTimeoutMs: number;
}

/** Operations on the store itself. Each rejects with an Error with advice. */
export interface Maintenance {
  backUpTasks(dataDirectory: string, file: string, onProgress?: OnProgress): Promise<BackupReport>;
  verifyTasks(dataDirectory: string): SoundStore;
  restoreTasks(dataDirectory: string, file: string, options: CopyOptions): Promise<CopyReport>;
  migrateTasks(dataDirectory: string, to: MigrationTarget, options: CopyOptions): Promise<CopyReport>;
}
