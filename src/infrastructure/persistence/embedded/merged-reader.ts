import { setImmediate } from 'node:timers/promises';
import { bytes, type SqliteStore, type SqlValue } from '@tasks/embedded-store';
import type { DueSelection, StarredSelection, TaskCounts, TaskTotals } from '../../../application/task.repository.js';
import type { Task } from '../../../domain/task.js';
import type { TaskOperations } from './task-operations.js';
import { toTask } from './task-record.js';

/** Time that reads take in one event-loop iteration, in milliseconds: other calls wait meanwhile. */
const READ_MS = 10;
/** Rows of the first read of each user: most have few tasks in an agenda. */
const FIRST_ROWS = 8;
const FURTHER_ROWS = 64;

/** After every wall clock. */
const NEVER = '~';
/** After every time of a day whose text it follows. */
const END_OF_DAY = '~';

/** A place in the order in which users' tasks are merged: by key, then by id. */
interface MergePosition {
  readonly key: string | number;
  readonly id: string;
}

interface AgendaSql {
  readonly positions: string;
  readonly record: string;
}

/** Returns positions after one. */
type ReadPositions = (after: MergePosition, rows: number) => MergePosition[];

// The columns of the indexes are set for open tasks alone. Records, which can be long, are read of the tasks of a page alone,
// as long as they are at the position at which they were found.
const DUE: AgendaSql = {
  positions:
    'SELECT dueOn AS key, id FROM tasks INDEXED BY tasks_by_due ' +
    'WHERE owner = ? AND (dueOn, id) > (?, ?) AND dueOn < ? ORDER BY dueOn, id LIMIT ?',
  record: 'SELECT record FROM tasks WHERE owner = ? AND id = ? AND dueOn = ?',
};
const STARRED: AgendaSql = {
  positions:
    'SELECT createdOn AS key, id FROM tasks INDEXED BY tasks_by_star ' +
    'WHERE owner = ? AND starred = 1 AND (createdOn, id) > (?, ?) ORDER BY createdOn, id LIMIT ?',
  record: 'SELECT record FROM tasks WHERE owner = ? AND id = ? AND createdOn = ? AND starred = 1',
};
const COUNTS = 'SELECT open, done FROM owners WHERE owner = ?';
const DUE_COUNT =
  'SELECT count(*) AS count FROM tasks INDEXED BY tasks_by_due WHERE owner = ? AND dueOn >= ? AND dueOn < ?';

/** Reads tasks of several users: the part of an index of each, merged into one order. */
export class MergedReader {
  readonly #store: SqliteStore<TaskOperations>;

  constructor(store: SqliteStore<TaskOperations>) {
    this.#store = store;
  }

  due({ userIds, limit, from = '', until = NEVER, after }: DueSelection): Promise<Task[]> {
    const isLater = after !== undefined && after.dueOn >= from;
    const start = isLater ? { key: after.dueOn, id: after.id } : { key: from, id: '' };
    return this.#merge(DUE, userIds, limit, start, [until]);
  }

  starred({ userIds, limit, after }: StarredSelection): Promise<Task[]> {
    const start = after ? { key: after.createdOn.getTime(), id: after.id } : { key: Number.MIN_SAFE_INTEGER, id: '' };
    return this.#merge(STARRED, userIds, limit, start, []);
  }

  async totals(userIds: readonly string[], today: string): Promise<Map<string, TaskTotals>> {
    const totals = new Map<string, TaskTotals>();
    const slice = new TimeSlice();
    for (const userId of userIds) {
      await slice.yieldWhenOver();
      const owner = bytes(userId);
      const { open = 0, done = 0 } = this.#store.get<TaskCounts>(COUNTS, owner) ?? {};
      const overdue = open === 0 ? 0 : this.#dueCount(owner, '', today);
      const dueToday = open === 0 ? 0 : this.#dueCount(owner, today, today + END_OF_DAY);
      totals.set(userId, { open, done, overdue, dueToday });
    }
    return totals;
  }

  #dueCount(owner: Uint8Array, from: string, until: string): number {
    return this.#store.get<{ readonly count: number }>(DUE_COUNT, owner, from, until)?.count ?? 0;
  }

  async #merge(
    sql: AgendaSql,
    userIds: readonly string[],
    limit: number,
    start: MergePosition,
    bounds: readonly SqlValue[],
  ): Promise<Task[]> {
    const slice = new TimeSlice();
    const ranges: UserRange[] = [];
    for (const userId of new Set(userIds)) {
      await slice.yieldWhenOver();
      const owner = bytes(userId);
      const range = new UserRange(userId, start, (after, rows) =>
        this.#store.all<MergePosition>(sql.positions, owner, after.key, after.id, ...bounds, rows),
      );
      if (range.first) ranges.push(range);
    }
    const tasks: Task[] = [];
    while (tasks.length < limit) {
      const next = earliest(ranges);
      if (!next?.first) break;
      const { key, id } = next.first;
      const found = this.#store.get<{ readonly record: string }>(sql.record, bytes(next.userId), id, key);
      if (found) tasks.push(toTask(found.record, next.userId));
      next.advance();
      await slice.yieldWhenOver();
    }
    return tasks;
  }
}

/** One user's part of the index, read a few rows at a time. */
class UserRange {
  readonly userId: string;
  readonly #read: ReadPositions;
  #rows: MergePosition[];
  #at = 0;
  #isWhole: boolean;

  constructor(userId: string, start: MergePosition, read: ReadPositions) {
    this.userId = userId;
    this.#read = read;
    this.#rows = read(start, FIRST_ROWS);
    this.#isWhole = this.#rows.length < FIRST_ROWS;
  }

  /** The next row; undefined at the end. */
  get first(): MergePosition | undefined {
    return this.#rows[this.#at];
  }

  /** Goes on to the next row. */
  advance(): void {
    const last = this.first;
    if (++this.#at < this.#rows.length || this.#isWhole || !last) return;
    this.#rows = this.#read(last, FURTHER_ROWS);
    this.#at = 0;
    this.#isWhole = this.#rows.length < FURTHER_ROWS;
  }
}

function earliest(ranges: readonly UserRange[]): UserRange | undefined {
  let found: UserRange | undefined;
  for (const range of ranges) {
    if (range.first && (!found?.first || isBefore(range.first, found.first))) found = range;
  }
  return found;
}

function isBefore(one: MergePosition, other: MergePosition): boolean {
  return one.key < other.key || (one.key === other.key && one.id < other.id);
}

/** Lets other calls run once reads have taken their time. */
class TimeSlice {
  #endMs = performance.now() + READ_MS;

  async yieldWhenOver(): Promise<void> {
    if (performance.now() < this.#endMs) return;
    await setImmediate();
    this.#endMs = performance.now() + READ_MS;
  }
}
