import { statSync, type Stats } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { damaged, EmbeddedStoreError } from './errors.js';
import { CURRENT, MARKER, repairAdvice, type EmbeddedStoreOptions } from './folder.js';

/** The file that LevelDB locks. Closing any descriptor of it in this process would release the lock. */
const LOCK = 'LOCK';
/** Files that LevelDB only appends to, and replaces by one with a higher number. */
const NUMBERED = /^(?:MANIFEST-\d+|\d+\.log)$/;
/** Identity of a file that is not there. */
const MISSING = 'missing';
const PERIOD_MS = 500;
/** Number of bytes that are compared where a file ended. LevelDB fills a truncated one with zeros up to its next write. */
const TAIL_BYTES = 64;
/** Number of tables whose size and time are compared per period. */
const TABLES_PER_PERIOD = 200;

/** Callbacks of a watch, called from its timer. */
interface FolderWatchEvents {
  /** Paths of the tables in use now; undefined while LevelDB is not open. */
  tablesInUse(): readonly string[] | undefined;
  /** Called after each check with the result of `checkPlace`. */
  onChecked(gone: EmbeddedStoreError | undefined): void;
  /** Called when a file in use was removed, replaced or changed by another program. */
  onDamage(error: EmbeddedStoreError): void;
}

/** A file as last recorded. */
interface SeenFile {
  readonly identity: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Last bytes up to `size`. */
  readonly tail: Buffer;
}

/** Watches whether an open folder and its files stay in place and unchanged. */
export class FolderWatch {
  readonly #options: EmbeddedStoreOptions;
  readonly #events: FolderWatchEvents;
  /** Identities of the folder, by an empty name, and of files that must stay in place. */
  readonly #places = new Map<string, string>();
  /** Size, time and inode of each table, by path, as first seen. */
  readonly #tables = new Map<string, string>();
  /** Marker, CURRENT, manifests and logs by name. A new map begins when LevelDB reopens the folder. */
  #files = new Map<string, SeenFile>();
  #timer: NodeJS.Timeout | undefined;
  #nextTable = 0;
  #isChecking = false;

  /** @param options Of a folder that LevelDB has open. */
  constructor(options: EmbeddedStoreOptions, events: FolderWatchEvents) {
    this.#options = options;
    this.#events = events;
    for (const name of ['', LOCK, CURRENT]) this.#places.set(name, this.#identityOf(name));
  }

  /** Records the files as they are, and compares them from now on. */
  async start(): Promise<void> {
    await this.#check();
    this.#timer = setInterval(() => void this.#check(), PERIOD_MS).unref();
  }

