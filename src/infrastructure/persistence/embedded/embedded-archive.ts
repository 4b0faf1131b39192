import { existsSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { open, type RootDatabase } from 'lmdb';
import type { TaskSource } from '../../../application/task-source.js';
import type { MergeCounts, TaskTarget } from '../../../application/task-target.js';
import type { Task } from '../../../domain/task.js';
import { checkSeal } from './backup-seal.js';
import { printNoFailedCommits } from './commit-failure.js';
import { EmbeddedStoreError } from './embedded-store.error.js';
import { isTaskStore, openDatabases, type TaskDatabases } from './embedded-store.js';
import { checkEveryPage, checkLmdbFile, DAMAGE_ADVICE, type LmdbFileOrigin } from './lmdb-file.js';
import { idKey, taskKey, userIdOf, userPrefix } from './task-keys.js';
import { decodeTask, encodeRecord } from './task-record.js';

/**
 * What a file is opened for: to read or to write the store of a service, which may be running, or to read a backup, which
 * comes from elsewhere and which nobody uses.
 */
export type ArchiveUse = 'read-store' | 'write-store' | 'read-backup';

const NAMES: Readonly<Record<LmdbFileOrigin, string>> = { store: 'task store', backup: 'backup' };
const PLACE_ADVICE: Readonly<Record<LmdbFileOrigin, string>> = {
  store: 'set DATA_DIR or --data-dir to the folder that the service uses',
  backup: 'give the path of a file that `tasks backup` made',
};

/**
 * A task store's file, opened beside the process that serves from it, if one does: LMDB lets processes share a file, one
 * of them writing at a time. A service that starts meanwhile takes this process for another service, and ends.
 */
export class EmbeddedArchive implements TaskSource, TaskTarget {
  private constructor(
    private readonly root: RootDatabase<number, string>,
    private readonly databases: TaskDatabases,
    private readonly path: string,
    private readonly use: ArchiveUse,
  ) {}

  /** @throws EmbeddedStoreError when there is no such file, or it is no sound task store. */
  static open(path: string, use: ArchiveUse): EmbeddedArchive {
    const origin = originOf(use);
    if (!existsSync(path)) {
      throw new EmbeddedStoreError(`There is no ${NAMES[origin]} at ${path}: ${PLACE_ADVICE[origin]}`);
    }
    checkLmdbFile(path, origin);
    if (origin === 'backup') checkSeal(path);
    printNoFailedCommits();
    const root = open<number, string>({ path, noSubdir: true, encoding: 'json', readOnly: use !== 'write-store' });
    try {
      if (origin === 'store') checkAsOfNow(root, path);
      if (!isTaskStore(root, path))
        throw new EmbeddedStoreError(`There are no tasks in ${path}: ${PLACE_ADVICE[origin]}`);
      return new EmbeddedArchive(root, openDatabases(root), path, use);
    } catch (error) {
      void root.close();
      throw error;
    }
  }

  count(): Promise<number> {
    return Promise.resolve(this.databases.tasks.getKeysCount({}));
  }

  async *batches(size: number): AsyncGenerator<readonly Task[]> {
    let last: Buffer | undefined;
    for (;;) {
      const range = { ...(last && { start: last, exclusiveStart: true }), limit: size };
      const tasks = Array.from(this.databases.tasks.getRange(range), ({ key, value }) => {
        last = key;
        return this.#taskOf(key, value);
      });
      if (tasks.length > 0) yield tasks;
      if (tasks.length < size) return;
      await setImmediate();
    }
  }

  /** In one transaction: all of them or none. The process that serves from the file waits for it with its own writes. */
  merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts> {
    const counts = { added: 0, same: 0, replaced: 0, kept: 0 };
    this.root.transactionSync(() => {
      for (const task of tasks) counts[this.#mergeOne(task, overwrite)]++;
    });
    return Promise.resolve(counts);
  }

  countPresent(tasks: readonly Task[]): Promise<number> {
    return Promise.resolve(tasks.filter(({ id }) => this.databases.keys.doesExist(idKey(id))).length);
  }

  /** Writes all of it as of this moment into a file that must not exist yet. */
  copyTo(path: string): Promise<void> {
    return this.root.backup(path, true);
  }

  /** Lets go of the file. A backup keeps no lock file; that of a store may be in use. */
  async close(): Promise<void> {
    await this.root.close();
    if (this.use === 'read-backup') rmSync(`${this.path}-lock`, { force: true });
  }

  #mergeOne(task: Task, overwrite: boolean): keyof MergeCounts {
    const { tasks, keys } = this.databases;
    const oldKey = keys.get(idKey(task.id));
    const oldRecord = oldKey && tasks.get(oldKey);
    const old = oldKey && oldRecord && this.#taskOf(oldKey, oldRecord);
    if (old?.equals(task)) return 'same';
    if (old && !overwrite) return 'kept';
    if (oldKey) void tasks.remove(oldKey);
    const key = taskKey(userPrefix(task.userId), task);
    void tasks.put(key, encodeRecord(task));
    void keys.put(idKey(task.id), key);
    return old ? 'replaced' : 'added';
  }

  #taskOf(key: Buffer, record: Buffer): Task {
    const userId = userIdOf(key);
    if (userId === undefined || record.length === 0) {
      const advice = DAMAGE_ADVICE[originOf(this.use)];
      throw new EmbeddedStoreError(`${this.path} is damaged, it holds what is no task: ${advice}`);
    }
    return decodeTask(userId, key, record);
  }
}

function originOf(use: ArchiveUse): LmdbFileOrigin {
  return use === 'read-backup' ? 'backup' : 'store';
}

/** A damaged page may end the process that reads it, and nothing that a list or a copy lacks is noticed. */
function checkAsOfNow(root: RootDatabase<number, string>, path: string): void {
  const snapshot = root.useReadTransaction();
  try {
    checkEveryPage(path);
  } finally {
    snapshot.done();
  }
}
