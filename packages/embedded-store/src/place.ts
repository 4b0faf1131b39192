import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statfsSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedStoreError, reasonOf } from './errors.js';

/** File systems without the locks that SQLite needs, by the number that Linux gives them. */
const SHARED_FILE_SYSTEMS = new Map([
  [0x65735546, 'FUSE'],
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x786f4256, 'VirtualBox'],
  [0x19830326, 'BeeGFS'],
]);

/** Free bytes below which a failed write is put down to a full disk. */
const FULL_BELOW_BYTES = 1_048_576;

/**
 * Creates a missing folder, private to this user, and syncs its name. Parents are created one by one: with `recursive`,
 * Node loops forever when a parent is listed but can't be opened, as below `/proc`.
 *
 * @param path An absolute path.
 * @param setting The setting by which the operator chooses the folder.
 * @throws EmbeddedStoreError UNUSABLE when there is something else at the path. @throws Error of the file system.
 */
export function makePrivateFolder(path: string, setting: string): void {
  if (isFolder(path, setting)) return;
  makePrivateFolder(dirname(path), setting);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(path, setting)) throw error;
  }
  syncName(path);
}

/** Syncs the folder of a new or renamed file, so that its name survives a power failure. */
export function syncName(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Rejects a folder on a network or FUSE file system, unless the operator has accepted it by DATA_DIR_SHARED_OK=1. */
export function assertLocal(folder: string, setting: string): void {
  if (process.platform !== 'linux' || process.env.DATA_DIR_SHARED_OK === '1') return;
  const kind = SHARED_FILE_SYSTEMS.get(Number(BigInt.asUintN(32, BigInt(statfsSync(folder).type))));
  if (kind === undefined) return;
  const why = `${folder} is on a shared file system (${kind}), whose locks and syncs can lose data`;
  const what = `set ${setting} to a folder on a local disk, or DATA_DIR_SHARED_OK=1 if this one has both`;
  throw new EmbeddedStoreError('UNUSABLE', `${why}: ${what}`);
}

/** Whether the disk of a folder has no space left; false when that can't be read. */
export function isDiskFull(folder: string): boolean {
  return (freeBytes(folder) ?? Infinity) < FULL_BELOW_BYTES;
}

/** Free space of a folder's disk for this user; undefined when it can't be read. */
export function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Device, inode and size of a file; undefined for none. Nothing may open the file while SQLite has it. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A parent that is not a folder is reported when it is checked itself.
    if (code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Rejects a folder with data that only an earlier version reads. */
export function assertNoEarlierData(folder: string, earlier: Readonly<Record<string, string>>): void {
  for (const [file, advice] of Object.entries(earlier)) {
    if (existsSync(`${folder}/${file}`)) throw new EmbeddedStoreError('UNUSABLE', `${folder}/${file} ${advice}`);
  }
}

/** Explains why a folder or file can't be used; errors with advice are passed on. */
export function placeError(error: unknown, path: string, setting: string): EmbeddedStoreError {
  if (error instanceof EmbeddedStoreError) return error;
  const what = `The data folder ${path} can't be used (${reasonOf(error)})`;
  const advice = isDiskFull(path)
    ? 'the disk is full: free space there and start again'
    : `let this user write there, free space on the disk, or set ${setting} to another folder`;
  return new EmbeddedStoreError('UNUSABLE', `${what}: ${advice}`, { cause: error });
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
