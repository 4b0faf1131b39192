import type { Task } from '../../../domain/task.js';
import type { TaskChanges } from '../../../domain/task-details.js';
import {
  type CreatedTask,
  type DueSelection,
  isExpected,
  type OpenTaskStore,
  type StarredSelection,
  type TaskCounts,
  type TaskExpectation,
  type TaskPosition,
  TaskRepository,
  type TaskTotals,
} from '../../../application/task.repository.js';
import { countLeading, isOlder } from '../task-order.js';

/** Tasks in this process's memory, lost at its end: for tests and benchmarks. */
export class MemoryTaskRepository extends TaskRepository {
  /** Each user's tasks, oldest first, so that a new one is appended. */
  readonly #byUser = new Map<string, Task[]>();
  readonly #byId = new Map<string, Task>();

  override add(task: Task): Promise<void> {
    this.#put(task);
    return Promise.resolve();
  }

  override create(task: Task): Promise<Task | undefined> {
    return Promise.resolve(this.#create(task)?.task);
  }

  override createAll(tasks: readonly Task[]): Promise<(CreatedTask | undefined)[]> {
    return Promise.resolve(tasks.map((task) => this.#create(task)));
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

  override pageByDue({ userIds, limit, from, until, after }: DueSelection): Promise<Task[]> {
    const tasks = this.#openOf(userIds).filter(({ id, details: { dueOn } }) => {
      if (dueOn === undefined || (from !== undefined && dueOn < from)) return false;
      if (until !== undefined && dueOn >= until) return false;
      return !after || dueOn > after.dueOn || (dueOn === after.dueOn && id > after.id);
    });
    tasks.sort(
      (one, other) => compare(one.details.dueOn ?? '', other.details.dueOn ?? '') || compare(one.id, other.id),
    );
    return Promise.resolve(tasks.slice(0, limit));
  }

  override pageByStar({ userIds, limit, after }: StarredSelection): Promise<Task[]> {
    const tasks = this.#openOf(userIds).filter((task) => task.details.starred && (!after || isOlder(after, task)));
    tasks.sort((one, other) => (isOlder(one, other) ? -1 : 1));
    return Promise.resolve(tasks.slice(0, limit));
  }

  override async totals(userIds: readonly string[], today: string): Promise<Map<string, TaskTotals>> {
    const totals = new Map<string, TaskTotals>();
    for (const userId of userIds) {
      const due = this.#openOf([userId]).flatMap(({ details: { dueOn } }) => dueOn?.slice(0, today.length) ?? []);
      const overdue = due.filter((day) => day < today).length;
      const dueToday = due.filter((day) => day === today).length;
      totals.set(userId, { ...(await this.count(userId)), overdue, dueToday });
    }
    return totals;
  }

  override update(
    id: string,
    userId: string,
    changes: TaskChanges,
    expected?: TaskExpectation,
  ): Promise<Task | undefined> {
    const task = this.#find(id, userId, expected);
    if (!task) return Promise.resolve(undefined);
    const changed = task.with(changes);
    this.#byId.set(id, changed);
    const tasks = this.#byUser.get(userId) ?? [];
    tasks[countBefore(tasks, task)] = changed;
    return Promise.resolve(changed);
  }

  override move(id: string, userId: string, toUserId: string): Promise<Task | undefined> {
    const task = this.#find(id, userId);
    if (!task) return Promise.resolve(undefined);
    this.#take(task);
    const moved = task.ownedBy(toUserId);
    this.#put(moved);
    return Promise.resolve(moved);
  }

  override remove(id: string, userId: string, expected?: TaskExpectation): Promise<boolean> {
    const task = this.#find(id, userId, expected);
    if (task) this.#take(task);
    return Promise.resolve(task !== undefined);
  }

  override removeSome(ids: readonly string[], userId: string): Promise<void> {
    for (const id of ids) {
      const task = this.#find(id, userId);
      if (task) this.#take(task);
    }
    return Promise.resolve();
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

  #find(id: string, userId: string, expected?: TaskExpectation): Task | undefined {
    const task = this.#byId.get(id);
    return task?.userId === userId && isExpected(task, expected) ? task : undefined;
  }

  #put(task: Task): void {
    const tasks = this.#byUser.get(task.userId);
    if (tasks) insert(tasks, task);
    else this.#byUser.set(task.userId, [task]);
    this.#byId.set(task.id, task);
  }

  #create(task: Task): CreatedTask | undefined {
    const stored = this.#byId.get(task.id);
    if (stored) return stored.userId === task.userId ? { task: stored, isNew: false } : undefined;
    this.#put(task);
    return { task, isNew: true };
  }

  #take(task: Task): void {
    this.#byId.delete(task.id);
    const tasks = this.#byUser.get(task.userId) ?? [];
    tasks.splice(countBefore(tasks, task), 1);
    if (tasks.length === 0) this.#byUser.delete(task.userId);
  }

  #openOf(userIds: readonly string[]): Task[] {
    return [...new Set(userIds)].flatMap((userId) => this.#byUser.get(userId) ?? []).filter(({ done }) => !done);
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

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
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
