import type { Task, TaskChanges } from '../../../domain/task.js';
import {
  type OpenTaskStore,
  type TaskCounts,
  type TaskPosition,
  TaskRepository,
} from '../../../application/task.repository.js';
import { countLeading, isOlder } from '../task-order.js';

/** Tasks in this process's memory, lost at its end: for tests and benchmarks. */
export class MemoryTaskRepository extends TaskRepository {
  /** Each user's tasks, oldest first, so that a new one is appended. */
  readonly #byUser = new Map<string, Task[]>();
  readonly #byId = new Map<string, Task>();

  override add(task: Task): Promise<void> {
    const tasks = this.#byUser.get(task.userId);
    if (tasks) insert(tasks, task);
    else this.#byUser.set(task.userId, [task]);
    this.#byId.set(task.id, task);
    return Promise.resolve();
  }

  override async create(task: Task): Promise<Task | undefined> {
    const stored = this.#byId.get(task.id);
    if (stored) return stored.userId === task.userId ? stored : undefined;
    await this.add(task);
    return task;
  }

  override find(id: string, userId: string): Promise<Task | undefined> {
    return Promise.resolve(this.#find(id, userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    const all = this.#byUser.get(userId) ?? [];
    const tasks = done === undefined ? all : all.filter((task) => task.done === done);
    const end = after ? countBefore(tasks, after) : tasks.length;
    return Promise.resolve(tasks.slice(Math.max(0, end - limit), end).reverse());
  }

  override count(userId: string): Promise<TaskCounts> {
    const tasks = this.#byUser.get(userId) ?? [];
    const done = tasks.reduce((count, task) => count + Number(task.done), 0);
    return Promise.resolve({ open: tasks.length - done, done });
  }

  override update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined> {
    const task = this.#find(id, userId);
    if (!task) return Promise.resolve(undefined);
    const changed = task.with(changes);
    this.#byId.set(id, changed);
    const tasks = this.#byUser.get(userId) ?? [];
    tasks[countBefore(tasks, task)] = changed;
    return Promise.resolve(changed);
  }

  override remove(id: string, userId: string): Promise<boolean> {
    const task = this.#find(id, userId);
    if (!task) return Promise.resolve(false);
    this.#byId.delete(id);
    const tasks = this.#byUser.get(userId) ?? [];
    tasks.splice(countBefore(tasks, task), 1);
    if (tasks.length === 0) this.#byUser.delete(userId);
    return Promise.resolve(true);
  }

  override removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number> {
    const tasks = this.#byUser.get(userId) ?? [];
    const removed = new Set(tasks.filter(({ done }) => done || !onlyDone).slice(0, limit));
    for (const { id } of removed) this.#byId.delete(id);
    const left = tasks.filter((task) => !removed.has(task));
    if (left.length > 0) this.#byUser.set(userId, left);
    else this.#byUser.delete(userId);
    return Promise.resolve(removed.size);
  }

  #find(id: string, userId: string): Task | undefined {
    const task = this.#byId.get(id);
    return task?.userId === userId ? task : undefined;
  }
}

function insert(tasks: Task[], task: Task): void {
  const index = countBefore(tasks, task);
  if (index === tasks.length) tasks.push(task);
  else tasks.splice(index, 0, task);
}

/** Returns how many of `tasks`, sorted oldest first, are before `position`. */
function countBefore(tasks: readonly Task[], position: TaskPosition): number {
  // New tasks are last, so this case is checked first.
  const last = tasks.at(-1);
  if (last && isOlder(last, position)) return tasks.length;
  return countLeading(tasks, (task) => isOlder(task, position));
}

/** The store in memory, which is always available. */
export class MemoryTaskStore implements OpenTaskStore {
  readonly tasks = new MemoryTaskRepository();

  roundTrip(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
