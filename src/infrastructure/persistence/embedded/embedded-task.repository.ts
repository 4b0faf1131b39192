import type { EmbeddedStore, Entry, Transaction } from '@tasks/embedded-store';
import { TaskRepository, type TaskCounts, type TaskPosition } from '../../../application/task.repository.js';
import type { MergeCounts } from '../../../application/task-target.js';
import type { Task, TaskChanges } from '../../../domain/task.js';
import { TaskError } from '../../../domain/task.errors.js';
import { ListCache } from './list-cache.js';
import {
  countKey,
  idKey,
  indexKey,
  isOfUser,
  taskKey,
  taskPart,
  taskPartOf,
  toTask,
  toValue,
  userPart,
  userPartOf,
  userRange,
} from './task-entries.js';

/** Number of tasks removed in one step of the writer: some milliseconds of work. */
const REMOVED_PER_STEP = 250;

/** Tasks in the embedded store. Every change is on the disk before it is acknowledged. */
export class EmbeddedTaskRepository extends TaskRepository {
  readonly #store: EmbeddedStore;
  readonly #lists: ListCache;

  constructor(store: EmbeddedStore, lists = new ListCache()) {
    super();
    this.#store = store;
    this.#lists = lists;
  }

  override add(task: Task): Promise<void> {
    return this.#change([task.userId], (transaction) => {
      put(transaction, task);
    });
  }

  override create(task: Task): Promise<Task | undefined> {
    const user = userPart(task.userId);
    return this.#change([task.userId], (transaction) => {
      const part = transaction.get(idKey(task.id));
      if (part !== undefined) return isOfUser(part, user) ? stored(transaction, part) : undefined;
      put(transaction, task);
      return task;
    });
  }

  override find(id: string, userId: string): Promise<Task | undefined> {
    return answered(async () => {
      const part = await this.#store.get(idKey(id));
      if (part === undefined || !isOfUser(part, userPart(userId))) return undefined;
      const value = await this.#store.get(taskKey(part));
      return value === undefined ? undefined : toTask([taskKey(part), value]);
    });
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    return answered(() => {
      if (done !== undefined) return this.#readFiltered(userId, limit, after, done);
      return this.#readCached(userId, limit, after);
    });
  }

  override count(userId: string): Promise<TaskCounts> {
    return answered(async () => parseCounts(await this.#store.get(countKey(userPart(userId)))));
  }

  override update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined> {
    const user = userPart(userId);
    return this.#change([userId], (transaction) => {
      const part = transaction.get(idKey(id));
      const task = part !== undefined && isOfUser(part, user) ? stored(transaction, part) : undefined;
      if (part === undefined || !task) return undefined;
      const changed = task.with(changes);
      if (!changed.equals(task)) replace(transaction, part, task, changed);
      return changed;
    });
  }

  override remove(id: string, userId: string): Promise<boolean> {
    const user = userPart(userId);
    return this.#change([userId], (transaction) => {
      const part = transaction.get(idKey(id));
      return part !== undefined && isOfUser(part, user) && removePart(transaction, part);
    });
  }

  override async removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number> {
    const range = userRange(userPart(userId), onlyDone ? 'done' : undefined);
    for (;;) {
      const found = await answered(() => this.#store.read({ ...range, limit }));
      if (found.length === 0) return 0;
      const removed = await this.#removeFound(
        userId,
        found.map(([key]) => taskPartOf(key)),
        onlyDone,
      );
      // All of these may have been removed concurrently; then there may be more.
      if (removed > 0) return removed;
    }
  }

  /** Stores tasks with their ids and times, all or none. Existing tasks that differ are replaced only if requested. */
  merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts> {
    const users = new Set(tasks.map(({ userId }) => userId));
    return this.#change(users, (transaction) => {
      const counts = { added: 0, same: 0, replaced: 0, kept: 0 };
      for (const task of tasks) counts[mergeOne(transaction, task, overwrite, users)]++;
      return counts;
    });
  }

  /** Returns how many of these ids exist. */
  countPresent(ids: readonly string[]): Promise<number> {
    return answered(() =>
      this.#store.snapshot(async ({ getMany }) => {
        const parts = await getMany(ids.map(idKey));
        return parts.filter((part) => part !== undefined).length;
      }),
    );
  }

  /** @param users The users whose tasks change; the step may add to the set. */
  #change<Result>(users: Iterable<string>, step: (transaction: Transaction) => Result): Promise<Result> {
    return answered(async () => {
      try {
        return await this.#store.write(step);
      } finally {
        // Also after a failure: failed changes may have been stored.
        for (const userId of users) this.#lists.forget(userId);
      }
    });
  }

  async #removeFound(userId: string, parts: readonly string[], onlyDone: boolean): Promise<number> {
    let removed = 0;
    for (let at = 0; at < parts.length; at += REMOVED_PER_STEP) {
      const ofStep = parts.slice(at, at + REMOVED_PER_STEP);
      removed += await this.#change([userId], (transaction) => {
        const there = ofStep.filter((part) => !onlyDone || transaction.get(indexKey('done', part)) !== undefined);
        return there.filter((part) => removePart(transaction, part)).length;
      });
    }
    return removed;
  }

  async #readCached(userId: string, limit: number, after?: TaskPosition): Promise<Task[]> {
    this.#store.assertReadable();
    const page = { userId, limit, after };
    const cached = this.#lists.find(page);
    if (cached) return cached;
    this.#lists.begin(page);
    let tasks: Task[] | undefined;
    try {
      const range = userRange(userPart(userId), undefined, after);
      return (tasks = (await this.#store.read({ ...range, limit, reverse: true })).map(toTask));
    } finally {
      this.#lists.end(page, tasks);
    }
  }

  #readFiltered(userId: string, limit: number, after: TaskPosition | undefined, done: boolean): Promise<Task[]> {
    const range = userRange(userPart(userId), done ? 'done' : 'open', after);
    return this.#store.snapshot(async ({ getMany, read }) => {
      const found = await read({ ...range, limit, reverse: true });
      const keys = found.map(([key]) => taskKey(taskPartOf(key)));
      const values = await getMany(keys);
      return keys.map((key, n) => toTask([key, values[n] ?? ''] satisfies Entry));
    });
  }
}

