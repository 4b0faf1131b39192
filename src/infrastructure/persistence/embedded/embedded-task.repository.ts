import type { Task, TaskChanges } from '../../../domain/task.js';
import { TaskError } from '../../../domain/task.errors.js';
import { TaskRepository, type TaskPosition } from '../../../application/task.repository.js';
import { causeOf } from './commit-failure.js';
import type { EmbeddedStore } from './embedded-store.js';
import { endOfUser, idKey, isOfUser, taskKey, userPrefix } from './task-keys.js';
import { decodeTask, encodeRecord } from './task-record.js';

/** Tasks in an LMDB file. Every write is on disk before it is acknowledged. */
export class EmbeddedTaskRepository extends TaskRepository {
  constructor(private readonly store: EmbeddedStore) {
    super();
  }

  override add(task: Task): Promise<void> {
    const key = taskKey(userPrefix(task.userId), task);
    return answered(async () => {
      const { tasks, keys } = this.store.use();
      await tasks.batch(() => {
        void tasks.put(key, encodeRecord(task));
        void keys.put(idKey(task.id), key);
      });
    });
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition): Promise<Task[]> {
    return answered(() => this.#read(userId, limit, after));
  }

  override update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined> {
    const prefix = userPrefix(userId);
    return answered(() => {
      const { tasks, keys } = this.store.use();
      return tasks.transaction(() => {
        const key = keys.get(idKey(id));
        const record = key && isOfUser(key, prefix) ? tasks.get(key) : undefined;
        if (!key || !record) return undefined;
        const task = decodeTask(userId, key, record).with(changes);
        void tasks.put(key, encodeRecord(task));
        return task;
      });
    });
  }

  override remove(id: string, userId: string): Promise<boolean> {
    const prefix = userPrefix(userId);
    return answered(() => {
      const { tasks, keys } = this.store.use();
      return tasks.transaction(() => {
        const key = keys.get(idKey(id));
        if (!key || !isOfUser(key, prefix)) return false;
        void tasks.remove(key);
        void keys.remove(idKey(id));
        return true;
      });
    });
  }

  /** A user's tasks lie together, oldest first: read backwards, no task of anybody else is touched. */
  #read(userId: string, limit: number, after?: TaskPosition): Task[] {
    const prefix = userPrefix(userId);
    const start = after ? taskKey(prefix, after) : endOfUser(prefix);
    const range = { start, end: prefix, exclusiveStart: true, reverse: true, limit };
    return Array.from(this.store.use().tasks.getRange(range), ({ key, value }) => decodeTask(userId, key, value));
  }
}

async function answered<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw TaskError.storeUnavailable(await causeOf(error));
  }
}
