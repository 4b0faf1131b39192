import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ClassicLevel } from 'classic-level';
import { connectControl } from './control.js';
import { damaged, EmbeddedStoreError, reasonOf } from './errors.js';
import { FolderWatch } from './folder-watch.js';
import {
  ensureFreeSpace,
  holdsStore,
  inUse,
  lockHolder,
  makeFolder,
  removeSpaceProbe,
  writeMarker,
  type OpenOptions,
} from './folder.js';
import { checkTable, readLiveFiles, tablePaths } from './leveldb-files.js';
import { verifiedValue, withChecksum } from './value-checksum.js';
import { WriteQueue, type Changes, type Transaction } from './write-queue.js';

/** A key and its value. */
export type Entry = readonly [key: string, value: string];

/** Keys from `gte` or after `gt`, and before `lt`. Keys are ordered by the bytes of their UTF-8 form. */
export interface KeyRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
}

/** A part of a range. */
export interface ReadOptions extends KeyRange {
  /** Maximum number of entries to return. */
  readonly limit: number;
  /** Whether to begin at the end of the range. */
  readonly reverse?: boolean;
}

/** A snapshot of the store. */
export interface StoreView {
  /** Returns the values of these keys; undefined for missing keys. */
  readonly getMany: (keys: readonly string[]) => Promise<(string | undefined)[]>;
  /** Returns the first entries of a range, or the last ones. */
  readonly read: (options: ReadOptions) => Promise<Entry[]>;
}

/** Result of a successful check of a whole store. */
export interface VerifyReport {
  /** Number of table files verified. */
  readonly files: number;
  /** Number of entries read. */
  readonly entries: number;
}

/**
 * ```
 * open ─a write fails─▶ readOnly ─next write, space on the disk─▶ reopening ─▶ open
 * open, readOnly, reopening ─folder removed, moved, replaced─▶ gone ─it is back─▶ readOnly
 * any ─damage─▶ damaged        any ─close─▶ closed
 * ```
 */
type State =
  | { readonly kind: 'open' }
  | { readonly kind: 'readOnly'; readonly cause: EmbeddedStoreError; readonly retryAtMs: number }
  | { readonly kind: 'reopening'; readonly done: Promise<void> }
  | { readonly kind: 'gone' | 'damaged' | 'closed'; readonly cause: EmbeddedStoreError };

/** Real paths of the folders that this process has open. */
const PLACES_IN_USE = new Set<string>();
/** Maximum time that a start waits for the check of its tables; the rest is checked while the store is in use. */
const CHECK_BEFORE_OPEN_MS = 300;
/** Minimum time between a failed write and the next attempt. */
const RETRY_MS = 250;
/** Maximum size of one step of an iterator, in bytes and entries. */
const CHUNK_BYTES = 1_048_576;
const CHUNK_ENTRIES = 1_000;
/** Time after which an unused iterator is closed: an open one keeps LevelDB from reclaiming space. */
const STALL_LIMIT_MS = 30_000;
/**
 * `getSync` of classic-level 3.0.0 copies a key into a buffer, and does not notice when the buffer is too small for the
 * last character: it would look up a shorter key. Keys with one byte per character are not affected, nor are keys
 * passed as bytes.
 */
const ASCII = /^[\0-\x7f]*$/;
const BYTES = { keyEncoding: 'buffer', valueEncoding: 'utf8' } as const;
const STALLED = 'made no progress for 30 s: run the command again';

/**
 * A durable, ordered store of strings in a folder, open in one process at a time.
 *
 * Every method rejects with EmbeddedStoreError when the store can't be used; the message says what to do.
 */
export class EmbeddedStore {
  /** The absolute path of the folder. */
  readonly folder: string;
  readonly #options: OpenOptions;
  readonly #queue: WriteQueue;
  /** The folder by its real path. */
  readonly #place: string;
  #state: State = { kind: 'open' };
  #closing: Promise<void> | undefined;
  /** Undefined when reopening failed. */
  #db: ClassicLevel | undefined;
  readonly #watch: FolderWatch;

