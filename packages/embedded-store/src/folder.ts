import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { damaged, EmbeddedStoreError, reasonOf } from './errors.js';

/** Location and owner of a store. */
export interface EmbeddedStoreOptions {
  /** The path of the folder. */
  readonly folder: string;
  /** The program that owns the data, as written in the folder's marker: `tasks`. */
  readonly owner: string;
  /** The version of the owner's keys and values, at least 1. Other versions are rejected. */
  readonly version: number;
  /** The setting by which the operator chooses the folder, for advice in errors: `DATA_DIR`. */
  readonly setting: string;
  /** Files of formats no longer supported, by name, each with advice for the operator. */
  readonly retiredFiles?: Readonly<Record<string, string>>;
}

/** Options of `EmbeddedStore.open`. */
export interface OpenOptions extends EmbeddedStoreOptions {
  /** Whether to create a missing folder and store; true by default. */
  readonly create?: boolean;
  /**
   * Called each time LevelDB was reopened after a failed write, just before the store is open for writes again.
   * Changes that were reported as failed may be stored: drop cached data, and don't cache what reads in progress
   * return. Must be synchronous and not throw.
   */
  readonly onReopened?: () => void;
}

/** The file that names the folder's owner. */
export const MARKER = 'STORE';
/** LevelDB's file that names its manifest. */
export const CURRENT = 'CURRENT';
/** What to do when `CURRENT` is missing or damaged. LevelDB requires the newline that `ls` writes and editors may omit. */
export const CURRENT_ADVICE = 'run `ls MANIFEST-* > CURRENT` in the folder and restart the service';

/** Disk space for opening a store, in addition to its logs. */
const SPARE_BYTES = 1_048_576;
const SPACE_PROBE_FILE = 'room';

/** Content of a folder's marker. */
interface Marker {
  readonly owner: string;
  readonly version: number;
}

/**
 * Creates a missing folder, private to this user. Parents are created one by one: with `recursive`, Node
 * loops forever when a parent is listed but can't be opened, as below `/proc`.
 *
 * @param path An absolute path.
 * @throws EmbeddedStoreError UNUSABLE when there is something else at the path. @throws Error of the file system.
 */
export function makeFolder(path: string, setting: string): void {
  if (isFolder(path, setting)) return;
  makeFolder(dirname(path), setting);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(path, setting)) throw error;
  }
}

/**
 * Whether the folder holds a store of this owner and version; false for an empty folder.
 *
 * @throws EmbeddedStoreError UNUSABLE for any other store, DAMAGED for a damaged marker.
 */
export async function holdsStore(options: EmbeddedStoreOptions): Promise<boolean> {
  const { folder, owner, version, setting, retiredFiles = {} } = options;
  const names = new Set(await readdir(folder));
  for (const [name, advice] of Object.entries(retiredFiles)) {
    if (names.has(name)) throw new EmbeddedStoreError('UNUSABLE', `${join(folder, name)} ${advice}`);
  }
  const path = join(folder, MARKER);
  const elsewhere = `set ${setting} to another folder`;
  if (!names.has(MARKER)) {
    if (isLevelDbInUse(folder, names)) {
      const what = `${path}, the file that names the owner of the data, is missing`;
      throw new EmbeddedStoreError('UNUSABLE', `${what}: ${markerAdvice(options)}, or ${elsewhere}`);
    }
    return false;
  }
  const marker = readMarker(path, options);
  if (marker.owner !== owner) {
    throw new EmbeddedStoreError(
      'UNUSABLE',
      `${folder} holds the data of "${marker.owner}", not of "${owner}": ${elsewhere}`,
    );
  }
  if (marker.version !== version) {
    const found = `${folder} has data version ${String(marker.version)}, this program reads version ${String(version)}`;
    throw new EmbeddedStoreError('UNUSABLE', `${found}: use the program version that wrote it, or ${elsewhere}`);
  }
  if (!names.has(CURRENT)) throw damaged(join(folder, CURRENT), 'is missing', { advice: CURRENT_ADVICE });
  return true;
}

