import {
  Backup,
  backUpStore,
  endAccess,
  entriesOf,
  openForMaintenance,
  storeCommands,
  verifyStore,
  type BackupReport,
  type ControlCommands,
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  type Entry,
  type StoreAccess,
} from '@tasks/embedded-store';
import { TaskSource } from '../../../application/task-source.js';
import type { MergeCounts, TaskTarget } from '../../../application/task-target.js';
import type { Task } from '../../../domain/task.js';
import { EmbeddedTaskRepository, parseCounts } from './embedded-task.repository.js';
import { COUNT_ENTRIES, TASK_ENTRIES, toEntry, toTask } from './task-entries.js';

const CONTENT = { owner: 'tasks', version: 1 } as const;

/** Options for opening the embedded store of tasks. */
export function storeOptions(dataDirectory: string): EmbeddedStoreOptions {
  const advice =
    'holds tasks in the format of versions before 0.1, which is not read any more: move the file away to begin with an ' +
    'empty store; `tasks migrate` of the version that wrote it copies its tasks to MongoDB';
  return { ...CONTENT, folder: dataDirectory, setting: 'DATA_DIR', retiredFiles: { 'tasks.mdb': advice } };
}

/** Commands that the service runs for the `tasks` command while it has the store open. */
export function maintenanceCommands(store: EmbeddedStore, tasks: EmbeddedTaskRepository): ControlCommands {
  return {
    ...storeCommands(store),
    'tasks.merge': (args) => {
      const { entries, overwrite } = args as { readonly entries: readonly Entry[]; readonly overwrite: boolean };
      return tasks.merge(entries.map(toTask), overwrite);
    },
    'tasks.countPresent': (ids) => tasks.countPresent(ids as readonly string[]),
  };
}

/** The embedded store as the source or the target of a copy: opened here, or through the service that has it open. */
export class EmbeddedArchive implements TaskSource, TaskTarget {
  readonly #access: StoreAccess;

  private constructor(access: StoreAccess) {
    this.#access = access;
  }

  /** @throws EmbeddedStoreError when the folder can't be used, or has no store and none may be created. */
  static async open(dataDirectory: string, create: boolean): Promise<EmbeddedArchive> {
    return new EmbeddedArchive(await openForMaintenance({ ...storeOptions(dataDirectory), create }));
  }

  async count(): Promise<number> {
    let count = 0;
    for await (const entries of entriesOf(this.#access, COUNT_ENTRIES)) {
      for (const [, value] of entries) count += parseCounts(value).open + parseCounts(value).done;
    }
    return count;
  }

  batches(size: number): AsyncGenerator<readonly Task[]> {
    return inBatches(entriesOf(this.#access, TASK_ENTRIES), size);
  }

  async merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts> {
    if (this.#access.kind === 'local') return new EmbeddedTaskRepository(this.#access.store).merge(tasks, overwrite);
    const args = { entries: tasks.map(toEntry), overwrite };
    return (await this.#access.client.call('tasks.merge', args)) as MergeCounts;
  }

  async countPresent(tasks: readonly Task[]): Promise<number> {
    const ids = tasks.map(({ id }) => id);
    if (this.#access.kind === 'local') return new EmbeddedTaskRepository(this.#access.store).countPresent(ids);
    return (await this.#access.client.call('tasks.countPresent', ids)) as number;
  }

  close(): Promise<void> {
    return endAccess(this.#access);
  }
}

/** A backup as the source of a copy. */
export class BackupArchive extends TaskSource {
  readonly #backup: Backup;

  private constructor(backup: Backup) {
    super();
    this.#backup = backup;
  }

  /** Reads the whole backup. @throws EmbeddedStoreError when it is damaged, cut short or not a backup. */
  static async open(file: string): Promise<BackupArchive> {
    return new BackupArchive(await Backup.open(file, CONTENT));
  }

  override count(): Promise<number> {
    return Promise.resolve(this.#backup.entryCount);
  }

  override batches(size: number): AsyncGenerator<readonly Task[]> {
    return inBatches(this.#backup.entries(), size);
  }

  close(): Promise<void> {
    return this.#backup.close();
  }
}

/**
 * Copies a snapshot of the tasks in a folder into a new file, also while a service changes them.
 *
 * @throws EmbeddedStoreError when there is no store, or the file exists or can't be written.
 */
export function backUp(dataDirectory: string, file: string): Promise<BackupReport> {
  return backUpStore(storeOptions(dataDirectory), file, TASK_ENTRIES);
}

/** Result of a successful check. */
export interface SoundStore {
  /** Number of its tasks. */
  readonly tasks: number;
  /** Number of table files whose checksums were verified. */
  readonly files: number;
}

/**
 * Checks every file and every entry of a store, also while a service uses it.
 *
 * @throws EmbeddedStoreError DAMAGED that names the file.
 */
export async function verify(dataDirectory: string): Promise<SoundStore> {
  const { files } = await verifyStore(storeOptions(dataDirectory));
  const archive = await EmbeddedArchive.open(dataDirectory, false);
  try {
    let tasks = 0;
    for await (const batch of archive.batches(1_000)) tasks += batch.length;
    return { tasks, files };
  } finally {
    await archive.close();
  }
}

async function* inBatches(chunks: AsyncIterable<readonly Entry[]>, size: number): AsyncGenerator<readonly Task[]> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += size) yield chunk.slice(at, at + size).map(toTask);
  }
}
