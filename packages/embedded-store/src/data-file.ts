import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DamagedFile, EmbeddedStoreError, reasonOf } from './errors.js';
import { openDatabase } from './binding.js';
import { Connection, kindOfSqlError } from './connection.js';
import { freeBytes, isDiskFull, statusOf, syncName } from './place.js';

/** The content of a data file: whose it is and how it came to its tables. */
export interface StoreSchema {
  /** The program that owns the data, for messages: `tasks`. */
  readonly owner: string;
  /** Name of the file in the data folder: `tasks.db`. */
  readonly fileName: string;
  /** Number in the file that names its owner; positive, 31 bits. */
  readonly applicationId: number;
  /** Statements that lead from each version to the next; the file's `user_version` is how many were executed. */
  readonly migrations: readonly string[];
}

/** Share of a file's size that has to be free beside it for a copy before a migration. */
const COPY_ROOM = 1.1;

/**
 * Creates the data file when it is missing: built beside its place and renamed, so that a file there is never half-made.
 *
 * @throws EmbeddedStoreError UNUSABLE when the disk is full. @throws Error of the file system or SQLite.
 */
export function createDataFile(path: string, schema: StoreSchema): void {
  assertWhole(path);
  if (existsSync(path)) {
    assertOfLog(path);
    return;
  }
  const unfinished = `${path}.new`;
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + suffix, { force: true });
  closeSync(openSync(unfinished, 'wx', 0o600));
  // Without a statement of its own and a log, which one of the bindings would leave behind.
  const db = openDatabase(unfinished, false);
  try {
    db.exec(`PRAGMA application_id=${String(schema.applicationId)}; PRAGMA synchronous=2`);
    migrate(
      (statements) => {
        db.exec(statements);
      },
      schema,
      0,
    );
  } finally {
    db.close();
  }
  syncContent(unfinished);
  renameSync(unfinished, path);
  syncName(path);
}

/**
 * Opens the data file of a schema for writing, and as a service brings it to the schema's version.
 *
 * @param mayMigrate Whether an older version is migrated; otherwise it is rejected.
 * @throws EmbeddedStoreError UNUSABLE for another program's file or version, DAMAGED for a broken one.
 */
export function openForWriting(path: string, schema: StoreSchema, mayMigrate: boolean): Connection {
  const connection = open(path, 'write', schema);
  try {
    const version = connection.pragma('user_version');
    if (version < schema.migrations.length) {
      if (!mayMigrate)
        throw unusable(`${path} has data version ${String(version)}: start the service once, it migrates`);
      copyBeforeMigration(connection, path, version);
      migrate(
        (statements) => {
          connection.execute(statements);
        },
        schema,
        version,
      );
    }
    return connection;
  } catch (error) {
    if (connection.isInTransaction) connection.execute('ROLLBACK');
    connection.close();
    throw error;
  }
}

/**
 * Opens the data file of a schema for reading, also one of an older version.
 *
 * @throws EmbeddedStoreError UNUSABLE for another program's or a newer file, DAMAGED for a broken one.
 */
export function openForReading(path: string, schema: StoreSchema): Connection {
  return open(path, 'read', schema);
}

/** Syncs a file that no connection of this process has open. */
export function syncContent(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Reads the first bytes of a file that no connection of this process has open; fewer where it is shorter. */
export function readStart(path: string, length: number): Buffer {
  const start = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    return start.subarray(0, readSync(file, start, 0, length, 0));
  } finally {
    closeSync(file);
  }
}

