import type { ChangeFeed, TaskChange } from './change-feed.js';
import type { Task, TaskChanges, TaskCounts, TaskPage, TaskQuery, TaskService } from './task-service.js';
import { TaskServiceError } from './task-service.error.js';

/** The task with a requested id, and whether this request added it. */
interface CreatedTask {
  readonly task: Task;
  readonly isNew: boolean;
}

/** Maximum number of tasks that `removeAll` removes. */
const REMOVED_AT_ONCE = 1_000;

/** Operations of a user on the tasks of their account. Listeners of the account are notified of each change. */
export class ManageTasks {
  readonly #tasks: TaskService;
  readonly #feed: ChangeFeed;
  readonly #nextId: () => string;

  constructor(tasks: TaskService, feed: ChangeFeed, nextId: () => string) {
    this.#tasks = tasks;
    this.#feed = feed;
    this.#nextId = nextId;
  }

  find(accountId: string, query: TaskQuery): Promise<TaskPage> {
    return this.#tasks.find(accountId, query);
  }

  get(accountId: string, taskId: string): Promise<Task> {
    return this.#tasks.get(accountId, taskId);
  }

  count(accountId: string): Promise<TaskCounts> {
    return this.#tasks.count(accountId);
  }

  /**
   * Adds a task.
   * @param givenId the id that the client chose: if the user has that task already, it is returned unchanged.
   */
  async create(accountId: string, name: string, givenId?: string): Promise<CreatedTask> {
    const existing = givenId === undefined ? undefined : await this.#existing(accountId, givenId);
    if (existing !== undefined) return { task: existing, isNew: false };
    const task = await this.#tasks.create(accountId, givenId ?? this.#nextId(), name);
    this.#publish(accountId, { taskIds: [task.id] });
    return { task, isNew: true };
  }

  async update(accountId: string, taskId: string, changes: TaskChanges): Promise<Task> {
    const task = await this.#tasks.update(accountId, taskId, changes);
    this.#publish(accountId, { taskIds: [taskId] });
    return task;
  }

  async remove(accountId: string, taskId: string): Promise<void> {
    await this.#tasks.remove(accountId, taskId);
    this.#publish(accountId, { taskIds: [taskId] });
  }

  /** Removes done tasks, up to a thousand of them. */
  async clearDone(accountId: string): Promise<{ readonly removed: number; readonly more: boolean }> {
    const removed = await this.#tasks.removeAll(accountId, true);
    if (removed > 0) this.#publish(accountId, { all: true });
    return { removed, more: removed === REMOVED_AT_ONCE };
  }

  #publish(accountId: string, change: TaskChange): void {
    this.#feed.publish(accountId, change);
  }

  async #existing(accountId: string, taskId: string): Promise<Task | undefined> {
    try {
      return await this.#tasks.get(accountId, taskId);
    } catch (error) {
      if (error instanceof TaskServiceError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }
}
