import type { Task, TaskChanges } from '../domain/task.js';

/** A place in a user's list, between two tasks: right after the task of that time and id. */
export interface TaskPosition {
  readonly createdOn: Date;
  readonly id: string;
}

/**
 * Where tasks are kept. `add`, `update` and `remove` are one atomic step each; what lists may promise stands there. No
 * method ever sees other tasks than those of the user it is asked about.
 *
 * Every method rejects with TaskError STORE_UNAVAILABLE when the store fails or doesn't answer in time; a write that was
 * refused so may have been carried out all the same.
 */
export abstract class TaskRepository {
  /** Stores a new task. Once this resolves, the task is as safe as the store can make it. */
  abstract add(task: Task): Promise<void>;

  /**
   * All tasks of the user, newest `createdOn` first, ties by id descending.
   *
   * It may be read in several steps: a task that is there throughout comes exactly once, in its place; any other at most
   * once. Changes that are made meanwhile may be in it or not.
   */
  abstract listByUser(userId: string): Promise<Task[]>;

  /**
   * Up to `limit` tasks of the user in the order of `listByUser`, and with its promise.
   *
   * @param limit At least 1.
   * @param after Only tasks that come after this place; the task there need not exist any more.
   */
  abstract pageByUser(userId: string, limit: number, after?: TaskPosition): Promise<Task[]>;

  /**
   * Changes what is set of the user's task, without touching what is unset, also when others change it meanwhile.
   *
   * @returns The whole task afterwards; undefined when the user has no task of that id.
   */
  abstract update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined>;

  /** Removes the user's task; false when the user has no task of that id. */
  abstract remove(id: string, userId: string): Promise<boolean>;
}