/** What to do when a file is missing or damaged that an operator can write; undefined for other files. */
export function repairAdvice(name: string, options: EmbeddedStoreOptions): string | undefined {
  if (name === CURRENT) return CURRENT_ADVICE;
  return name === MARKER ? markerAdvice(options) : undefined;
}

function markerAdvice(options: EmbeddedStoreOptions): string {
  return `if the data is of "${options.owner}", write ${markerOf(options)} into it and restart the service`;
}

/** Writes the marker of a folder that this process has claimed, and syncs it. */
export function writeMarker(options: EmbeddedStoreOptions): void {
  const { folder } = options;
  const path = join(folder, MARKER);
  writeFileSync(`${path}.new`, `${markerOf(options)}\n`, { flush: true });
  renameSync(`${path}.new`, path);
  syncFolder(folder);
}

/** Syncs the names of new files in a folder. */
export function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Finds the process that has the folder open: its id, undefined where the system doesn't tell; false for none. */
export function lockHolder(folder: string): number | undefined | false {
  const lock = statSync(join(folder, 'LOCK'), { throwIfNoEntry: false });
  if (lock === undefined) return false;
  try {
    const locks = readFileSync('/proc/locks', 'utf8');
    const line = new RegExp(`WRITE (\\d+) \\w+:\\w+:${String(lock.ino)} `).exec(locks);
    return line === null ? false : Number(line[1]) || undefined;
  } catch {
    return false;
  }
}

/** The error for a folder that another process has open. */
export function inUse(folder: string, setting: string, options?: ErrorOptions): EmbeddedStoreError {
  const pid = lockHolder(folder);
  const who = typeof pid === 'number' ? `process ${String(pid)}` : 'another process';
  const message = `The data folder ${folder} is in use by ${who}: stop that one, or set ${setting} to another folder`;
  return new EmbeddedStoreError('IN_USE', message, options);
}

/**
 * Ensures free disk space for the files that opening a store writes: the contents of its logs, and new files.
 *
 * @throws Error of the file system, such as ENOSPC.
 */
export async function ensureFreeSpace(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  const path = join(folder, SPACE_PROBE_FILE);
  const file = await open(path, 'w');
  try {
    const chunk = Buffer.alloc(SPARE_BYTES, 1);
    for (let left = sizes.reduce((sum, size) => sum + size, SPARE_BYTES); left > 0; left -= SPARE_BYTES)
      await file.writeFile(chunk);
    await file.datasync();
  } finally {
    await file.close();
    removeSpaceProbe(folder);
  }
}

/** Removes the file of a process that was killed during the free-space check. */
export function removeSpaceProbe(folder: string): void {
  rmSync(join(folder, SPACE_PROBE_FILE), { force: true });
}

function isFolder(path: string, setting: string): boolean {
  const found = statusOf(path);
  if (found === undefined || found.isDirectory()) return found !== undefined;
  const what = found.isFile() ? 'a file' : 'no folder';
  throw new EmbeddedStoreError(
    'UNUSABLE',
    `${path} is ${what}, and data needs a folder: set ${setting} to another path`,
  );
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A parent that is not a folder is reported when it is checked itself.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function markerOf({ owner, version }: EmbeddedStoreOptions): string {
  return JSON.stringify({ owner, version } satisfies Marker);
}

function readMarker(path: string, options: EmbeddedStoreOptions): Marker {
  try {
    const { owner, version } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Marker>;
    if (typeof owner !== 'string' || typeof version !== 'number') throw new Error('it names no owner');
    return { owner, version };
  } catch (error) {
    throw damaged(path, `is damaged (${reasonOf(error)})`, { cause: error, advice: markerAdvice(options) });
  }
}

/** Whether a LevelDB without a marker has data; an empty one was left by a first start that was killed. */
function isLevelDbInUse(folder: string, names: ReadonlySet<string>): boolean {
  return [...names].some(
    (name) => /^\d+\.(ldb|sst)$/.test(name) || (/^\d+\.log$/.test(name) && statSync(join(folder, name)).size > 0),
  );
}
