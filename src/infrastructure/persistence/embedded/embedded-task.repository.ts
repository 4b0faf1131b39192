import { setImmediate } from 'node:timers/promises';
import { AGAIN, bytes, type SqliteStore, type SqlValue } from '@tasks/embedded-store';
import {
  isExpected,
  TaskRepository,
  type CreatedTask,
  type DueSelection,
  type StarredSelection,
  type TaskCounts,
  type TaskExpectation,
  type TaskPosition,
  type TaskTotals,
} from '../../../application/task.repository.js';
import type { Task } from '../../../domain/task.js';
import type { TaskChanges } from '../../../domain/task-details.js';
import { TaskError } from '../../../domain/task.errors.js';
import { MergedReader } from './merged-reader.js';
import { ReadSize } from './read-size.js';
import { FIND, type TaskOperations } from './task-operations.js';
import { toRow, toTask, toTasks } from './task-record.js';

/** Number of tasks removed in one operation: some milliseconds of work. */
const REMOVED_AT_ONCE = 250;
/** Maximum number of rows of the first read of a list: a page of 100, and one row that shows whether there is a next one. */
const MAX_FIRST_ROWS = 128;

/** Tasks in one SQLite file. Every change is on the disk before it is acknowledged. */
export class EmbeddedTaskRepository extends TaskRepository {
  readonly #store: SqliteStore<TaskOperations>;
  readonly #merged: MergedReader;
  readonly #readSize = new ReadSize();

  constructor(store: SqliteStore<TaskOperations>) {
    super();
    this.#store = store;
    this.#merged = new MergedReader(store);
  }

  override add(task: Task): Promise<void> {
    return answered(async () => {
      await this.#store.write('put', toRow(task));
    });
  }

  override create(task: Task): Promise<Task | undefined> {
    return answered(async () => {
      const record = await this.#store.write('create', toRow(task));
      return record === undefined ? undefined : toTask(record, task.userId);
    });
  }

  override createAll(tasks: readonly Task[]): Promise<(CreatedTask | undefined)[]> {
    return answered(async () => {
      const created = await this.#store.write('createAll', tasks.map(toRow));
      return created.map((found, n) => {
        const task = tasks[n];
        if (!found || !task) return undefined;
        return { task: found.isNew ? task : toTask(found.record, task.userId), isNew: found.isNew };
      });
    });
  }

  override find(id: string, userId: string): Promise<Task | undefined> {
    return answered(() => this.#find(id, userId)?.task);
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    return answered(async () => {
      const found: Task[] = [];
      let rows = Math.min(limit, MAX_FIRST_ROWS, this.#readSize.rows);
      let position = after;
      for (;;) {
        const tasks = this.#readPage(userId, rows, position, done);
        if (found.length === 0 && (tasks.length < rows || rows === limit)) return tasks;
        for (const task of tasks) found.push(task);
        if (tasks.length < rows || found.length >= limit) return found;
        position = tasks.at(-1);
        rows = Math.min(limit - found.length, this.#readSize.rows);
        // Other calls run between two reads.
        await setImmediate();
      }
    });
  }

  override count(userId: string): Promise<TaskCounts> {
    return answered(() => {
      const row = this.#store.get<TaskCounts>('SELECT open, done FROM owners WHERE owner = ?', bytes(userId));
      return { open: row?.open ?? 0, done: row?.done ?? 0 };
    });
  }

  override pageByDue(selection: DueSelection): Promise<Task[]> {
    return answered(() => this.#merged.due(selection));
  }

  override pageByStar(selection: StarredSelection): Promise<Task[]> {
    return answered(() => this.#merged.starred(selection));
  }

  override totals(userIds: readonly string[], today: string): Promise<ReadonlyMap<string, TaskTotals>> {
    return answered(() => this.#merged.totals(userIds, today));
  }

  override update(
    id: string,
    userId: string,
    changes: TaskChanges,
    expected?: TaskExpectation,
  ): Promise<Task | undefined> {
    return answered(() =>
      this.#store.change(id, async () => {
        const found = this.#find(id, userId);
        if (!found || !isExpected(found.task, expected)) return undefined;
        const changed = found.task.with(changes);
        if (changed.equals(found.task)) return changed;
        const isReplaced = await this.#store.write('replace', { row: toRow(changed), was: found.record });
        return isReplaced ? changed : AGAIN;
      }),
    );
  }

  override move(id: string, userId: string, toUserId: string): Promise<Task | undefined> {
    return answered(async () => {
      const record = await this.#store.write('move', { owner: userId, id, to: toUserId });
      return record === undefined ? undefined : toTask(record, toUserId);
    });
  }

  override remove(id: string, userId: string, expected?: TaskExpectation): Promise<boolean> {
    if (expected === undefined) return answered(() => this.#store.write('remove', { owner: userId, id }));
    return answered(() =>
      this.#store.change(id, async () => {
        const found = this.#find(id, userId);
        if (!found || !isExpected(found.task, expected)) return false;
        return (await this.#store.write('removeRecord', { owner: userId, id, was: found.record })) || AGAIN;
      }),
    );
  }

  override removeSome(ids: readonly string[], userId: string): Promise<void> {
    return answered(async () => {
      await this.#store.write('removeSome', { owner: userId, ids });
    });
  }

  override removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number> {
    return answered(async () => {
      let removed = 0;
      while (removed < limit) {
        const atOnce = Math.min(limit - removed, REMOVED_AT_ONCE);
        const now = await this.#store.write('removeAll', { owner: userId, limit: atOnce, onlyDone });
        removed += now;
        if (now < atOnce) break;
      }
      return removed;
    });
  }

  #find(id: string, userId: string): { readonly task: Task; readonly record: string } | undefined {
    const row = this.#store.get<{ readonly record: string }>(FIND, id, bytes(userId));
    return row && { task: toTask(row.record, userId), record: row.record };
  }

  #readPage(userId: string, rows: number, after: TaskPosition | undefined, done: boolean | undefined): Task[] {
    const sql = PAGES[after ? 'after' : 'first'][done === undefined ? 'all' : 'ofDone'];
    const values: SqlValue[] = [bytes(userId)];
    if (done !== undefined) values.push(Number(done));
    if (after) values.push(after.createdOn.getTime(), after.id);
    const startMs = performance.now();
    const page = this.#store.get<{ readonly page: string | null }>(sql, ...values, rows)?.page ?? '[]';
    const tasks = toTasks(page, userId);
    this.#readSize.took(performance.now() - startMs, tasks.length);
    return tasks;
  }
}

/** One text of all records: a row each costs several times as much. */
function pageSql(conditions: string): string {
  const rows = `SELECT record FROM tasks WHERE owner = ?${conditions} ORDER BY createdOn DESC, id DESC LIMIT ?`;
  return `SELECT '[' || group_concat(record) || ']' AS page FROM (${rows})`;
}

const AFTER = ' AND (createdOn, id) < (?, ?)';
const OF_DONE = ' AND done = ?';
const PAGES = {
  first: { all: pageSql(''), ofDone: pageSql(OF_DONE) },
  after: { all: pageSql(AFTER), ofDone: pageSql(OF_DONE + AFTER) },
};

async function answered<Result>(act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw TaskError.storeUnavailable(error);
  }
}
