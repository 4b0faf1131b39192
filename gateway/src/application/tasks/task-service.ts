/** A task, as its owner sees it. */
export interface Task {
  /** 24 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly done: boolean;
  /** ISO 8601, UTC, milliseconds. */
  readonly createdOn: string;
}

/** Which tasks to read, newest first. */
export interface TaskQuery {
  /** Unset: both. */
  readonly done?: boolean | undefined;
  /** Unset: all; otherwise those whose name contains this, in any case. */
  readonly text?: string | undefined;
  /** At most this many. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly after?: string | undefined;
}

/** Some of a user's tasks. With `text`, a page can be short or empty and still not be the last. */
export interface TaskPage {
  readonly items: readonly Task[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** What to change of a task; unset stays. */
export interface TaskChanges {
  readonly name?: string | undefined;
  readonly done?: boolean | undefined;
}

/** How many tasks a user has. */
export interface TaskCounts {
  readonly open: number;
  readonly done: number;
}

/**
 * The service that keeps the tasks. A user is known to it by the random id of the account. Every method rejects with
 * TaskServiceError.
 */
export abstract class TaskService {
  abstract find(userId: string, query: TaskQuery): Promise<TaskPage>;
  abstract get(userId: string, taskId: string): Promise<Task>;
  /** Adds a task under an id that the caller chose; the same id again gives the stored task. */
  abstract create(userId: string, taskId: string, name: string): Promise<Task>;
  abstract update(userId: string, taskId: string, changes: TaskChanges): Promise<Task>;
  abstract remove(userId: string, taskId: string): Promise<void>;
  abstract count(userId: string): Promise<TaskCounts>;
  /** Removes at most 1,000 tasks and returns how many; 0 = none left. */
  abstract removeAll(userId: string, onlyDone: boolean): Promise<number>;
  /** Whether the service works: undefined, or why not. Never rejects. */
  abstract check(): Promise<string | undefined>;
}
