import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { EmbeddedStoreError } from './embedded-store.error.js';
import { treeIn, type LmdbTree } from './lmdb-page.js';
import { walkPages } from './lmdb-page-walk.js';

/** Where LMDB's C structures (`MDB_page_header`, `MDB_meta`, data version 2, 64 bit) keep what matters here, in bytes. */
const META = {
  flags: 18,
  magic: 24,
  version: 28,
  pageSize: 48,
  freeTree: 48,
  mainTree: 96,
  lastPage: 144,
  txnId: 152,
};
const META_LENGTH = 160;
const META_PAGE_FLAG = 0x08;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;

/** What to do about a damaged file. */
export const DAMAGE_ADVICE: Readonly<Record<LmdbFileOrigin, string>> = {
  store: 'restore a backup, or move the file away to start with an empty store',
  backup: 'use another backup',
};

const PLACE_ADVICE: Readonly<Record<LmdbFileOrigin, string>> = {
  store: 'a task store is a file: move it away, or set DATA_DIR to another folder',
  backup: 'a backup is a file: give the path of one that `tasks backup` made',
};

/** What the newest meta page of an LMDB file says. */
interface Meta {
  readonly pageSize: number;
  readonly trees: readonly LmdbTree[];
  readonly lastPage: bigint;
  readonly txnId: bigint;
}

/** Whether the file is the store of a service, which may be writing to it, or a backup, which nobody uses. */
export type LmdbFileOrigin = 'store' | 'backup';

/** A start doesn't take longer for the check of its store, in milliseconds: enough for some hundred thousand tasks. */
const CHECK_LIMIT_MS = 300;

/**
 * Makes sure that LMDB can open the file without the process dying of it: LMDB maps the file into memory, so a page that
 * isn't there is SIGBUS, and foreign bytes taken for a page are SIGSEGV. A file that doesn't exist is fine: LMDB makes it.
 *
 * @param origin All pages of a backup are looked at; those of a store for `CHECK_LIMIT_MS`, or all when it is too short.
 * @throws EmbeddedStoreError when the file is empty, truncated, damaged or no LMDB file. Nothing is ever written.
 */
export function checkLmdbFile(path: string, origin: LmdbFileOrigin = 'store'): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  // Opening what is neither file nor folder may wait for ever.
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'no file';
    throw new EmbeddedStoreError(`${path} is ${what}, and ${PLACE_ADVICE[origin]}`);
  }
  checkFile(path, origin, { limitMs: origin === 'backup' ? Infinity : CHECK_LIMIT_MS, isPinned: false });
}

/**
 * Looks at every page of a store that may be in use.
 *
 * @param path A file that this process has open, and holds a read transaction on: pages stay as they are while it does.
 * @throws EmbeddedStoreError when it is damaged.
 */
export function checkEveryPage(path: string): void {
  checkFile(path, 'store', { limitMs: Infinity, isPinned: true });
}

/** How a file is looked at. */
interface CheckOptions {
  readonly limitMs: number;
  /** Whether nobody can change the pages meanwhile. */
  readonly isPinned: boolean;
}

function checkFile(path: string, origin: LmdbFileOrigin, options: CheckOptions): void {
  const file = openSync(path, 'r');
  try {
    checkPages(file, path, options);
  } catch (error) {
    if (!(error instanceof EmbeddedStoreError)) throw error;
    throw new EmbeddedStoreError(`${error.message}: ${DAMAGE_ADVICE[origin]}`);
  } finally {
    closeSync(file);
  }
}

function checkPages(file: number, path: string, { limitMs, isPinned }: CheckOptions): void {
  const size = fstatSync(file).size;
  if (size === 0) throw new EmbeddedStoreError(`${path} is empty, which a task store never is`);
  const meta = newestMeta(file, size, path);
  const { pageSize, trees } = meta;
  // Looked up again: another process may have made the file longer before it wrote the newest meta page.
  const pages = Math.floor(fstatSync(file).size / pageSize);
  // LMDB doesn't write pages at the end that a transaction both took and freed: only a page in use may not be missing.
  const isShort = meta.lastPage >= pages;
  const untilMs = isShort ? Infinity : performance.now() + limitMs;
  if (walkPages({ file, pageSize, pages, trees }, untilMs) !== 'damaged') return;
  // A process that writes may have used pages of old; whether it may share the file is found out when that is open.
  if (!isPinned && newestMeta(file, size, path).txnId !== meta.txnId) return;
  throw isShort ? truncated(path) : damaged(path);
}

function newestMeta(file: number, size: number, path: string): Meta {
  const first = readMeta(file, 0, path);
  const { pageSize } = first;
  const isPowerOfTwo = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
  if (!isPowerOfTwo) throw foreign(path);
  if (size < 2 * pageSize) throw truncated(path);
  const second = readMeta(file, pageSize, path);
  return second.txnId > first.txnId ? second : first;
}

function readMeta(file: number, offset: number, path: string): Meta {
  const bytes = Buffer.alloc(META_LENGTH);
  const isWhole = readSync(file, bytes, 0, META_LENGTH, offset) === META_LENGTH;
  const isMeta = bytes.readUInt32LE(META.magic) === MAGIC && (bytes.readUInt16LE(META.flags) & META_PAGE_FLAG) !== 0;
  if (!isWhole || !isMeta) throw foreign(path);
  const version = bytes.readUInt32LE(META.version) & 0xffff;
  if (version !== DATA_VERSION) {
    throw new EmbeddedStoreError(
      `${path} has LMDB data version ${String(version)}, this program needs ${String(DATA_VERSION)}`,
    );
  }
  return {
    pageSize: bytes.readUInt32LE(META.pageSize),
    trees: treesIn(bytes, path),
    lastPage: bytes.readBigUInt64LE(META.lastPage),
    txnId: bytes.readBigUInt64LE(META.txnId),
  };
}

function treesIn(meta: Buffer, path: string): LmdbTree[] {
  try {
    return [treeIn(meta, META.mainTree), treeIn(meta, META.freeTree)];
  } catch {
    throw damaged(path);
  }
}

function foreign(path: string): EmbeddedStoreError {
  return new EmbeddedStoreError(`${path} is not a task store, or its beginning is damaged`);
}

function damaged(path: string): EmbeddedStoreError {
  return new EmbeddedStoreError(`${path} is damaged, some of its pages make no sense`);
}

function truncated(path: string): EmbeddedStoreError {
  return new EmbeddedStoreError(`${path} is truncated, tasks at its end are lost`);
}
