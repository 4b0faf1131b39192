import { closeSync, existsSync, linkSync, openSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DamagedFile, EmbeddedStoreError, reasonOf } from './errors.js';
import type { CopyOrder, CopyReport } from './backup-thread.js';
import type { Connection, SqlValue } from './connection.js';
import { openForReading, readStart, storeError, syncContent, type StoreSchema } from './data-file.js';
import { statusOf, syncName } from './place.js';

const PROGRESS_MS = 200;
const MAGIC = 'SQLite format 3\0';
/** Where a file's header names its owner (SQLite's file format, 1.3). */
const APPLICATION_ID_AT = 68;

/** Queries that return a `count`, by what they count: `tasks whose columns differ`. */
type Counts<What extends string = string> = Readonly<Record<What, string>>;

/** The same for all versions of a file, or by its version: an earlier one lacks tables and columns. */
type CountsOf<What extends string = string> = Counts<What> | ((version: number) => Counts<What>);

/** How far a copy is: bytes written, and bytes that it will have at most. */
export type OnBytes = (bytes: number, total: number) => void;

/**
 * A data file that is only read: that of a service, which may be running, or a backup. Keep `get` and `all` to pages of
 * at most 500 rows, since an open query holds back the service's log.
 */
export class DataFileReader {
  readonly path: string;
  readonly #connection: Connection;

  private constructor(path: string, connection: Connection) {
    this.path = path;
    this.#connection = connection;
  }

  /** Opens a file of any version. @throws EmbeddedStoreError UNUSABLE, DAMAGED */
  static open(path: string, schema: StoreSchema): DataFileReader {
    return explained(path, () => {
      if (!existsSync(path)) throw unusable(`There is no ${path}: give the path of a file of "${schema.owner}"`);
      return new DataFileReader(path, openForReading(path, schema));
    });
  }

  /**
   * Opens a backup and verifies it completely.
   *
   * @returns Undefined for a file that is missing or not of SQLite.
   * @throws EmbeddedStoreError UNUSABLE
   */
  static openBackup(path: string, schema: StoreSchema, rules: CountsOf): DataFileReader | undefined {
    if (!existsSync(path)) return undefined;
    const start = readStart(path, APPLICATION_ID_AT + 4);
    if (!start.toString('latin1').startsWith(MAGIC)) return undefined;
    if (start.length < APPLICATION_ID_AT + 4) {
      throw unusable(`${path} is damaged (its header is cut short): use another backup`);
    }
    if (start.readUInt32BE(APPLICATION_ID_AT) !== schema.applicationId) {
      throw unusable(`${path} is not a backup of "${schema.owner}", but of another program: use another backup`);
    }
    let reader: DataFileReader | undefined;
    try {
      reader = DataFileReader.open(path, schema);
      reader.verify(rules);
      return reader;
    } catch (error) {
      reader?.close();
      if (!(error instanceof DamagedFile)) throw error;
      throw unusable(`${path} ${error.what}: use another backup`, error);
    }
  }

