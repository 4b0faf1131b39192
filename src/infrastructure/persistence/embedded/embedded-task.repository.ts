import { setImmediate } from 'node:timers/promises';
import { AGAIN, bytes, type SqliteStore, type SqlValue } from '@tasks/embedded-store';
import { TaskRepository, type TaskCounts, type TaskPosition } from '../../../application/task.repository.js';
import type { Task, TaskChanges } from '../../../domain/task.js';
import { TaskError } from '../../../domain/task.errors.js';
import { ReadSize } from './read-size.js';
import { FIND, type TaskOperations } from './task-operations.js';
import { toRow, toTask, toTasks } from './task-record.js';

/** Number of tasks removed in one operation: some milliseconds of work. */
const REMOVED_AT_ONCE = 250;
/** Rows of the first read of a list at most. */
const FIRST_ROWS = 100;

/** Tasks in one SQLite file. Every change is on the disk before it is acknowledged. */
export class EmbeddedTaskRepository extends TaskRepository {
  readonly #store: SqliteStore<TaskOperations>;
  readonly #readSize = new ReadSize();

  constructor(store: SqliteStore<TaskOperations>) {
    super();
    this.#store = store;
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

  override find(id: string, userId: string): Promise<Task | undefined> {
    return answered(() => this.#find(id, userId)?.task);
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    return answered(async () => {
      const found: Task[] = [];
      let rows = Math.min(limit, FIRST_ROWS, this.#readSize.rows);
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

  override update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined> {
    return answered(() =>
      this.#store.change(id, async () => {
        const found = this.#find(id, userId);
        if (!found) return undefined;
        const changed = found.task.with(changes);
        if (changed.equals(found.task)) return changed;
        const isReplaced = await this.#store.write('replace', { row: toRow(changed), was: found.record });
        return isReplaced ? changed : AGAIN;
      }),
    );
  }

  override remove(id: string, userId: string): Promise<boolean> {
    return answered(() => this.#store.write('remove', { owner: userId, id }));
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
