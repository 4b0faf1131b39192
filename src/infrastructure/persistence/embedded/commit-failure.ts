import { setImmediate } from 'node:timers/promises';
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
