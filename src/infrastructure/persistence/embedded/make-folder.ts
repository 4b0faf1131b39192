import { mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedStoreError } from './embedded-store.error.js';

/**
 * Makes the folder, and its parents, where they are missing. One by one: with `recursive`, Node asks the same again for
 * ever where the kernel denies that a parent exists which it shows, as it does below `/proc`.
 *
 * @param path An absolute path.
 * @throws EmbeddedStoreError when there is something else at the path. @throws Error of the file system.
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it just now.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  const found = statusOf(path);
  if (found === undefined || found.isDirectory()) return found !== undefined;
  const what = found.isFile() ? 'a file' : 'no folder';
  throw new EmbeddedStoreError(`${path} is ${what}, and tasks need a folder: set DATA_DIR to another path`);
}

/** Undefined when there is nothing; what there is instead of a parent is told when that is looked at. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
