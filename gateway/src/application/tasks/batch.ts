import { BATCH_MAX_TASKS } from '@tasks/idl';
import { ListError } from '../../domain/list.errors.js';
import type { Principal } from '../../domain/principal.js';
import type { ListAccess } from '../lists/list-access.js';
import type { ChangeFeed, TaskChange } from './change-feed.js';
import { changedBy } from './manage-tasks.js';
import type { Edited, NewTask, Task, TaskEdit, TaskService } from './task-service.js';
import { TaskServiceError, type TaskServiceErrorCode } from './task-service.error.js';

/** One of several changes. */
export type BatchOperation = {
  /** The task. */
  readonly id: string;
  /** Undefined: the first list of the account. */
  readonly list?: string | undefined;
} & (
  | { readonly op: 'insert'; readonly task: NewTask }
  | { readonly op: 'edit'; readonly edit: TaskEdit }
  | { readonly op: 'move'; readonly to: string }
  | { readonly op: 'remove' }
);

/** What became of an operation. */
export type BatchResult =
  | { readonly outcome: 'inserted'; readonly isNew: boolean; readonly task: Task }
  | ({ readonly outcome: 'edited' } & Edited)
  | { readonly outcome: 'moved'; readonly task: Task }
  | { readonly outcome: 'removed' }
  | { readonly outcome: 'rejected'; readonly error: unknown }
  /** Not begun: an earlier operation on the same task failed, and may have been executed or not. */
  | { readonly outcome: 'skipped' };

/** Time after which no further operation begins, in milliseconds: that of any other request. */
const TIME_LIMIT_MS = 13_000;

/** Rejections of the task service: nothing was executed. */
const REJECTIONS: ReadonlySet<TaskServiceErrorCode> = new Set(['NOT_FOUND', 'ID_TAKEN', 'CHANGED', 'INVALID']);

/** Several changes, of tasks in one or several lists, in one request. */
export class BatchTasks {
  readonly #tasks: TaskService;
  readonly #access: ListAccess;
  readonly #feed: ChangeFeed;

  constructor(tasks: TaskService, access: ListAccess, feed: ChangeFeed) {
    this.#tasks = tasks;
    this.#access = access;
    this.#feed = feed;
  }

  /**
   * Executes the operations in their order, each with an authorization of its own. Consecutive inserts, and consecutive
   * removals, of a list are one call. An operation that fails stops no other one, except those of the same task after a
   * failure that is no rejection. All are safe to repeat.
   *
   * @returns One result for each operation, in the same order.
   */
  async execute(principal: Principal, operations: readonly BatchOperation[]): Promise<readonly BatchResult[]> {
    const run = new BatchRun(this.#tasks, this.#access, principal);
    try {
      return await run.execute(operations);
    } finally {
      for (const [ownerId, taskIds] of run.changed)
        this.#feed.publishTasks(ownerId, taskIds === 'all' ? { all: true } : { taskIds: [...taskIds] });
    }
  }
}

/** Removes and inserts are executed together; edits and moves one by one. */
type Group = readonly [BatchOperation, ...BatchOperation[]];

class BatchRun {
  /** Changed tasks, by the owner that Tasks knows them by. */
  readonly changed = new Map<string, Set<string> | 'all'>();
  readonly #tasks: TaskService;
  readonly #access: ListAccess;
  readonly #principal: Principal;
  /** Tasks of operations that failed, and may have been executed. */
  readonly #failed = new Set<string>();
  readonly #startMs = performance.now();
  #outOfTime: OutOfTime | undefined;

  constructor(tasks: TaskService, access: ListAccess, principal: Principal) {
    this.#tasks = tasks;
    this.#access = access;
    this.#principal = principal;
  }

