import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  backUpDataFile,
  DataFileReader,
  EmbeddedStoreError,
  SqliteStore,
  verifyDataFile,
  type OnBytes,
} from '@tasks/embedded-store';
import { TaskSource } from '../../../application/task-source.js';
import type { MergeCounts, TaskTarget } from '../../../application/task-target.js';
import type { Task } from '../../../domain/task.js';
import { openEarlierBackup } from './earlier-backup.js';
import { openTasks } from './open-tasks.js';
import { schema, type TaskOperations } from './task-operations.js';
import { toRow, toTask } from './task-record.js';

/** What must hold of every file, beside SQLite's own rules. */
const RULES = {
  'tasks whose columns and record differ':
    "SELECT count(*) AS count FROM tasks WHERE json_valid(record) = 0 OR json_extract(record, '$.id') IS NOT id " +
    "OR json_extract(record, '$.createdOn') IS NOT createdOn OR json_extract(record, '$.done') IS NOT done " +
    "OR iif(done, NULL, json_extract(record, '$.dueOn')) IS NOT dueOn " +
    "OR iif(done, NULL, json_extract(record, '$.starred')) IS NOT starred",
  'users whose number of tasks is wrong':
    'SELECT count(*) AS count FROM (SELECT owner, sum(1 - done), sum(done) FROM tasks GROUP BY owner ' +
    'EXCEPT SELECT owner, open, done FROM owners)',
  'users with a number and no tasks':
    'SELECT count(*) AS count FROM (SELECT owner, open, done FROM owners ' +
    'EXCEPT SELECT owner, sum(1 - done), sum(done) FROM tasks GROUP BY owner)',
};

const COUNT = 'SELECT coalesce(sum(open + done), 0) AS count FROM owners';
const FIRST = 'SELECT owner, createdOn, id, record FROM tasks ORDER BY owner, createdOn, id LIMIT ?';
const NEXT =
  'SELECT owner, createdOn, id, record FROM tasks WHERE (owner, createdOn, id) > (?, ?, ?) ' +
  'ORDER BY owner, createdOn, id LIMIT ?';
const COUNT_PRESENT = 'SELECT count(*) AS count FROM tasks WHERE id IN (SELECT value FROM json_each(?))';

interface StoredRow {
  readonly owner: Uint8Array;
  readonly createdOn: number;
  readonly id: string;
  readonly record: string;
}

/** Where rows are read: the store's file or a backup. */
type Rows = Pick<DataFileReader, 'get' | 'all' | 'close'>;

/** A file of tasks as the source of a copy: that of a service, which may be running, or a backup. */
export class TaskFile extends TaskSource {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    super();
    this.#rows = rows;
  }

  override count(): Promise<number> {
    return Promise.resolve(this.#rows.get<{ readonly count: number }>(COUNT)?.count ?? 0);
  }

  override async *batches(size: number): AsyncGenerator<readonly Task[]> {
    let last: StoredRow | undefined;
    for (;;) {
      const rows: StoredRow[] = last
        ? this.#rows.all(NEXT, last.owner, last.createdOn, last.id, size)
        : this.#rows.all(FIRST, size);
      if (rows.length > 0) yield rows.map(({ owner, record }) => toTask(record, Buffer.from(owner).toString()));
      if (rows.length < size) return;
      last = rows.at(-1);
      await setImmediate();
    }
  }

  close(): Promise<void> {
    this.#rows.close();
    return Promise.resolve();
  }
}

/** The file of tasks as the target of a copy, also beside the service. */
export class EmbeddedTarget implements TaskTarget {
  readonly #store: SqliteStore<TaskOperations>;

  private constructor(store: SqliteStore<TaskOperations>) {
    this.#store = store;
  }

  /** Opens the file in this folder, which is created when missing. @throws EmbeddedStoreError */
  static async open(dataDirectory: string): Promise<EmbeddedTarget> {
    if (!existsSync(tasksFile(dataDirectory))) await createTasks(dataDirectory);
    return new EmbeddedTarget(await openTasks(dataDirectory, 'command'));
  }

  merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts> {
    return this.#store.write('merge', { rows: tasks.map(toRow), overwrite });
  }

  countPresent(tasks: readonly Task[]): Promise<number> {
    const ids = JSON.stringify(tasks.map(({ id }) => id));
    return Promise.resolve(this.#store.get<{ readonly count: number }>(COUNT_PRESENT, ids)?.count ?? 0);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** A source of a copy, and how to end it. */
export type OpenTaskSource = TaskSource & { close(): Promise<void> };

/** Opens the file of tasks in this folder, also of a running service. @throws EmbeddedStoreError when there is none. */
export function openTaskFile(dataDirectory: string): OpenTaskSource {
  return new TaskFile(DataFileReader.open(existingFile(dataDirectory), schema));
}

/** Opens a backup of this version or an earlier one, and reads it completely. @throws EmbeddedStoreError */
export async function openBackup(file: string): Promise<OpenTaskSource> {
  const reader = DataFileReader.openBackup(file, schema, RULES);
  return reader ? new TaskFile(reader) : openEarlierBackup(file);
}

/** A completed backup. */
export interface BackupReport {
  readonly file: string;
  readonly tasks: number;
  readonly bytes: number;
}

/**
 * Copies the tasks in a folder as of one moment into a new file, also while a service changes them.
 *
 * @throws EmbeddedStoreError when there is no store, or the file exists or can't be written.
 */
export async function backUp(dataDirectory: string, file: string, onBytes?: OnBytes): Promise<BackupReport> {
  return { file, ...(await backUpDataFile(existingFile(dataDirectory), schema, file, { tasks: COUNT }, onBytes)) };
}

/** Result of a successful check. */
export interface SoundStore {
  /** Number of its tasks. */
  readonly tasks: number;
}

/**
 * Checks every page, index and task of a store, also while a service uses it.
 *
 * @throws EmbeddedStoreError DAMAGED that says what is wrong.
 */
export function verify(dataDirectory: string): SoundStore {
  return verifyDataFile(existingFile(dataDirectory), schema, RULES, { tasks: COUNT });
}

function tasksFile(dataDirectory: string): string {
  return resolve(dataDirectory, schema.fileName);
}

function existingFile(dataDirectory: string): string {
  const path = tasksFile(dataDirectory);
  if (existsSync(path)) return path;
  const where = `There is no ${schema.fileName} in ${resolve(dataDirectory)}`;
  throw new EmbeddedStoreError('UNUSABLE', `${where}: set DATA_DIR, or --data-dir, to the folder that has it`);
}

/** As a service does, also in a folder with data of an earlier version: its tasks are being restored. */
async function createTasks(dataDirectory: string): Promise<void> {
  const store = await openTasks(dataDirectory, 'service', undefined, {});
  await store.close();
}
