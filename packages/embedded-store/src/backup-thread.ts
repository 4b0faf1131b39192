// Copies a data file in a thread of its own, so that the command can show how far it is.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { openForReading, storeError, type StoreSchema } from './data-file.js';
import type { Failure } from './batch-writer.js';

/** What to copy where. */
export interface CopyOrder {
  readonly path: string;
  readonly schema: StoreSchema;
  /** An empty file. */
  readonly target: string;
}

/** Sent when the copy is complete, or has failed. */
export type CopyReport = { readonly kind: 'copied' } | { readonly kind: 'failed'; readonly failure: Failure };

function copy({ path, schema, target }: CopyOrder): CopyReport {
  try {
    const connection = openForReading(path, schema);
    try {
      connection.run('VACUUM INTO ?', target);
      return { kind: 'copied' };
    } finally {
      connection.close();
    }
  } catch (error) {
    const { code, message } = storeError(error, path);
    return { kind: 'failed', failure: { code, message } };
  }
}

function start(port: MessagePort, order: CopyOrder): void {
  port.postMessage(copy(order));
}

if (parentPort) start(parentPort, workerData as CopyOrder);
