import { join, resolve } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { withTimeout } from '@tasks/service';
import { printNoFailedCommits, surviveFailedCommits } from './commit-failure.js';
import { EmbeddedStoreError } from './embedded-store.error.js';
import { checkLmdbFile } from './lmdb-file.js';
import { makeFolder } from './make-folder.js';
import { checkRoomToOpen } from './room-to-open.js';

/** Where the embedded store keeps its file. */
export interface EmbeddedStoreOptions {
  /** The folder; it is created when it is missing. */
  readonly dataDirectory: string;
}

/** The name of the file in the data folder; LMDB's own lock file lies beside it. */
export const STORE_FILE_NAME = 'tasks.mdb';

/** Where tasks are in the file. */
export interface TaskDatabases {
  /** Records of tasks by their key. */
  readonly tasks: Database<Buffer, Buffer>;
  /** Keys of tasks by their id. */
  readonly keys: Database<Buffer, Buffer>;
}

/** The databases of a store's file; a file that may be written to gets those that it lacks. */
export function openDatabases(root: RootDatabase<number, string>): TaskDatabases {
  const raw = { encoding: 'binary', keyEncoding: 'binary' } as const;
  return { tasks: root.openDB('tasks', raw), keys: root.openDB('keys', raw) };
}

/** Closing is given up after that, in milliseconds: what was acknowledged is stored already. */
const CLOSE_LIMIT_MS = 2_000;
const FORMAT_KEY = 'tasks-store-format';
const FORMAT = 1;
const CHECKED_KEY = 'checked-at';

/** The open file: who uses it is sure that it is sound, of this program's format, and of this process alone. */
export class EmbeddedStore {
  #isClosed = false;

  private constructor(
    private readonly root: RootDatabase<number, string>,
    private readonly databases: TaskDatabases,
  ) {}

  /** @throws EmbeddedStoreError that says what to do. */
  static async open({ dataDirectory }: EmbeddedStoreOptions): Promise<EmbeddedStore> {
    const directory = resolve(dataDirectory);
    let root: RootDatabase<number, string> | undefined;
    try {
      makeFolder(directory);
      const path = join(directory, STORE_FILE_NAME);
      checkLmdbFile(path);
      checkRoomToOpen(path);
      printNoFailedCommits();
      root = open<number, string>({ path, encoding: 'json' });
      surviveFailedCommits(root);
      claim(root, directory);
      await checkFormat(root, path);
      const store = new EmbeddedStore(root, openDatabases(root));
      // Opening a database takes away the entry that `claim` made; the next read makes it again.
      root.get(FORMAT_KEY);
      return store;
    } catch (error) {
      await root?.close();
      throw explained(error, directory);
    }
  }

  /**
   * The databases, for one use right now.
   *
   * @throws Error once the store is closed: LMDB itself would end the process.
   */
  use(): TaskDatabases {
    if (this.#isClosed) throw new Error('The embedded store is closed');
    return this.databases;
  }

  /** Writes a mark durably: proves that the disk takes and keeps tasks. */
  async roundTrip(): Promise<void> {
    this.use();
    await this.root.put(CHECKED_KEY, Date.now());
  }

  /** Waits for pending writes, then lets go of the file. After a commit that failed, LMDB would wait for ever. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await withTimeout(this.root.close(), CLOSE_LIMIT_MS, () => undefined);
  }
}

/**
 * Makes this process the file's only user. LMDB itself keeps a table of the processes that read the file, guarded by
 * locks of the operating system: an entry ends with its process, `kill -9` included.
 */
function claim(root: RootDatabase<number, string>, directory: string): void {
  const here = String(process.pid);
  root.readerCheck();
  // Before the first read this process has no entry: one that looks like ours is that of another store in this process,
  // or of another container's process of the same number.
  const foreign = readers(root)[0];
  if (foreign === undefined) root.get(FORMAT_KEY);
  const user = foreign ?? readers(root).find((pid) => pid !== here);
  if (user === undefined) return;
  throw new EmbeddedStoreError(
    `The data folder ${directory} is in use by process ${user}: stop that one, or set DATA_DIR to another folder`,
  );
}

function readers(root: RootDatabase): string[] {
  return Array.from(root.readerList().matchAll(/^\s*(\d+)\s/gm), ([, pid]) => pid ?? '');
}

async function checkFormat(root: RootDatabase<number, string>, path: string): Promise<void> {
  if (!isTaskStore(root, path)) await root.put(FORMAT_KEY, FORMAT);
}

/**
 * Whether the file is a task store of this program's format; false when it holds nothing yet.
 *
 * @throws EmbeddedStoreError when it is of another format or another program's.
 */
export function isTaskStore(root: RootDatabase<number, string>, path: string): boolean {
  const format = root.get(FORMAT_KEY);
  if (format === FORMAT) return true;
  if (format !== undefined) {
    throw new EmbeddedStoreError(
      `${path} has store format ${String(format)}, this program knows ${String(FORMAT)}: use the version that wrote it`,
    );
  }
  if (root.getKeysCount({ limit: 1 }) > 0) {
    throw new EmbeddedStoreError(`${path} belongs to another program: set DATA_DIR to another folder`);
  }
  return false;
}

function explained(error: unknown, directory: string): EmbeddedStoreError {
  if (error instanceof EmbeddedStoreError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new EmbeddedStoreError(
    `The data folder ${directory} can't be used (${reason}): let this user write there, free space on the disk, or set DATA_DIR to another folder`,
    { cause: error },
  );
}