  /** Returns the error that names the folder, or its file, that is not in place any more. Takes some microseconds. */
  checkPlace(): EmbeddedStoreError | undefined {
    const name = [LOCK, CURRENT].find((kept) => this.#isDisplaced(kept));
    if (name === undefined) return undefined;
    const [path, advice] = this.#isDisplaced('')
      ? [this.#options.folder, 'put it back, or restart to begin with what is there now']
      : [this.#pathOf(name), `move it back, or ${repairAdvice(name, this.#options) ?? 'restart the service'}`];
    return new EmbeddedStoreError('GONE', `${path} was removed, moved or replaced while it was in use: ${advice}`);
  }

  /** Call after an attempt of LevelDB to reopen the folder, which replaces some of its files. */
  onOpenedAgain(): void {
    const current = this.#identityOf(CURRENT);
    // One that was moved away is in place again once it is moved back.
    if (current !== MISSING) this.#places.set(CURRENT, current);
    this.#files = new Map();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #isDisplaced(name: string): boolean {
    return this.#identityOf(name) !== this.#places.get(name);
  }

  #identityOf(name: string): string {
    const found = statSync(this.#pathOf(name), { throwIfNoEntry: false });
    return found === undefined ? MISSING : identityOf(found);
  }

  #pathOf(name: string): string {
    return join(this.#options.folder, name);
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      const gone = this.checkPlace();
      this.#events.onChecked(gone);
      if (!gone) await this.#compareAll();
    } catch {
      // The folder can't be listed now: the next check tries again.
    } finally {
      this.#isChecking = false;
    }
  }

  async #compareAll(): Promise<void> {
    const files = this.#files;
    const before = this.#events.tablesInUse();
    const names = new Set(await readdir(this.#options.folder));
    const after = new Set(this.#events.tablesInUse());
    // A table in use before and after the listing was in use throughout.
    const used = before?.filter((path) => after.has(path)) ?? [];
    const isStillOpen = (): boolean =>
      files === this.#files && this.#events.tablesInUse() !== undefined && !this.checkPlace();
    if (!isStillOpen()) return;
    const damage =
      (await this.#removed(files, used, names)) ??
      (await this.#changedFile(files, names)) ??
      (await this.#changedTable(used));
    if (damage && isStillOpen()) this.#events.onDamage(damage);
  }

  async #removed(
    files: Map<string, SeenFile>,
    used: readonly string[],
    names: Set<string>,
  ): Promise<EmbeddedStoreError | undefined> {
    const find = (): string | undefined =>
      [...used.map((path) => basename(path)), ...files.keys()].find((name) => !isPresent(name, names));
    if (find() === undefined) return undefined;
    // A listing of many files is not atomic: it can miss both logs while LevelDB replaces one by the other.
    for (const name of await readdir(this.#options.folder)) names.add(name);
    const name = find();
    return name === undefined ? undefined : this.#damaged(name, 'was removed');
  }

  async #changedFile(
    files: Map<string, SeenFile>,
    names: ReadonlySet<string>,
  ): Promise<EmbeddedStoreError | undefined> {
    for (const name of files.keys()) if (!names.has(name)) files.delete(name);
    for (const name of names) {
      if (name !== MARKER && name !== CURRENT && !NUMBERED.test(name)) continue;
      const change = await ifReadable(this.#changeOf(name, files));
      if (change !== undefined) return this.#damaged(name, change);
    }
    return undefined;
  }

  /** Compares a file with how it was last seen. Bytes appended since then are not compared. */
  async #changeOf(name: string, files: Map<string, SeenFile>): Promise<string | undefined> {
    const path = this.#pathOf(name);
    const found = await stat(path);
    const { size, mtimeMs } = found;
    const identity = identityOf(found);
    const seen = files.get(name);
    if (seen && seen.identity !== identity) return 'was replaced';
    if (seen?.size === size && seen.mtimeMs === mtimeMs) return undefined;
    const file = await open(path);
    try {
      if (seen && !(await tailOf(file, seen.size)).equals(seen.tail)) return 'was truncated or overwritten';
      files.set(name, { identity, size, mtimeMs, tail: await tailOf(file, size) });
    } finally {
      await file.close();
    }
    return undefined;
  }

  async #changedTable(used: readonly string[]): Promise<EmbeddedStoreError | undefined> {
    if (this.#nextTable >= used.length) {
      this.#nextTable = 0;
      const inUse = new Set(used);
      for (const path of this.#tables.keys()) if (!inUse.has(path)) this.#tables.delete(path);
    }
    for (const path of used.slice(this.#nextTable, (this.#nextTable += TABLES_PER_PERIOD))) {
      const status = await ifReadable(stat(path));
      if (status === undefined) continue;
      const { size, mtimeMs, ino } = status;
      const found = `${String(size)} ${String(mtimeMs)} ${String(ino)}`;
      const first = this.#tables.get(path) ?? found;
      this.#tables.set(path, first);
      if (found !== first) return this.#damaged(basename(path), 'was changed');
    }
    return undefined;
  }

  #damaged(name: string, what: string): EmbeddedStoreError {
    return damaged(this.#pathOf(name), `${what} while in use`, { advice: repairAdvice(name, this.#options) });
  }
}

function identityOf({ dev, ino }: Stats): string {
  return `${String(dev)}:${String(ino)}`;
}

/**
 * The result, or undefined when a file has vanished or can't be read, as with too many open files: it is compared in
 * the next check, and must not keep others from being compared.
 */
async function ifReadable<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result;
  } catch {
    return undefined;
  }
}

/** Whether a file is listed, or one that LevelDB has replaced it by. */
function isPresent(name: string, names: ReadonlySet<string>): boolean {
  if (names.has(name)) return true;
  return (
    NUMBERED.test(name) &&
    [...names].some((other) => kindOf(other) === kindOf(name) && numberOf(other) > numberOf(name))
  );
}

function kindOf(name: string): string {
  return name.replace(/\d+/, '');
}

function numberOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0]);
}

/** The last bytes of a file before a position; fewer when it ends earlier. */
async function tailOf(file: FileHandle, end: number): Promise<Buffer> {
  const length = Math.min(TAIL_BYTES, end);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, end - length);
  return buffer.subarray(0, bytesRead);
}
