// The schema of the tasks' file and all operations that change it: loaded by the writer thread, too.
import { bytes, single, type Statements, type StoreSchema } from '@tasks/embedded-store';
import type { MergeCounts } from '../../../application/task-target.js';
import type { TaskRow } from './task-record.js';

/** The file of tasks. A user's tasks lie together, in the order of lists; triggers keep their numbers. */
export const schema: StoreSchema = {
  owner: 'tasks',
  fileName: 'tasks.db',
  applicationId: 0x5441534b,
  migrations: [
    `CREATE TABLE tasks (
       owner BLOB NOT NULL,
       createdOn INTEGER NOT NULL,
       id TEXT NOT NULL,
       done INTEGER NOT NULL,
       dueOn TEXT,
       starred INTEGER,
       record TEXT NOT NULL,
       PRIMARY KEY (owner, createdOn, id)
     ) STRICT, WITHOUT ROWID;
     CREATE UNIQUE INDEX tasks_by_id ON tasks (id);
     CREATE INDEX tasks_by_done ON tasks (owner, done, createdOn, id);
     CREATE INDEX tasks_by_due ON tasks (owner, dueOn, id) WHERE dueOn IS NOT NULL;
     CREATE INDEX tasks_by_star ON tasks (owner, createdOn, id) WHERE starred = 1;

     CREATE TABLE owners (owner BLOB PRIMARY KEY, open INTEGER NOT NULL, done INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TRIGGER task_added AFTER INSERT ON tasks BEGIN
       INSERT INTO owners VALUES (NEW.owner, 1 - NEW.done, NEW.done)
         ON CONFLICT (owner) DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
     END;
     CREATE TRIGGER task_removed AFTER DELETE ON tasks BEGIN
       UPDATE owners SET open = open - (1 - OLD.done), done = done - OLD.done WHERE owner = OLD.owner;
       DELETE FROM owners WHERE owner = OLD.owner AND open = 0 AND done = 0;
     END;
     CREATE TRIGGER task_changed AFTER UPDATE OF owner, done ON tasks WHEN OLD.done <> NEW.done OR OLD.owner <> NEW.owner
     BEGIN
       UPDATE owners SET open = open - (1 - OLD.done), done = done - OLD.done WHERE owner = OLD.owner;
       INSERT INTO owners VALUES (NEW.owner, 1 - NEW.done, NEW.done)
         ON CONFLICT (owner) DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
       DELETE FROM owners WHERE owner = OLD.owner AND open = 0 AND done = 0;
     END;`,
  ],
};

export const FIND = 'SELECT record FROM tasks WHERE id = ? AND owner = ?';

const INSERT =
  'INSERT INTO tasks (owner, createdOn, id, done, dueOn, starred, record) VALUES (?, ?, ?, ?, ?, ?, ?) ' +
  'ON CONFLICT (id) DO';
const INSERT_NEW = `${INSERT} NOTHING`;
const PUT =
  `${INSERT} UPDATE SET owner = excluded.owner, createdOn = excluded.createdOn, done = excluded.done, ` +
  'dueOn = excluded.dueOn, starred = excluded.starred, record = excluded.record';
const REPLACE =
  'UPDATE tasks SET done = ?, dueOn = ?, starred = ?, record = ? ' +
  'WHERE owner = ? AND createdOn = ? AND id = ? AND record = ?';
const MOVE = 'UPDATE tasks SET owner = ? WHERE id = ? AND owner = ? RETURNING record';
const REMOVE = 'DELETE FROM tasks WHERE id = ? AND owner = ?';
const REMOVE_SOME = 'DELETE FROM tasks WHERE owner = ? AND id IN (SELECT value FROM json_each(?))';

/** A change of a task, if its record still is as it was read. */
export interface Replacement {
  readonly row: TaskRow;
  readonly was: string;
}

/** A task of a user. */
type TaskKey = Pick<TaskRow, 'owner' | 'id'>;

/** A task to create: whether it is new, and the user's record of that id. */
export interface CreatedRecord {
  readonly record: string;
  readonly isNew: boolean;
}

