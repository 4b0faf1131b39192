import type { Task, TaskChanges } from '../domain/task.js';

/** A place in a user's list, between two tasks: right after the task of that time and id. */
export interface TaskPosition {
  readonly createdOn: Date;
  readonly id: string;
}

/** How many tasks a user has. */
export interface TaskCounts {
  /** Tasks that are not done. */
  readonly open: number;
  /** Tasks that are done. */
  readonly done: number;
}

/**
 * Where tasks are kept. `add`, `create`, `update` and `remove` are one atomic step each. No method ever sees other tasks than those
 * of the user it is asked about.
 *
 * Every method rejects with TaskError STORE_UNAVAILABLE when the store fails or doesn't answer in time; a write that was
 * refused so may have been carried out all the same.
 */
export abstract class TaskRepository {
  /** Stores a new task. Once this resolves, the task is as safe as the store can make it. */
  abstract add(task: Task): Promise<void>;

  /**
   * Stores a new task unless its id is taken. Of parallel calls with one id, one stores its task.
   *
   * @returns That task; where the user has a task of that id already, that one, unchanged; undefined where another user
   *   has it, as far as this store sees it (not across shards).
   */
  abstract create(task: Task): Promise<Task | undefined>;

  /** The user's task; undefined when the user has no task of that id. */
  abstract find(id: string, userId: string): Promise<Task | undefined>;

  /**
   * Up to `limit` tasks of the user, newest `createdOn` first, ties by id descending. Read page after page, a task that is
   * there throughout comes exactly once; changes that are made meanwhile may be seen or not.
   *
   * @param limit At least 1.
   * @param after Only tasks that come after this place; the task there need not exist any more.
   * @param done Only tasks that are done (true), or not done (false).
   */
  abstract pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]>;

  /** How many tasks the user has; changes that are made meanwhile may be counted or not. */
  abstract count(userId: string): Promise<TaskCounts>;

  /**
   * Changes what is set of the user's task, without touching what is unset, also when others change it meanwhile.
   *
   * @returns The whole task afterwards; undefined when the user has no task of that id.
   */
  abstract update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined>;

  /** Removes the user's task; false when the user has no task of that id. */
  abstract remove(id: string, userId: string): Promise<boolean>;

  /**
   * Removes up to `limit` of the user's tasks.
   *
   * @param limit At least 1.
   * @param onlyDone Whether tasks that are not done stay.
   * @returns How many it removed; 0 when there was none to remove.
   */
  abstract removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number>;
}
