import type { Task, TaskChanges } from '../../../domain/task.js';
import { TaskError } from '../../../domain/task.errors.js';
import { type TaskCounts, type TaskPosition, TaskRepository } from '../../../application/task.repository.js';
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

  override create(task: Task): Promise<Task | undefined> {
    const prefix = userPrefix(task.userId);
    const newKey = taskKey(prefix, task);
    return answered(() => {
      const { tasks, keys } = this.store.use();
      return tasks.transaction(() => {
        const key = keys.get(idKey(task.id));
        if (key) return this.#find(key, task.userId);
        void tasks.put(newKey, encodeRecord(task));
        void keys.put(idKey(task.id), newKey);
        return task;
      });
    });
  }

  override find(id: string, userId: string): Promise<Task | undefined> {
    return answered(() => this.#find(this.store.use().keys.get(idKey(id)), userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    return answered(() => this.#read(userId, { limit, after, done }));
  }

  override async count(userId: string): Promise<TaskCounts> {
    const tasks = await answered(() => this.#read(userId, {}));
    const done = tasks.filter((task) => task.done).length;
    return { open: tasks.length - done, done };
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

  override removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number> {
    return answered(() => {
      const { tasks, keys } = this.store.use();
      return tasks.transaction(() => {
        const removed = this.#read(userId, { limit, done: onlyDone ? true : undefined });
        for (const task of removed) {
          void tasks.remove(taskKey(userPrefix(userId), task));
          void keys.remove(idKey(task.id));
        }
        return removed.length;
      });
    });
  }

  #find(key: Buffer | undefined, userId: string): Task | undefined {
    const record = key && isOfUser(key, userPrefix(userId)) ? this.store.use().tasks.get(key) : undefined;
    return key && record ? decodeTask(userId, key, record) : undefined;
  }

  /** A user's tasks lie together, oldest first: read backwards, no task of anybody else is touched. */
  #read(userId: string, { limit = Infinity, after, done }: ReadOptions): Task[] {
    const prefix = userPrefix(userId);
    const start = after ? taskKey(prefix, after) : endOfUser(prefix);
    const tasks: Task[] = [];
    const range = this.store.use().tasks.getRange({ start, end: prefix, exclusiveStart: true, reverse: true });
    for (const { key, value } of range) {
      const task = decodeTask(userId, key, value);
      if (done === undefined || task.done === done) tasks.push(task);
      if (tasks.length === limit) break;
    }
    return tasks;
  }
}

interface ReadOptions {
  readonly limit?: number;
  readonly after?: TaskPosition | undefined;
  readonly done?: boolean | undefined;
}

async function answered<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw TaskError.storeUnavailable(await causeOf(error));
  }
}