  async execute(operations: readonly BatchOperation[]): Promise<readonly BatchResult[]> {
    const results: BatchResult[] = [];
    for (const group of groupsOf(operations)) results.push(...(await this.#executeGroup(group)));
    return results;
  }

  async #executeGroup(group: Group): Promise<readonly BatchResult[]> {
    const [first] = group;
    const begun = group.filter(({ id }) => !this.#failed.has(id));
    let results: readonly BatchResult[];
    try {
      if (begun.length === 0) results = [];
      else if (performance.now() - this.#startMs > TIME_LIMIT_MS) throw (this.#outOfTime ??= new OutOfTime());
      else results = await this.#run(first, begun);
    } catch (error) {
      // An earlier attempt may have changed them.
      if (!isRejection(error)) for (const { id } of begun) this.#failed.add(id);
      results = begun.map(() => ({ outcome: 'rejected', error }));
    }
    const remaining = [...results];
    return group.map((operation) =>
      begun.includes(operation) ? (remaining.shift() ?? { outcome: 'skipped' }) : { outcome: 'skipped' },
    );
  }

  async #run(first: BatchOperation, operations: readonly BatchOperation[]): Promise<readonly BatchResult[]> {
    const ownerId = await this.#access.requireTasks(this.#principal, first.list, 'editor');
    const ids = operations.map(({ id }) => id);
    switch (first.op) {
      case 'insert':
        return this.#insert(
          ownerId,
          ids,
          operations.flatMap((operation) => (operation.op === 'insert' ? [operation.task] : [])),
        );
      case 'edit': {
        this.#note(ownerId, { taskIds: ids });
        const edited = await this.#tasks.edit(ownerId, first.id, first.edit);
        this.#note(ownerId, changedBy(first.edit, edited));
        return [{ outcome: 'edited', ...edited }];
      }
      case 'move': {
        const toOwnerId = await this.#access.requireTasks(this.#principal, first.to, 'editor');
        for (const owner of [ownerId, toOwnerId]) this.#note(owner, { taskIds: ids });
        return [{ outcome: 'moved', task: await this.#tasks.move(ownerId, first.id, toOwnerId) }];
      }
      case 'remove':
        this.#note(ownerId, { taskIds: ids });
        await this.#tasks.removeSome(ownerId, ids);
        return ids.map(() => ({ outcome: 'removed' }));
    }
  }

  async #insert(ownerId: string, ids: readonly string[], tasks: readonly NewTask[]): Promise<readonly BatchResult[]> {
    this.#note(ownerId, { taskIds: ids });
    const insertions = await this.#tasks.insertAll(ownerId, tasks);
    return insertions.map((insertion): BatchResult => {
      if (!('rejected' in insertion)) return { outcome: 'inserted', ...insertion };
      return { outcome: 'rejected', error: new TaskServiceError(insertion.rejected, insertion.message) };
    });
  }

  /** Notes a change, before its call: one that fails may have been executed. */
  #note(ownerId: string, change: TaskChange): void {
    const changed = this.changed.get(ownerId) ?? new Set();
    if ('all' in change || changed === 'all') this.changed.set(ownerId, 'all');
    else this.changed.set(ownerId, new Set([...changed, ...change.taskIds]));
  }
}

function* groupsOf(operations: readonly BatchOperation[]): Generator<Group> {
  for (let start = 0; start < operations.length;) {
    const first = operations[start];
    if (first === undefined) return;
    const isGrouped = first.op === 'insert' || first.op === 'remove';
    let end = start + 1;
    while (isGrouped && end - start < BATCH_MAX_TASKS && isAlike(first, operations[end])) end++;
    yield [first, ...operations.slice(start + 1, end)];
    start = end;
  }
}

function isAlike(first: BatchOperation, other: BatchOperation | undefined): boolean {
  return other?.op === first.op && other.list === first.list;
}

/** Whether an operation failed without a change. */
function isRejection(error: unknown): boolean {
  if (error instanceof TaskServiceError) return REJECTIONS.has(error.code);
  return error instanceof ListError || error instanceof OutOfTime;
}

/** The time for the batch was over before an operation began. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}
