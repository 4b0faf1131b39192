import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EmbeddedStoreError } from './errors.js';
import { PROBE, type DataOf, type Failure, type Operation } from './batch-writer.js';
import type { Connection, SqlValue } from './connection.js';
import { openForReading, storeError, type StoreSchema } from './data-file.js';
import { assertLocal, assertNoEarlierData, makePrivateFolder, placeError, statusOf } from './place.js';
import { ServiceLock } from './service-lock.js';
import { Writer } from './writer.js';

/** Receives what an operator should know; each problem once, when it begins and when it ends. */
export interface StoreLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** How to open a store. */
export interface SqliteStoreOptions {
  readonly folder: string;
  /** The setting by which the operator chooses the folder, for advice in errors: `DATA_DIR`. */
  readonly setting: string;
  readonly schema: StoreSchema;
  /** The module that exports this `schema` and `operations`, loaded by the writer thread. */
  readonly module: URL;
  /**
   * `service` (default): the one service of the folder, which creates and migrates the file. `command`: works beside it,
   * or alone, on an existing file of the current version.
   */
  readonly role?: 'service' | 'command';
  /** Files of earlier formats, each with advice: they reject a service's start in a folder that has no data file yet. */
  readonly earlier?: Readonly<Record<string, string>>;
  readonly log?: StoreLog;
  /** Called within about a second after another process has changed the data. */
  readonly onForeignChange?: () => void;
}

/** Answer of an attempt of `change` that was overtaken: another writer has changed what it had read. */
export const AGAIN = Symbol('again');

const MAX_ATTEMPTS = 5;

/**
 * The data of a service in one SQLite file. Reads run here, by a read-only connection; writes are named operations, which
 * a thread executes and commits in groups. All errors are EmbeddedStoreErrors with a message for an operator.
 *
 * @typeParam Operations Type of the `operations` of the module.
 */
export class SqliteStore<Operations extends Readonly<Record<keyof Operations, Operation>>> {
  /** Absolute path of the data file. */
  readonly path: string;
  readonly #reader: Connection;
  readonly #writer: Writer;
  readonly #lock: ServiceLock | undefined;
  readonly #keys = new KeyQueue();
  readonly #broken: () => Failure | undefined;
  #isClosed = false;
  #dataVersion: number | undefined;

  private constructor(
    path: string,
    reader: Connection,
    writer: Writer,
    lock: ServiceLock | undefined,
    broken: () => Failure | undefined,
  ) {
    this.path = path;
    this.#reader = reader;
    this.#writer = writer;
    this.#lock = lock;
    this.#broken = broken;
  }

  /**
   * Opens the store of a folder.
   *
   * @throws EmbeddedStoreError IN_USE, UNUSABLE, DAMAGED.
   */
  static async open<Operations extends Readonly<Record<keyof Operations, Operation>>>(
    options: SqliteStoreOptions,
  ): Promise<SqliteStore<Operations>> {
    const { schema, setting, role = 'service', log, onForeignChange } = options;
    const folder = resolve(options.folder);
    const path = `${folder}/${schema.fileName}`;
    let lock: ServiceLock | undefined;
    let writer: Writer | undefined;
    let broken: Failure | undefined;
    try {
      if (role === 'service') {
        makePrivateFolder(folder, setting);
        assertLocal(folder, setting);
        if (!existsSync(path)) assertNoEarlierData(folder, options.earlier ?? {});
        lock = ServiceLock.take(folder, setting);
      } else if (!existsSync(path)) {
        throw new EmbeddedStoreError(
          'UNUSABLE',
          `There is no ${schema.fileName} in ${folder}: set ${setting} to the folder that has it`,
        );
      } else assertLocal(folder, setting);
      writer = await Writer.start(
        { path, module: options.module.href, role },
        {
          onFailing: ({ message }) => log?.error(`${message}; no restart is needed`),
          onWorking: () => log?.info(`${path} takes writes again`),
          onBroken: (failure) => {
            if (!broken) log?.error(failure.message);
            broken ??= failure;
          },
          onForeignChange: () => onForeignChange?.(),
          onWarning: (message) => log?.warn(message),
        },
      );
      return new SqliteStore<Operations>(path, openForReading(path, schema), writer, lock, () => broken);
    } catch (error) {
      await writer?.close();
      lock?.release();
      const explained = isOfSqlite(error) ? storeError(error, path) : placeError(error, folder, setting);
      // Before the start there is nothing that could go on by itself.
      if (explained.code !== 'WRITE_FAILED') throw explained;
      throw new EmbeddedStoreError('UNUSABLE', `${explained.message}; start again then`, { cause: error });
    }
  }