  private constructor(options: OpenOptions, db: ClassicLevel, place: string) {
    this.#options = options;
    this.folder = options.folder;
    this.#db = db;
    this.#place = place;
    this.#queue = new WriteQueue({
      get: (key) => this.#getSync(this.#usableDb(), key),
      commit: (changes) => this.#commit(changes),
      checkWritable: () => this.#checkWritable(),
    });
    this.#watch = new FolderWatch(options, {
      tablesInUse: () => (this.#db?.status === 'open' ? this.#tablesInUse() : undefined),
      onChecked: (gone) => {
        this.#onChecked(gone);
      },
      onDamage: (error) => {
        this.#onDamage(error);
      },
    });
  }

  /**
   * Opens the store in a folder and claims the folder for this process; creates both when missing, unless
   * `create` is false. From then on, files created by this process are private to its user (umask 077).
   *
   * @throws EmbeddedStoreError IN_USE, UNUSABLE, DAMAGED.
   */
  static async open(given: OpenOptions): Promise<EmbeddedStore> {
    const options = { ...given, folder: resolve(given.folder) };
    const { folder, setting } = options;
    process.umask(process.umask(0o077) | 0o077);
    let claimed: string | undefined;
    try {
      if (given.create !== false) makeFolder(folder, setting);
      const isThere = existsSync(folder) && (await holdsStore(options));
      if (!isThere && given.create === false) {
        throw new EmbeddedStoreError(
          'UNUSABLE',
          `There is no store in ${folder}: set ${setting} to the folder that has one`,
        );
      }
      const place = realpathSync(folder);
      // A second attempt in one process would make LevelDB release the lock of the first one.
      if (PLACES_IN_USE.has(place) || lockHolder(folder) !== false) throw inUse(folder, setting);
      PLACES_IN_USE.add(place);
      claimed = place;
      const unchecked = isThere ? await checkFiles(options) : [];
      const db = await openLevelDb(folder, !isThere);
      removeSpaceProbe(folder);
      if (!isThere) writeMarker(options);
      const store = new EmbeddedStore(options, db, place);
      await store.#watch.start();
      void store.#checkTables(unchecked);
      return store;
    } catch (error) {
      PLACES_IN_USE.delete(claimed ?? '');
      throw openingError(error, options);
    }
  }

  /** Throws the EmbeddedStoreError that a read would fail with now, for callers with cached data. */
  assertReadable(): void {
    if (this.#state.kind !== 'readOnly' && this.#state.kind !== 'reopening' && !this.#isOpen()) throw this.#notOpen();
  }

  /** Returns the value of a key. */
  get(key: string): Promise<string | undefined> {
    return this.#reading((db) => this.#getSync(db, key));
  }

  /** Returns the first entries of a range, or the last ones. */
  read(options: ReadOptions): Promise<Entry[]> {
    return this.#reading((db) => this.#read(db, options));
  }

  /** Runs `act` on a snapshot of the store. Until it ends, space of changed entries is not reclaimed. */
  snapshot<Result>(act: (view: StoreView) => Promise<Result>): Promise<Result> {
    return this.#reading(async (db) => {
      const snapshot = db.snapshot();
      try {
        return await act({
          getMany: async (keys) => {
            const stored = await db.getMany<string, string>([...keys], { snapshot });
            return stored.map((value, n) => this.#opened(keys[n] ?? '', value));
          },
          read: (options) => this.#read(db, options, snapshot),
        });
      } finally {
        await snapshot.close();
      }
    });
  }

  /**
   * Returns all entries of a range from one snapshot, in chunks; other work runs between them. Fails when the next
   * chunk is not requested within 30 s, so that a hanging consumer does not keep the store from reclaiming space.
   */
  async *entries(range: KeyRange = {}): AsyncGenerator<Entry[]> {
    const db = await this.#readableDb();
    const iterator = db.iterator({ ...range, highWaterMarkBytes: CHUNK_BYTES });
    const stall = new AbortController();
    try {
      for (;;) {
        const chunk = await iterator.nextv(CHUNK_ENTRIES);
        if (chunk.length === 0) return;
        const timer = setTimeout(() => {
          stall.abort();
          void iterator.close();
        }, STALL_LIMIT_MS);
        try {
          yield chunk.map(([key, stored]): Entry => [key, this.#opened(key, stored) ?? '']);
        } finally {
          clearTimeout(timer);
        }
        if (stall.signal.aborted) throw new EmbeddedStoreError('UNUSABLE', `Reading ${this.folder} ${STALLED}`);
      }
    } catch (error) {
      throw this.#explained(error);
    } finally {
      await iterator.close();
    }
  }

  /**
   * Runs a step that reads and writes, serialized and atomic: all of its changes are stored or none.
   *
   * @param step Must be synchronous. An error it throws is passed on, and its changes are dropped.
   * @returns The result of the step, once its changes, and those it read, are on the disk. A step that fails with
   *   WRITE_FAILED or GONE may have been stored nevertheless.
   */
  write<Result>(step: (transaction: Transaction) => Result): Promise<Result> {
    return this.#queue.run(step);
  }

  /**
   * Verifies the checksums of all files and all values.
   *
   * @throws EmbeddedStoreError DAMAGED that names the file.
   */
  async verify(): Promise<VerifyReport> {
    await this.#readableDb();
    const files = await this.#checkTables(this.#tablesInUse());
    let entries = 0;
    for await (const chunk of this.entries()) entries += chunk.length;
    return { files, entries };
  }

  /** Waits for pending writes, and releases the folder. A second call waits for the same end. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const wasOpen = this.#state.kind === 'open';
    const waiting = this.#queue.idle();
    await waiting;
    if (this.#state.kind === 'reopening') await this.#state.done;
    this.#setState({
      kind: 'closed',
      cause: new EmbeddedStoreError('CLOSED', `The store in ${this.folder} is closed`),
    });
    this.#watch.stop();
    // Moves the log into a table, which the next start can verify completely. The range holds no key.
    if (wasOpen) await this.#db?.compactRange('\0', '\0').catch(() => undefined);
    await this.#db?.close();
    PLACES_IN_USE.delete(this.#place);
  }

  #setState(state: State): void {
    if (this.#state.kind === 'closed') return;
    if (this.#state.kind === 'damaged' && state.kind !== 'damaged' && state.kind !== 'closed') return;
    this.#state = state;
  }

  /** Retries once if the handle was replaced while `act` ran. */
  async #reading<Result>(act: (db: ClassicLevel) => Result | Promise<Result>): Promise<Result> {
    const db = await this.#readableDb();
    try {
      return await act(db);
    } catch (error) {
      if (db.status === 'open') throw this.#explained(error);
    }
    const again = await this.#readableDb();
    try {
      return await act(again);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  async #readableDb(): Promise<ClassicLevel> {
    if (this.#state.kind === 'reopening') await this.#state.done;
    if (this.#state.kind === 'readOnly' && this.#db === undefined) await this.#checkWritable();
    return this.#usableDb();
  }

  #usableDb(): ClassicLevel {
    if (this.#db && (this.#state.kind === 'open' || this.#state.kind === 'readOnly')) return this.#db;
    throw this.#notOpen();
  }

  #notOpen(): EmbeddedStoreError {
    if (this.#state.kind !== 'open' && this.#state.kind !== 'reopening') return this.#state.cause;
    return new EmbeddedStoreError('UNUSABLE', `The store in ${this.folder} is being opened again: try again`);
  }

  async #read(
    db: ClassicLevel,
    options: ReadOptions,
    snapshot?: ReturnType<ClassicLevel['snapshot']>,
  ): Promise<Entry[]> {
    const iterator = db.iterator({ ...options, highWaterMarkBytes: CHUNK_BYTES, ...(snapshot && { snapshot }) });
    const entries: Entry[] = [];
    try {
      while (entries.length < options.limit) {
        const chunk = await iterator.nextv(Math.min(CHUNK_ENTRIES, options.limit - entries.length));
        if (chunk.length === 0) break;
        for (const [key, stored] of chunk) entries.push([key, this.#opened(key, stored) ?? '']);
      }
      return entries;
    } finally {
      await iterator.close();
    }
  }

  #getSync(db: ClassicLevel, key: string): string | undefined {
    return this.#opened(key, ASCII.test(key) ? db.getSync(key) : db.getSync(Buffer.from(key), BYTES));
  }

  #opened(key: string, stored: string | undefined): string | undefined {
    if (stored === undefined) return undefined;
    const value = verifiedValue(key, stored);
    if (value === undefined) throw this.#onDamagedContent('is damaged, a value does not match its checksum');
    return value;
  }

  async #commit(changes: Changes): Promise<void> {
    try {
      if (this.#state.kind !== 'open') throw this.#notOpen();
      // An array of operations takes six times the CPU.
      const batch = this.#usableDb().batch();
      for (const [key, value] of changes) {
        if (value === undefined) batch.del(key);
        else batch.put(key, withChecksum(key, value));
      }
      await batch.write({ sync: true });
    } catch (error) {
      throw this.#onWriteFailed(error);
    }
    // Data written into files of a moved or removed folder is lost.
    const gone = this.#watch.checkPlace();
    if (gone) throw this.#onGone(gone);
  }

  async #checkWritable(): Promise<EmbeddedStoreError | undefined> {
    if (this.#state.kind === 'reopening') await this.#state.done;
    else if (this.#state.kind === 'readOnly' && performance.now() >= this.#state.retryAtMs) await this.#reopen();
    if (this.#isOpen()) return undefined;
    // Callers that retry at once must not block the event loop.
    await setImmediate();
    return this.#notOpen();
  }

  #isOpen(): boolean {
    return this.#state.kind === 'open';
  }

  /** After a failed write, LevelDB rejects all writes until it is reopened, since the end of its log is unknown. */
  async #reopen(): Promise<void> {
    try {
      await ensureFreeSpace(this.folder);
    } catch (error) {
      this.#onWriteFailed(error);
      return;
    }
    const done = this.#replaceDb();
    this.#setState({ kind: 'reopening', done });
    await done;
  }

  async #replaceDb(): Promise<void> {
    const old = this.#db;
    try {
      this.#db = undefined;
      await old?.close();
      await readLiveFiles(this.folder);
      this.#db = await openLevelDb(this.folder, false);
      this.#watch.onOpenedAgain();
      this.#options.onReopened?.();
      this.#setState({ kind: 'open' });
    } catch (error) {
      this.#watch.onOpenedAgain();
      const gone = this.#watch.checkPlace();
      const explained = openingError(error, this.#options);
      if (gone) this.#onGone(gone);
      else if (explained.code === 'DAMAGED') this.#onDamage(explained);
      else this.#onWriteFailed(explained);
    }
  }

  #onWriteFailed(error: unknown): EmbeddedStoreError {
    const advice = 'free space on its disk, and let this user write there; no restart is needed';
    const cause =
      error instanceof EmbeddedStoreError
        ? error
        : new EmbeddedStoreError('WRITE_FAILED', `${this.folder} takes no writes (${rootReason(error)}): ${advice}`, {
            cause: error,
          });
    if (this.#state.kind !== 'gone')
      this.#setState({ kind: 'readOnly', cause, retryAtMs: performance.now() + RETRY_MS });
    return cause;
  }

  #onGone(cause: EmbeddedStoreError): EmbeddedStoreError {
    this.#setState({ kind: 'gone', cause });
    return cause;
  }

  #onChecked(gone: EmbeddedStoreError | undefined): void {
    const { kind } = this.#state;
    if (gone && (kind === 'open' || kind === 'readOnly' || kind === 'gone')) this.#onGone(gone);
    // Reopening makes sure that all files are back.
    if (!gone && this.#state.kind === 'gone') {
      this.#setState({ kind: 'readOnly', cause: this.#state.cause, retryAtMs: 0 });
    }
  }

  #onDamage(error: EmbeddedStoreError): EmbeddedStoreError {
    this.#setState({ kind: 'damaged', cause: error });
    return error;
  }

  /** Searches for the damaged file meanwhile. */
  #onDamagedContent(what: string, cause?: unknown): EmbeddedStoreError {
    if (this.#state.kind !== 'damaged') void this.#checkTables(this.#tablesInUse());
    return this.#onDamage(damaged(this.folder, what, { cause }));
  }

  /** Verifies tables, one after the other. Damage ends the check and closes the store. */
  async #checkTables(paths: readonly string[]): Promise<number> {
    let checked = 0;
    for (const path of paths) {
      if (this.#state.kind === 'closed') break;
      try {
        await checkTable(path);
        checked++;
      } catch (error) {
        // LevelDB removes tables that it has merged into others.
        const isInUse = this.#tablesInUse().includes(path);
        if (isInUse && error instanceof EmbeddedStoreError) {
          this.#onDamage(error);
          break;
        }
      }
    }
    return checked;
  }

  #tablesInUse(): string[] {
    if (this.#db?.status !== 'open') return [];
    return tablePaths(this.folder, this.#db.getProperty('leveldb.sstables'));
  }

  #explained(error: unknown): EmbeddedStoreError {
    if (error instanceof EmbeddedStoreError) return error;
    if (codeOf(error) === 'LEVEL_CORRUPTION') {
      return this.#onDamagedContent(`is damaged (${rootReason(error)})`, error);
    }
    return new EmbeddedStoreError('UNUSABLE', `${this.folder} can't be read (${rootReason(error)})`, { cause: error });
  }
}

