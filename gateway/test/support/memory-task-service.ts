import { TaskServiceError } from '../../src/application/tasks/task-service.error.js';
import {
  TaskService,
  type Task,
  type TaskChanges,
  type TaskCounts,
  type TaskPage,
  type TaskQuery,
} from '../../src/application/tasks/task-service.js';

interface Stored extends Task {
  readonly userId: string;
}

/** The task service in memory, for tests of its callers. */
export class MemoryTaskService extends TaskService {
  readonly #tasks = new Map<string, Stored>();
  /** If set, every request fails with it. */
  failure: Error | undefined;
  #passing = 0;
  #held: Promise<void> | undefined;
  #beforeHeld = 0;
  /** Number of `find` requests so far. */
  finds = 0;
  #onReached: () => void = () => undefined;
  #reached: Promise<void> = Promise.resolve();

  /** Blocks requests until the returned function is called. */
  hold(): () => void {
    return this.holdAfter(0);
  }

  /** Blocks the requests after that many more until the returned function is called. */
  holdAfter(passing: number): () => void {
    this.#beforeHeld = passing;
    let release = (): void => undefined;
    this.#reached = new Promise((resolve) => {
      this.#onReached = resolve;
    });
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.#held = undefined;
      release();
    };
  }

  /** Resolves once a request waits. */
  reached(): Promise<void> {
    return this.#reached;
  }

  /** Fails with this error after that many more requests. */
  failAfter(passing: number, failure: Error): void {
    this.#passing = passing;
    this.failure = failure;
  }

  /** Removes the task completely, regardless of its owner. */
  forget(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  override async find(userId: string, { done, text, limit, after }: TaskQuery): Promise<TaskPage> {
    this.finds++;
    await this.#pass();
    const wanted = this.#of(userId)
      .filter((task) => done === undefined || task.done === done)
      .filter((task) => text === undefined || task.name.toLowerCase().includes(text.toLowerCase()))
      .filter((task) => after === undefined || task.id < after);
    const items = wanted.slice(0, limit).map(toTask);
    return { items, nextCursor: wanted.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  override async get(userId: string, taskId: string): Promise<Task> {
    await this.#pass();
    return toTask(this.#find(userId, taskId));
  }

  override async create(userId: string, taskId: string, name: string): Promise<Task> {
    await this.#pass();
    const stored = this.#tasks.get(taskId);
    if (stored !== undefined && stored.userId !== userId) throw new TaskServiceError('ID_TAKEN', 'The id is taken');
    const task = stored ?? { id: taskId, userId, name, done: false, createdOn: new Date().toISOString() };
    this.#tasks.set(taskId, task);
    return toTask(task);
  }

  override async update(userId: string, taskId: string, { name, done }: TaskChanges): Promise<Task> {
    await this.#pass();
    const stored = this.#find(userId, taskId);
    const task = { ...stored, name: name ?? stored.name, done: done ?? stored.done };
    this.#tasks.set(taskId, task);
    return toTask(task);
  }

  override async remove(userId: string, taskId: string): Promise<void> {
    await this.#pass();
    this.#tasks.delete(this.#find(userId, taskId).id);
  }

  override async count(userId: string): Promise<TaskCounts> {
    await this.#pass();
    const tasks = this.#of(userId);
    const done = tasks.filter((task) => task.done).length;
    return { open: tasks.length - done, done };
  }

  override async removeAll(userId: string, onlyDone: boolean): Promise<number> {
    await this.#pass();
    const removed = this.#of(userId)
      .filter(({ done }) => done || !onlyDone)
      .slice(0, 1_000);
    for (const { id } of removed) this.#tasks.delete(id);
    return removed.length;
  }

  override check(): Promise<string | undefined> {
    return Promise.resolve(this.failure?.message);
  }

  async #pass(): Promise<void> {
    if (this.#held !== undefined && this.#beforeHeld-- <= 0) {
      this.#onReached();
      await this.#held;
    }
    if (this.failure !== undefined && this.#passing-- <= 0) throw this.failure;
  }

  #of(userId: string): Stored[] {
    return [...this.#tasks.values()]
      .filter((task) => task.userId === userId)
      .sort((one, other) => (one.id < other.id ? 1 : -1));
  }

  #find(userId: string, taskId: string): Stored {
    const task = this.#tasks.get(taskId);
    if (task?.userId !== userId) throw new TaskServiceError('NOT_FOUND', 'Task not found');
    return task;
  }
}

function toTask({ id, name, done, createdOn }: Stored): Task {
  return { id, name, done, createdOn };
}