/** Stores a task; replaces an existing one with the same id. */
function put(transaction: Transaction, task: Task): void {
  const old = transaction.get(idKey(task.id));
  if (old !== undefined) removePart(transaction, old);
  const part = taskPart(userPart(task.userId), task);
  transaction.put(idKey(task.id), part);
  transaction.put(taskKey(part), toValue(task));
  transaction.put(indexKey(indexOf(task), part), '');
  addToCounts(transaction, part, task.done, 1);
}

function replace(transaction: Transaction, part: string, old: Task, changed: Task): void {
  transaction.put(taskKey(part), toValue(changed));
  if (old.done === changed.done) return;
  transaction.remove(indexKey(indexOf(old), part));
  transaction.put(indexKey(indexOf(changed), part), '');
  addToCounts(transaction, part, old.done, -1);
  addToCounts(transaction, part, changed.done, 1);
}

/** Returns whether it existed. */
function removePart(transaction: Transaction, part: string): boolean {
  const task = stored(transaction, part);
  if (!task) return false;
  for (const key of [idKey(task.id), taskKey(part), indexKey(indexOf(task), part)]) transaction.remove(key);
  addToCounts(transaction, part, task.done, -1);
  return true;
}

/** @param users Receives the previous owner of the task. */
function mergeOne(transaction: Transaction, task: Task, overwrite: boolean, users: Set<string>): keyof MergeCounts {
  const part = transaction.get(idKey(task.id));
  const old = part === undefined ? undefined : stored(transaction, part);
  if (old?.equals(task)) return 'same';
  if (old && !overwrite) return 'kept';
  if (old) users.add(old.userId);
  put(transaction, task);
  return old ? 'replaced' : 'added';
}

function stored(transaction: Transaction, part: string): Task | undefined {
  const value = transaction.get(taskKey(part));
  return value === undefined ? undefined : toTask([taskKey(part), value]);
}

function indexOf({ done }: Task): 'open' | 'done' {
  return done ? 'done' : 'open';
}

function addToCounts(transaction: Transaction, part: string, done: boolean, change: number): void {
  const key = countKey(userPartOf(part));
  const counts = parseCounts(transaction.get(key));
  const open = counts.open + (done ? 0 : change);
  const closed = counts.done + (done ? change : 0);
  if (open === 0 && closed === 0) transaction.remove(key);
  else transaction.put(key, `${String(open)} ${String(closed)}`);
}

/** The numbers in a user's entry. */
export function parseCounts(value = '0 0'): TaskCounts {
  const [open = '0', done = '0'] = value.split(' ');
  return { open: Number(open), done: Number(done) };
}

async function answered<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw TaskError.storeUnavailable(error);
  }
}