/** The oldest tasks of a user. */
export interface Removal {
  readonly owner: string;
  readonly limit: number;
  readonly onlyDone: boolean;
}

/** Tasks with their ids and times; those that exist and differ are replaced only if requested. */
export interface Merge {
  readonly rows: readonly TaskRow[];
  readonly overwrite: boolean;
}

function insert(db: Statements, sql: string, row: TaskRow): boolean {
  const { owner, createdOn, id, done, dueOn, starred, record } = row;
  return db.run(sql, bytes(owner), createdOn, id, done, dueOn, starred, record) === 1;
}

function create(db: Statements, row: TaskRow): CreatedRecord | undefined {
  if (insert(db, INSERT_NEW, row)) return { record: row.record, isNew: true };
  const found = db.get<{ readonly record: string }>(FIND, row.id, bytes(row.owner));
  return found && { record: found.record, isNew: false };
}

function removal(condition: string): string {
  const found = `SELECT id FROM tasks WHERE owner = ?1${condition} ORDER BY createdOn, id LIMIT ?2`;
  return `DELETE FROM tasks WHERE id IN (${found})`;
}

const REMOVE_ALL = removal('');
const REMOVE_DONE = removal(' AND done = 1');

export const operations = {
  /** Stores a task; replaces one with the same id. */
  put: single((db: Statements, row: TaskRow) => insert(db, PUT, row)),
  /** Stores a task unless its id is taken. Returns the user's record of that id; undefined when another user has it. */
  create: single((db: Statements, row: TaskRow): string | undefined => create(db, row)?.record),
  /** Creates tasks, in order. */
  createAll: (db: Statements, rows: readonly TaskRow[]): (CreatedRecord | undefined)[] =>
    rows.map((row) => create(db, row)),
  /** Whether the record was as it had been read. */
  replace: single(
    (db: Statements, { row: { owner, createdOn, id, done, dueOn, starred, record }, was }: Replacement) =>
      db.run(REPLACE, done, dueOn, starred, record, bytes(owner), createdOn, id, was) === 1,
  ),
  /** Changes the owner of a task. Returns its record; undefined when the user has no such task. */
  move: single(
    (db: Statements, { owner, id, to }: TaskKey & { readonly to: string }) =>
      db.get<{ readonly record: string }>(MOVE, bytes(to), id, bytes(owner))?.record,
  ),
  remove: single((db: Statements, { owner, id }: TaskKey) => db.run(REMOVE, id, bytes(owner)) === 1),
  /** Removes a task whose record is as it had been read. */
  removeRecord: single(
    (db: Statements, { owner, id, was }: TaskKey & { readonly was: string }) =>
      db.run(`${REMOVE} AND record = ?`, id, bytes(owner), was) === 1,
  ),
  removeSome: single((db: Statements, { owner, ids }: { readonly owner: string; readonly ids: readonly string[] }) =>
    db.run(REMOVE_SOME, bytes(owner), JSON.stringify(ids)),
  ),
  removeAll: single((db: Statements, { owner, limit, onlyDone }: Removal) =>
    db.run(onlyDone ? REMOVE_DONE : REMOVE_ALL, bytes(owner), limit),
  ),
  merge: (db: Statements, { rows, overwrite }: Merge): MergeCounts => {
    const counts = { added: 0, same: 0, replaced: 0, kept: 0 };
    for (const row of rows) counts[mergeOne(db, row, overwrite)]++;
    return counts;
  },
};

export type TaskOperations = typeof operations;

function mergeOne(db: Statements, row: TaskRow, overwrite: boolean): keyof MergeCounts {
  const found = db.get<{ owner: Uint8Array; record: string }>('SELECT owner, record FROM tasks WHERE id = ?', row.id);
  if (found && Buffer.from(found.owner).equals(bytes(row.owner)) && found.record === row.record) return 'same';
  if (found && !overwrite) return 'kept';
  insert(db, PUT, row);
  return found ? 'replaced' : 'added';
}
