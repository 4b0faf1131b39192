import { setImmediate } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import type { RootDatabase } from 'lmdb';

/**
 * Why a commit failed. LMDB says only "see commitError", a promise that rejects with the reason; it has to be handled, or
 * it would end the process.
 */
export async function causeOf(error: unknown): Promise<unknown> {
  if (typeof error !== 'object' || error === null || !('commitError' in error)) return error;
  const reason = Promise.resolve(error.commitError).catch((cause: unknown) => cause);
  return Promise.race([reason, setImmediate(error)]);
}

/**
 * Makes sure that a commit that fails, for instance on a full disk, doesn't end the process: LMDB makes a promise for all
 * that one turn of the event loop writes, which nobody else handles. It is there right after `beforecommit`.
 */
export function surviveFailedCommits(root: RootDatabase): void {
  root.on('beforecommit', () => {
    queueMicrotask(() => {
      void root.committed.then(() => undefined, causeOf);
    });
  });
}

let quiet: typeof console.error | undefined;

/**
 * Keeps LMDB from printing why a commit failed, with its stack, thousands of lines a second on a full disk in the midst of
 * a log of JSON: who waits for that commit gets the reason. Everything else is printed as ever.
 */
export function printNoFailedCommits(): void {
  if (console.error === quiet) return;
  const print = console.error.bind(console);
  quiet = (...values: unknown[]) => {
    if (values.length !== 1 || !isOfLmdb(values[0])) print(...values);
  };
  console.error = quiet;
}

function isOfLmdb(value: unknown): boolean {
  return isNativeError(value) && 'code' in value && typeof value.code === 'number' && LMDB.test(value.stack ?? '');
}

/** Where LMDB throws. */
const LMDB = /[\\/]node_modules[\\/]lmdb[\\/]/;