/** Explains an error of SQLite or the file system; errors with advice are passed on. */
export function storeError(error: unknown, path: string): EmbeddedStoreError {
  if (error instanceof EmbeddedStoreError) return error;
  const kind = kindOfSqlError(error);
  const reason = reasonOf(error);
  if (kind === 'corrupt') return new DamagedFile(path, `is damaged (${reason})`, { cause: error });
  if (kind === 'constraint') return new EmbeddedStoreError('CONFLICT', `${path}: ${reason}`, { cause: error });
  if (kind === 'busy') {
    const message = `${path} is locked by another program: end it, or wait`;
    return new EmbeddedStoreError('WRITE_FAILED', message, { cause: error });
  }
  // SQLite reports a full disk as an I/O error in some places, and one binding without its code.
  const isFull = kind === 'full' || isDiskFull(dirname(path));
  const what = isFull ? `the disk is full (${reason})` : reason;
  const advice = isFull
    ? 'free space on it'
    : 'let this user read and write there, free space on its disk, and check the disk';
  return new EmbeddedStoreError('WRITE_FAILED', `${path} can't be used, ${what}: ${advice}`, { cause: error });
}

/** Rejects a file that was emptied: SQLite would take it for a new one and delete its log. */
function assertWhole(path: string): void {
  const status = statusOf(path);
  if (status === undefined) {
    if ((statusOf(`${path}-wal`)?.size ?? 0) === 0) return;
    throw new DamagedFile(path, 'is missing beside its log', {
      advice: `put it back, or restore a backup and move ${basename(path)}-wal away`,
    });
  }
  if (!status.isFile()) throw unusable(`${path} is not a file: move it away`);
  if (status.size === 0) {
    throw new DamagedFile(path, 'is empty', { advice: 'restore a backup; to begin without data, remove it' });
  }
}

/** The byte of a file's header that says how it is read, and its value where it has a log (SQLite's file format, 1.3.3). */
const READ_VERSION_AT = 19;
const READ_WITH_LOG = 2;

/**
 * Rejects a backup that was copied to the place of a file whose log is still there: SQLite would write the pages of the log
 * into it. A backup has no log of its own.
 */
function assertOfLog(path: string): void {
  if ((statusOf(`${path}-wal`)?.size ?? 0) === 0) return;
  if (readStart(path, READ_VERSION_AT + 1)[READ_VERSION_AT] === READ_WITH_LOG) return;
  const name = basename(path);
  throw new DamagedFile(path, `is not the file that ${name}-wal belongs to`, {
    advice: `move ${name}-wal and ${name}-shm away to start with it, or put the other file back`,
  });
}

function open(path: string, access: 'read' | 'write', schema: StoreSchema): Connection {
  assertWhole(path);
  return Connection.open(path, access, (connection) => {
    assertOwn(connection, path, schema);
  });
}

function assertOwn(connection: Connection, path: string, { owner, applicationId, migrations }: StoreSchema): void {
  if (connection.pragma('application_id') !== applicationId) {
    throw unusable(`${path} is a database of another program than "${owner}": move it away, or choose another folder`);
  }
  const version = connection.pragma('user_version');
  if (version > migrations.length) {
    const which = `data version ${String(version)}, this program reads up to ${String(migrations.length)}`;
    throw unusable(`${path} has ${which}: use the program version that wrote it`);
  }
}

/** Executes the missing migrations, all or none. */
function migrate(execute: (statements: string) => void, { migrations }: StoreSchema, from: number): void {
  const version = `PRAGMA user_version=${String(migrations.length)}`;
  for (const statements of ['BEGIN IMMEDIATE', ...migrations.slice(from), version, 'COMMIT']) execute(statements);
}

/** Keeps the file as it was, where there is room. */
function copyBeforeMigration(connection: Connection, path: string, version: number): void {
  const copy = `${path}.v${String(version)}`;
  const size = connection.pragma('page_count') * connection.pragma('page_size');
  if (existsSync(copy) || (freeBytes(dirname(path)) ?? 0) < size * COPY_ROOM) return;
  const unfinished = `${copy}.partial`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'wx', 0o600));
  connection.run('VACUUM INTO ?', unfinished);
  syncContent(unfinished);
  renameSync(unfinished, copy);
  syncName(copy);
}

function unusable(message: string): EmbeddedStoreError {
  return new EmbeddedStoreError('UNUSABLE', message);
}
