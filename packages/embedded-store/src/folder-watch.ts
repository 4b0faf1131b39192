import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { damaged, type EmbeddedStoreError } from './errors.js';

/** Files that LevelDB keeps while a folder is open, the first one forever. */
const LOCK = 'LOCK';
const CURRENT = 'CURRENT';
const LOG_NAME = /^\d+\.log$/;
const PERIOD_MS = 500;
/** Number of tables whose size and time are compared per period. */
const TABLES_PER_PERIOD = 200;

/** Callbacks of a watch, called from its timer. */
interface FolderWatchEvents {
  /** Paths of the tables in use now. */
  tablesInUse(): readonly string[];
  /** Called after each check with whether the folder is still the one that was opened. */
  onChecked(isInPlace: boolean): void;
  /** Called when a file in use was removed, replaced or changed by another program. */
  onDamage(error: EmbeddedStoreError): void;
}

/** Watches whether an open folder and its files stay in place and unchanged. */
export class FolderWatch {
  readonly #folder: string;
  readonly #events: FolderWatchEvents;
  readonly #timer: NodeJS.Timeout;
  /** Size, time and inode of each table, by path, as first seen. */
  readonly #tables = new Map<string, string>();
  readonly #lock: string;
  #current: string;
  #newestLog = '';
  #nextTable = 0;
  #isChecking = false;

  constructor(folder: string, events: FolderWatchEvents) {
    this.#folder = folder;
    this.#events = events;
    this.#lock = this.#identityOf(LOCK);
    this.#current = this.#identityOf(CURRENT);
    this.#timer = setInterval(() => void this.#check(), PERIOD_MS).unref();
  }

  /** Whether the folder is still the one that was opened. Takes some microseconds. */
  isInPlace(): boolean {
    return this.#identityOf(LOCK) === this.#lock && this.#identityOf(CURRENT) === this.#current;
  }

  /** Call after LevelDB reopened the folder, which replaces some of its files. */
  onOpenedAgain(): void {
    this.#current = this.#identityOf(CURRENT);
    this.#newestLog = '';
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #identityOf(name: string): string {
    const found = statSync(join(this.#folder, name), { throwIfNoEntry: false });
    return found === undefined ? 'missing' : `${String(found.dev)}:${String(found.ino)}`;
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      const isInPlace = this.isInPlace();
      this.#events.onChecked(isInPlace);
      if (isInPlace) await this.#compareFiles();
    } catch {
      // The folder can't be listed, or a file vanished in between: the next check finds the cause.
    } finally {
      this.#isChecking = false;
    }
  }

  async #compareFiles(): Promise<void> {
    const before = this.#events.tablesInUse();
    const names = new Set(await readdir(this.#folder));
    // A table in use before and after the listing was in use throughout.
    const after = new Set(this.#events.tablesInUse());
    if (!this.isInPlace()) return;
    const used = before.filter((path) => after.has(path));
    const missing = used.find((path) => !names.has(basename(path))) ?? this.#missingLog(names);
    if (missing !== undefined) this.#events.onDamage(damaged(missing, 'was removed while in use'));
    else await this.#compareTables(used);
  }

  /** The newest log has the highest number of all, and exists while the folder is open. */
  #missingLog(names: ReadonlySet<string>): string | undefined {
    const newest = [...names].filter((name) => LOG_NAME.test(name)).reduce(later, '');
    if (later(newest, this.#newestLog) !== newest) return join(this.#folder, this.#newestLog);
    this.#newestLog = newest;
    return undefined;
  }

  async #compareTables(used: readonly string[]): Promise<void> {
    if (this.#nextTable >= used.length) {
      this.#nextTable = 0;
      const inUse = new Set(used);
      for (const path of this.#tables.keys()) if (!inUse.has(path)) this.#tables.delete(path);
    }
    for (const path of used.slice(this.#nextTable, (this.#nextTable += TABLES_PER_PERIOD))) {
      const { size, mtimeMs, ino } = await stat(path);
      const found = `${String(size)} ${String(mtimeMs)} ${String(ino)}`;
      const first = this.#tables.get(path) ?? found;
      this.#tables.set(path, first);
      if (found !== first) this.#events.onDamage(damaged(path, 'was changed while in use'));
    }
  }
}

function later(one: string, other: string): string {
  return (parseInt(one, 10) || 0) >= (parseInt(other, 10) || 0) ? one : other;
}
