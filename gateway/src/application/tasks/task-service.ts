import type { Task as Contract, TaskEdit as ContractEdit, TaskTotals as ContractTotals } from '@tasks/idl';

type Shown = 'id' | 'name' | 'done' | 'createdOn';

/** A task of the contract without `userId`, as its readers see it. */
export type Task = { readonly [Field in Shown]: NonNullable<Contract[Field]> } & Omit<Contract, Shown | 'userId'>;

/** A task to add, under an id that the caller chose. */
export type NewTask = { readonly id: string } & Omit<Contract, 'id' | 'userId' | 'changedOn'>;

/** Filter of the tasks to read, newest first. */
export interface TaskQuery {
  /** Unset: both. */
  readonly done?: boolean | undefined;
  /** Unset: all; otherwise those whose name contains every word of this, in any order and case. */
  readonly text?: string | undefined;
  readonly limit: number;
  /** `nextCursor` of the previous page. */
  readonly after?: string | undefined;
}

/** A page of tasks. It can be short, with `text` also empty, without being the last. */
export interface TaskPage<Item = Task> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** Changes of a task; unset fields are left unchanged, an empty text clears one. */
export type TaskEdit = ContractEdit;

/** A task after an edit, and the task that follows it in a series. */
export interface Edited {
  readonly task: Task;
  readonly next: Task | undefined;
}

/** What became of one task of several: stored, or rejected by a rule. */
export type Insertion =
  | { readonly task: Task; readonly isNew: boolean }
  | { readonly rejected: 'INVALID' | 'ID_TAKEN'; readonly message: string };

/** Open tasks of several owners that have a date, or a star. */
export interface AgendaQuery {
  readonly view: 'due' | 'starred';
  /** Only tasks due at this wall clock or later. */
  readonly from?: string | undefined;
  /** Only tasks due before this wall clock. */
  readonly until?: string | undefined;
  readonly limit: number;
  /** `nextCursor` of the previous page. */
  readonly after?: string | undefined;
}

/** Number of an owner's tasks. */
export interface TaskCounts {
  readonly open: number;
  readonly done: number;
}

/** Numbers of an owner's tasks, with those that are due. */
export type TaskTotals = { readonly [Kind in keyof ContractTotals]-?: number };

/**
 * The service that stores the tasks. It knows an owner by an id: of a first list that of the account, of any other list a
 * random one that only the gateway has. Every method rejects with TaskServiceError.
 */
export abstract class TaskService {
  abstract find(ownerId: string, query: TaskQuery): Promise<TaskPage>;
  abstract get(ownerId: string, taskId: string): Promise<Task>;
  /** Adds at most 100 tasks; returns one result for each. Repeating an id returns the stored task. */
  abstract insertAll(ownerId: string, tasks: readonly NewTask[]): Promise<readonly Insertion[]>;
  abstract edit(ownerId: string, taskId: string, edit: TaskEdit): Promise<Edited>;
  /** @param ifRevision Removes it at this revision only; then a task that is gone is removed. */
  abstract remove(ownerId: string, taskId: string, ifRevision?: string): Promise<void>;
  /** Removes at most 100 tasks; those that are gone count as removed. */
  abstract removeSome(ownerId: string, taskIds: readonly string[]): Promise<void>;
  /** Gives the task to another owner. */
  abstract move(ownerId: string, taskId: string, toOwnerId: string): Promise<Task>;
  /** Reads the tasks of at most 200 owners, with the owner of each. */
  abstract agenda(
    ownerIds: readonly string[],
    query: AgendaQuery,
  ): Promise<TaskPage<Task & { readonly ownerId: string }>>;
  abstract count(ownerId: string): Promise<TaskCounts>;
  /**
   * Numbers of the tasks of at most 200 owners.
   *
   * @param today The caller's day: `2026-12-01`.
   */
  abstract totals(ownerIds: readonly string[], today: string): Promise<ReadonlyMap<string, TaskTotals>>;
  /** Removes at most 1,000 tasks and returns how many; 0 = none left. */
  abstract removeAll(ownerId: string, onlyDone: boolean): Promise<number>;
  /** Checks whether the service works: undefined, or the reason why not. Never rejects. */
  abstract check(): Promise<string | undefined>;
}