/** Verifies the checksums of the files. @returns Tables that were not checked in time. */
async function checkFiles({ folder, setting }: OpenOptions): Promise<string[]> {
  try {
    const unchecked = [...(await readLiveFiles(folder)).tables.keys()];
    const endMs = performance.now() + CHECK_BEFORE_OPEN_MS;
    while (unchecked.length > 0 && performance.now() < endMs) await checkTable(unchecked.pop() ?? '');
    return unchecked;
  } catch (error) {
    // The lock of a process in another container can't be detected, and its files change meanwhile.
    const holder = await connectControl(folder);
    holder?.close();
    throw holder ? inUse(folder, setting) : error;
  }
}

async function openLevelDb(folder: string, create: boolean): Promise<ClassicLevel> {
  // No compression, so that block checksums can be verified without a decoder.
  const db = new ClassicLevel(folder, { compression: false, createIfMissing: create });
  await db.open();
  return db;
}

function openingError(error: unknown, { folder, setting }: OpenOptions): EmbeddedStoreError {
  if (error instanceof EmbeddedStoreError) return error;
  const code = codeOf(error);
  if (code === 'LEVEL_LOCKED') return inUse(folder, setting, { cause: error });
  const reason = rootReason(error);
  if (code === 'LEVEL_CORRUPTION') return damaged(folder, `is damaged (${reason})`, { cause: error });
  const advice = `let this user write there, free space on the disk, or set ${setting} to another folder`;
  return new EmbeddedStoreError('UNUSABLE', `The data folder ${folder} can't be used (${reason}): ${advice}`, {
    cause: error,
  });
}

/** The code of an error, or of what caused it. */
function codeOf(error: unknown): unknown {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return cause === undefined ? code : codeOf(cause);
}

function rootReason(error: unknown): string {
  const { cause } = (error ?? {}) as { cause?: unknown };
  return cause === undefined ? reasonOf(error) : rootReason(cause);
}
