import type { Task } from '../domain/task.js';
import type { ComparedFields, TaskChanges } from '../domain/task-details.js';
import type { HealthProbe } from './check-health.js';

/** A position in a user's list: right after the task with that time and id. */
export interface TaskPosition {
  readonly createdOn: Date;
  readonly id: string;
}

/** Number of a user's tasks. */
export interface TaskCounts {
  /** Tasks that are not done. */
  readonly open: number;
  /** Tasks that are done. */
  readonly done: number;
}

/** A position in the tasks of several users that are due: right after the task with that date and id. */
export interface DuePosition {
  readonly dueOn: string;
  readonly id: string;
}

/** The open tasks of several users that are due, by `dueOn`, then id. */
export interface DueSelection {
  readonly userIds: readonly string[];
  readonly limit: number;
  /** Only tasks due at this text or later. */
  readonly from?: string | undefined;
  /** Only tasks due before this text. */
  readonly until?: string | undefined;
  readonly after?: DuePosition | undefined;
}

/** The open tasks of several users that have a star, oldest first, ties by id. */
export interface StarredSelection {
  readonly userIds: readonly string[];
  readonly limit: number;
  readonly after?: TaskPosition | undefined;
}

/** Numbers of a user's tasks. */
export interface TaskTotals extends TaskCounts {
  /** Open tasks due before today. */
  readonly overdue: number;
  /** Open tasks due today. */
  readonly dueToday: number;
}

/** A task that was to be created, as stored. */
export interface CreatedTask {
  readonly task: Task;
  /** False: the user had a task with that id already. */
  readonly isNew: boolean;
}

/** Precondition of a change: it is not made if one of these fields of the stored task differs. */
export interface TaskExpectation extends ComparedFields {
  /** Another time: it is another task, under an id that was free in between. */
  readonly createdOn?: Date | undefined;
  /** The change is not made either if all of these fields are as given: it would change nothing but times. */
  readonly unlike?: ComparedFields | undefined;
}

/** Whether a change that expects this of a task may be made. */
export function isExpected(task: Task, expected: TaskExpectation = {}): boolean {
  const { createdOn = task.createdOn, unlike } = expected;
  const isSame = createdOn.getTime() === task.createdOn.getTime() && task.has(expected);
  return isSame && (unlike === undefined || !task.has(unlike));
}

/**
 * Stores tasks. `add`, `create`, `update`, `move` and `remove` are one atomic step each. Every method only reads and changes
 * tasks of the given users.
 *
 * Every method rejects with TaskError STORE_UNAVAILABLE when the store fails or doesn't answer in time; a write that
 * failed with it may have been executed nevertheless.
 */
export abstract class TaskRepository {
  /** Stores a new task. Resolves when the task is as durable as the store can make it. */
  abstract add(task: Task): Promise<void>;

  /**
   * Stores a new task unless its id is taken. Of parallel calls with one id, one stores its task.
   *
   * @returns That task; the existing task, unchanged, if the user has one with that id; undefined if another user
   *   has it, as far as this store sees it (not across shards).
   */
  abstract create(task: Task): Promise<Task | undefined>;

  /**
   * As `create` for each of the tasks, of one or several users, in order and in one round trip where there is no conflict;
   * a store that fails between two of them has stored the ones before.
   */
  abstract createAll(tasks: readonly Task[]): Promise<(CreatedTask | undefined)[]>;

  /** Returns the user's task; undefined when the user has no task with that id. */
  abstract find(id: string, userId: string): Promise<Task | undefined>;

  /**
   * Returns up to `limit` tasks of the user, newest `createdOn` first, ties by id descending. Read page by page, a task that
   * exists throughout is returned exactly once; concurrent changes may be visible or not.
   *
   * @param limit At least 1.
   * @param after Only tasks after this position; the task there need not exist any more.
   * @param done Only tasks that are done (true), or not done (false).
   */
  abstract pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]>;

  /** Returns the number of the user's tasks; concurrent changes may be counted or not. */
  abstract count(userId: string): Promise<TaskCounts>;

  /** Returns up to `limit` due tasks: one query over an index for all users. */
  abstract pageByDue(selection: DueSelection): Promise<Task[]>;

  /** Returns up to `limit` tasks with a star: one query over an index for all users. */
  abstract pageByStar(selection: StarredSelection): Promise<Task[]>;

  /**
   * Returns the numbers of each user's tasks, also of a user without any.
   *
   * @param today A day: `2026-12-01`.
   */
  abstract totals(userIds: readonly string[], today: string): Promise<ReadonlyMap<string, TaskTotals>>;

  /**
   * Changes the set fields of the user's task; unset ones are left unchanged, also when others change them concurrently.
   *
   * @returns The whole task afterwards; undefined when the user has no task with that id that is as expected.
   */
  abstract update(
    id: string,
    userId: string,
    changes: TaskChanges,
    expected?: TaskExpectation,
  ): Promise<Task | undefined>;

  /**
   * Gives the user's task to another user.
   *
   * @returns The task of the new owner; undefined when the user has no task with that id.
   */
  abstract move(id: string, userId: string, toUserId: string): Promise<Task | undefined>;

  /** Removes the user's task; false when the user has no task with that id that is as expected. */
  abstract remove(id: string, userId: string, expected?: TaskExpectation): Promise<boolean>;

  /** Removes these tasks of the user; those of others and missing ones are ignored. */
  abstract removeSome(ids: readonly string[], userId: string): Promise<void>;

  /**
   * Removes up to `limit` of the user's tasks.
   *
   * @param limit At least 1.
   * @param onlyDone Whether tasks that are not done are kept.
   * @returns The number of removed tasks; 0 when none was left.
   */
  abstract removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number>;
}

/** An open task store. */
export interface OpenTaskStore extends HealthProbe {
  readonly tasks: TaskRepository;
  /** Size of the log beside the data file, in bytes; unset in a store without one. */
  readonly logBytes?: number;
  /** Closes the store, after the last use. */
  close(): Promise<void>;
}