  /** Number of migrations that the file has seen. */
  get version(): number {
    return explained(this.path, () => this.#connection.pragma('user_version'));
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return explained(this.path, () => this.#connection.get<Row>(sql, ...values));
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return explained(this.path, () => this.#connection.all<Row>(sql, ...values));
  }

  /**
   * Checks every page, index and constraint, and then the rules of the owner.
   *
   * @param rules What breaks a rule.
   * @throws EmbeddedStoreError DAMAGED that says what is wrong.
   */
  verify(rules: CountsOf): void {
    const found = this.all<{ readonly integrity_check: string }>('PRAGMA integrity_check(1)');
    // Below a line that names the database.
    const problems = found.flatMap((row) => row.integrity_check.split('\n').filter(isProblem)).slice(0, 1);
    // It throws on a damaged page, without what was found.
    if (problems.length === 0 && this.all('PRAGMA foreign_key_check').length > 0) {
      problems.push('rows refer to missing ones');
    }
    for (const [what, sql] of problems.length > 0 ? [] : Object.entries(this.#countsOf(rules))) {
      const count = this.get<{ readonly count: number }>(sql)?.count ?? 0;
      if (count > 0) problems.push(`${what}: ${String(count)}`);
    }
    if (problems.length > 0) throw new DamagedFile(this.path, `is damaged (${problems.join('; ')})`);
  }

  /** Returns what the queries find in a file of this version. */
  counted<What extends string>(counts: CountsOf<What>): Record<What, number> {
    const found = Object.entries<string>(this.#countsOf(counts)).map(([what, sql]) => {
      return [what, this.get<{ readonly count: number }>(sql)?.count ?? 0];
    });
    return Object.fromEntries(found) as Record<What, number>;
  }

  close(): void {
    this.#connection.close();
  }

  #countsOf<What extends string>(counts: CountsOf<What>): Counts<What> {
    return typeof counts === 'function' ? counts(this.version) : counts;
  }
}

/**
 * Checks a data file as `verify` does, also while a service uses it.
 *
 * @param rules What breaks a rule.
 * @param counts What the file has.
 * @returns The counts.
 * @throws EmbeddedStoreError UNUSABLE, or DAMAGED that says what is wrong.
 */
export function verifyDataFile<What extends string>(
  path: string,
  schema: StoreSchema,
  rules: CountsOf,
  counts: CountsOf<What>,
): Record<What, number> {
  const reader = DataFileReader.open(path, schema);
  try {
    reader.verify(rules);
    return reader.counted(counts);
  } finally {
    reader.close();
  }
}

/**
 * Copies a data file as of one moment into a new one, also beside a service that writes. The copy gets its name when it is
 * complete, verified and on the disk.
 *
 * @param counts What the copy has.
 * @returns The counts, and the size of the copy.
 * @throws EmbeddedStoreError UNUSABLE when there is no data file, or the copy exists or can't be written; DAMAGED.
 */
export async function backUpDataFile<What extends string>(
  path: string,
  schema: StoreSchema,
  file: string,
  counts: Counts<What>,
  onBytes: OnBytes = () => undefined,
): Promise<Record<What, number> & { readonly bytes: number }> {
  const target = resolve(file);
  if (statusOf(path) === undefined) throw unusable(`There is no ${path}: choose the folder that has it`);
  if (existsSync(target)) throw unusable(`${target} exists already: choose another name, or move it away`);
  const unfinished = `${target}.${String(process.pid)}.partial`;
  try {
    closeSync(openSync(unfinished, 'wx', 0o600));
    await copyInThread({ path, schema, target: unfinished }, onBytes);
    const found = verifyDataFile(unfinished, schema, {}, counts);
    syncContent(unfinished);
    linkSync(unfinished, target);
    syncName(target);
    return { ...found, bytes: statSync(target).size };
  } catch (error) {
    if (error instanceof EmbeddedStoreError && error.code !== 'WRITE_FAILED') throw error;
    const advice = 'free space there, let this user write there, or choose a folder on a file system with hard links';
    throw unusable(`The backup ${target} can't be written (${reasonOf(error)}): ${advice}`, error);
  } finally {
    for (const suffix of ['', '-journal']) await rm(unfinished + suffix, { force: true }).catch(() => undefined);
  }
}

async function copyInThread(order: CopyOrder, onBytes: OnBytes): Promise<void> {
  const total = (statusOf(order.path)?.size ?? 0) + (statusOf(`${order.path}-wal`)?.size ?? 0);
  const thread = new Worker(new URL('./backup-thread.js', import.meta.url), { workerData: order });
  const timer = setInterval(() => {
    onBytes(Math.min(statusOf(order.target)?.size ?? 0, total), total);
  }, PROGRESS_MS);
  try {
    const report = await new Promise<CopyReport>((done, reject) => {
      thread.once('message', done);
      thread.once('error', reject);
    });
    if (report.kind === 'failed') throw new EmbeddedStoreError(report.failure.code, report.failure.message);
    onBytes(total, total);
  } finally {
    clearInterval(timer);
  }
}

/** Whether a line of SQLite's check reports a problem. */
function isProblem(line: string): boolean {
  return line !== 'ok' && !line.startsWith('***');
}

function explained<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw storeError(error, path);
  }
}

function unusable(message: string, cause?: unknown): EmbeddedStoreError {
  return new EmbeddedStoreError('UNUSABLE', message, { cause });
}
