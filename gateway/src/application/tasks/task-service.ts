import type { Task as Contract } from '@tasks/idl';

type Shown = 'id' | 'name' | 'done' | 'createdOn';

/** A task of the contract without `userId`, as its owner sees it. */
export type Task = { readonly [Field in Shown]: NonNullable<Contract[Field]> } & Omit<Contract, Shown | 'userId'>;

/** Filter of the tasks to read, newest first. */
export interface TaskQuery {
  /** Unset: both. */
  readonly done?: boolean | undefined;
  /** Unset: all; otherwise those whose name contains this, in any case. */
  readonly text?: string | undefined;
  readonly limit: number;
  /** `nextCursor` of the previous page. */
  readonly after?: string | undefined;
}

/** A page of a user's tasks. With `text`, a page can be short or empty without being the last. */
export interface TaskPage {
  readonly items: readonly Task[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** Changes of a task; unset fields are left unchanged. */
export type TaskChanges = Omit<Contract, 'id' | 'userId' | 'createdOn'>;

/** Number of a user's tasks. */
export interface TaskCounts {
  readonly open: number;
  readonly done: number;
}

/**
 * The service that stores the tasks. It identifies a user by the random id of the account. Every method rejects with
 * TaskServiceError.
 */
export abstract class TaskService {
  abstract find(userId: string, query: TaskQuery): Promise<TaskPage>;
  abstract get(userId: string, taskId: string): Promise<Task>;
  /** Adds a task with an id chosen by the caller; repeating the id returns the stored task. */
  abstract create(userId: string, taskId: string, name: string): Promise<Task>;
  abstract update(userId: string, taskId: string, changes: TaskChanges): Promise<Task>;
  abstract remove(userId: string, taskId: string): Promise<void>;
  abstract count(userId: string): Promise<TaskCounts>;
  /** Removes at most 1,000 tasks and returns how many; 0 = none left. */
  abstract removeAll(userId: string, onlyDone: boolean): Promise<number>;
  /** Checks whether the service works: undefined, or the reason why not. Never rejects. */
  abstract check(): Promise<string | undefined>;
}
