import { openDatabase, type Database, type PreparedStatement } from './binding.js';
import { reasonOf } from './errors.js';

/** What SQLite stores, as it is bound and read. Text from outside is bound as bytes: see `bytes`. */
export type SqlValue = string | number | Uint8Array | null;

/** Statements of a connection, prepared once each: use a fixed set of texts. */
export interface Statements {
  /** Returns the first row of a query, or of `RETURNING`; undefined for none. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined;
  /** Returns all rows: a query must have a limit of at most 500. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[];
  /** Executes a statement. @returns The number of changed rows. */
  run(sql: string, ...values: SqlValue[]): number;
}

/**
 * Bytes of a text's UTF-8, for a BLOB column. A text from outside that is a key is bound like this, since one of the
 * bindings cuts texts at U+0000; in content it stands inside JSON, which escapes that character.
 */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

/** Settings of every connection to a data file, each read back: one of the bindings reopens files with others. */
const SETTINGS = [
  ['synchronous', 2],
  ['foreign_keys', 1],
  ['trusted_schema', 0],
  ['wal_autocheckpoint', 0],
  ['busy_timeout', 0],
] as const;

/**
 * A connection to a data file. `Connection.open` is the only way to one: all have write-ahead logging, synced commits,
 * no checkpoints but the writer's own, and no waiting inside SQLite.
 */
export class Connection implements Statements {
  readonly #db: Database;
  readonly #prepared = new Map<string, PreparedStatement>();

  private constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Opens an existing file.
   *
   * @param check Reads whose file it is and throws, before anything is written.
   * @throws Error of SQLite, or of `check`.
   */
  static open(path: string, access: 'read' | 'write', check: (connection: Connection) => void): Connection {
    const connection = new Connection(openDatabase(path, access === 'read'));
    try {
      connection.#set();
      check(connection);
      if (access === 'write') connection.#setMode();
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Whether a transaction is open; some errors end it. */
  get isInTransaction(): boolean {
    return this.#db.isTransaction;
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  run(sql: string, ...values: SqlValue[]): number {
    return this.#statement(sql).run(...values).changes;
  }

  /** Executes statements that are not prepared: schema changes, pragmas. */
  execute(sql: string): void {
    this.#db.exec(sql);
  }

  /** Value of a pragma that is a number. */
  pragma(name: string): number {
    const row = this.get<Readonly<Record<string, number>>>(`PRAGMA ${name}`);
    return Object.values(row ?? {})[0] ?? NaN;
  }

  /**
   * Closes the connection. One of the bindings keeps the file open until the statements are collected: without locks, and
   * a log is not removed.
   */
  close(): void {
    this.#prepared.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #statement(sql: string): PreparedStatement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) this.#prepared.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }

  #set(): void {
    for (const [name, value] of SETTINGS) {
      this.#db.exec(`PRAGMA ${name}=${String(value)}`);
      const set = this.pragma(name);
      if (set !== value) throw new Error(`PRAGMA ${name} is ${String(set)}, not ${String(value)}`);
    }
  }

  #setMode(): void {
    const row = this.get<{ readonly journal_mode: string }>('PRAGMA journal_mode=WAL');
    if (row?.journal_mode !== 'wal') throw new Error(`PRAGMA journal_mode is ${String(row?.journal_mode)}, not wal`);
  }
}

const CONSTRAINT = 19;
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** Classes of SQLite's errors, as far as they are treated differently. */
export type SqlErrorKind = 'constraint' | 'busy' | 'corrupt' | 'full' | 'other';

/** SQLite's texts for the two codes of a damaged file. */
const CORRUPT_TEXT = /database disk image is malformed|file is not a database/;

/** One of the bindings reports some errors without a code: those are `other`, unless their text is known. */
export function kindOfSqlError(error: unknown): SqlErrorKind {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown };
  if (typeof errcode !== 'number') return CORRUPT_TEXT.test(reasonOf(error)) ? 'corrupt' : 'other';
  const kinds: Readonly<Record<number, SqlErrorKind>> = {
    [CONSTRAINT]: 'constraint',
    [BUSY]: 'busy',
    [CORRUPT]: 'corrupt',
    [NOT_A_DATABASE]: 'corrupt',
    [FULL]: 'full',
  };
  return kinds[errcode & 0xff] ?? 'other';
}
