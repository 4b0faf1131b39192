// A small service for the tests of the store: notes by a key, with a record that is compared and set.
import { renameSync } from 'node:fs';
import { bytes, single, type Statements, type StoreSchema } from '../src/index.js';

export const schema: StoreSchema = {
  owner: 'notes',
  fileName: 'notes.db',
  applicationId: 0x4e4f5445,
  migrations: [
    `CREATE TABLE notes(key BLOB PRIMARY KEY, lane INTEGER NOT NULL, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE totals(lane INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;
     CREATE TRIGGER note_added AFTER INSERT ON notes BEGIN
       INSERT INTO totals VALUES (NEW.lane, 1) ON CONFLICT (lane) DO UPDATE SET count = count + 1;
     END;
     CREATE TRIGGER note_removed AFTER DELETE ON notes BEGIN
       UPDATE totals SET count = count - 1 WHERE lane = OLD.lane;
     END;`,
  ],
};

/** A note as the operations receive it. */
export interface Note {
  readonly key: string;
  readonly lane: number;
  readonly text: string;
}

const INSERT = 'INSERT INTO notes VALUES (?, ?, ?)';

function insert(db: Statements, { key, lane, text }: Note): void {
  db.run(INSERT, bytes(key), lane, JSON.stringify(text));
}

export const operations = {
  add: single(insert),
  addAll: (db: Statements, notes: readonly Note[]) => {
    for (const note of notes) insert(db, note);
    return notes.length;
  },
  replace: single(
    (db: Statements, { key, from, to }: { readonly key: string; readonly from: string; readonly to: string }) => {
      const row = db.get<{ record: string }>(
        'UPDATE notes SET record = ? WHERE key = ? AND record = ? RETURNING record',
        to,
        bytes(key),
        from,
      );
      return row !== undefined;
    },
  ),
  remove: single((db: Statements, key: string) => db.run('DELETE FROM notes WHERE key = ?', bytes(key)) > 0),
  /** What an operation with a mistake does. */
  misspelt: (db: Statements) => db.run('INSERT INTO nothing VALUES (1)'),
  swallowing: (db: Statements, note: Note) => {
    insert(db, note);
    try {
      db.run('INSERT INTO nothing VALUES (1)');
    } catch {
      return 'swallowed';
    }
    return 'none';
  },
  /** What happens when the file is moved between the check before a batch and its commit. */
  moving: (db: Statements, { note, path }: { readonly note: Note; readonly path: string }) => {
    insert(db, note);
    renameSync(path, `${path}.elsewhere`);
  },
  dying: (db: Statements, note: Note) => {
    insert(db, note);
    // Ends the thread alone.
    process.exit(1);
  },
};

export type NoteOperations = typeof operations;