  /** The folder of the data file. */
  get folder(): string {
    return dirname(this.path);
  }

  /** Size of the log beside the data file, in bytes. */
  get logBytes(): number {
    return statusOf(`${this.path}-wal`)?.size ?? 0;
  }

  /**
   * Changes with every commit, by any process: what was read at the same number is what would be read now. It is read from
   * the file once per event-loop callback, with its microtasks: several reads of one request often share it.
   */
  get dataVersion(): number {
    if (this.#dataVersion === undefined) {
      this.#dataVersion = this.#read((reader) => reader.pragma('data_version'));
      process.nextTick(this.#forgetDataVersion);
    }
    return this.#dataVersion;
  }

  /** Returns the first row of a query; undefined for none. Use a fixed set of texts: each is prepared once. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#read((reader) => reader.get<Row>(sql, ...values));
  }

  /** Returns all rows of a query, which must have a limit of at most 500: other calls wait meanwhile. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#read((reader) => reader.all<Row>(sql, ...values));
  }

  /**
   * Executes an operation; resolves with its result once that is on the disk. Reads see it from then on.
   *
   * @throws EmbeddedStoreError CONFLICT for a constraint: nothing was changed. WRITE_FAILED, GONE: it may have been stored.
   */
  write<Name extends keyof Operations & string>(
    name: Name,
    data: DataOf<Operations[Name]>,
  ): Promise<ReturnType<Operations[Name]>> {
    const broken = this.#unusable();
    if (broken) return Promise.reject(broken);
    return this.#writer.call(name, data) as Promise<ReturnType<Operations[Name]>>;
  }

  /**
   * Reads, decides and writes with compare-and-set: `attempt` answers AGAIN when its `UPDATE … WHERE record = <as read>`
   * has found no row, and runs again, at most 5 times. Changes of one key wait for each other, so that only commands of
   * operators overtake.
   *
   * @throws EmbeddedStoreError WRITE_FAILED when it was overtaken each time.
   */
  change<Result>(key: string, attempt: () => Promise<Result | typeof AGAIN>): Promise<Result> {
    return this.#keys.run(key, async () => {
      for (let n = 0; n < MAX_ATTEMPTS; n++) {
        // Callers that repeat a change without waiting would otherwise go on with what they have kept.
        this.#forgetDataVersion();
        const result = await attempt();
        if (result !== AGAIN) return result;
      }
      throw new EmbeddedStoreError(
        'WRITE_FAILED',
        `Others have changed an entry of ${this.path} all the time: try again`,
      );
    });
  }

  /** Commits a transaction that changes nothing: resolves when the disk takes writes, and no change has just failed. */
  async probe(): Promise<void> {
    const failure = this.#unusable() ?? this.#writer.recentFailure;
    if (failure) throw new EmbeddedStoreError(failure.code, failure.message);
    await this.#writer.call(PROBE, undefined);
  }

  /** Executes what was called before, and closes. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The last connection to be closed removes the log by its name, which may be another file's by now.
    if (!this.#broken()) this.#reader.close();
    await this.#writer.close();
    this.#lock?.release();
  }

  readonly #forgetDataVersion = (): void => {
    this.#dataVersion = undefined;
  };

  #read<Result>(act: (reader: Connection) => Result): Result {
    const broken = this.#unusable();
    if (broken) throw broken;
    try {
      return act(this.#reader);
    } catch (error) {
      throw storeError(error, this.path);
    }
  }

  #unusable(): EmbeddedStoreError | undefined {
    if (this.#isClosed) return new EmbeddedStoreError('CLOSED', `${this.path} was closed`);
    const broken = this.#broken();
    return broken && new EmbeddedStoreError(broken.code, broken.message);
  }
}

function isOfSqlite(error: unknown): boolean {
  return typeof (error as { errcode?: unknown } | undefined)?.errcode === 'number';
}

/** Runs the work on one key in order of arrival, and that on different keys at once. */
class KeyQueue {
  /** The last work of each busy key. */
  readonly #last = new Map<string, Promise<unknown>>();

  async run<Result>(key: string, act: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const work = before === undefined ? act() : before.then(act, act);
    this.#last.set(key, work);
    try {
      return await work;
    } finally {
      if (this.#last.get(key) === work) this.#last.delete(key);
    }
  }
}
