// The writer thread: opens the data file, brings it to the current version, and executes the batches that it is sent.
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { EmbeddedStoreError } from './errors.js';
import { BatchWriter, type Call, type Failure, type Operations, type Outcome } from './batch-writer.js';
import { Checkpoints } from './checkpoints.js';
import type { Connection } from './connection.js';
import { createDataFile, openForWriting, storeError, type StoreSchema } from './data-file.js';
import { ExitFlag, ExitingError } from './exit-flag.js';
import { FileIdentity } from './file-identity.js';

/** What the module of a service exports for the thread. */
export interface WriterModule {
  readonly schema: StoreSchema;
  readonly operations: Operations;
}

/** How a writer thread is started. */
export interface WriterOrder {
  readonly path: string;
  /** URL of a WriterModule. */
  readonly module: string;
  /** Memory of the exit flag. */
  readonly exit: SharedArrayBuffer;
  /**
   * `service`: creates, migrates, and copies the log; one of a file. `command`: works beside it, on an existing file of the
   * current version.
   */
  readonly role: 'service' | 'command';
  /** The file that an earlier thread had open; another one is rejected. */
  readonly file?: { readonly dev: number; readonly ino: number };
}

/** What the thread sends. */
export type WriterReport =
  | { readonly kind: 'open'; readonly file: { readonly dev: number; readonly ino: number } }
  | { readonly kind: 'unusable'; readonly failure: Failure }
  /** Outcomes of the first calls that are not answered yet. */
  | { readonly kind: 'batch'; readonly size: number; readonly outcome: Outcome }
  | { readonly kind: 'broken'; readonly failure: Failure }
  /** Another process has changed the data. */
  | { readonly kind: 'foreign-change' }
  | { readonly kind: 'warning'; readonly message: string };

/** What the thread receives: calls, or the order to close. */
export type WriterMessage = readonly Call[] | 'close';

/** Calls of one commit, at most: others wait less long, and a failure takes fewer with it. */
const MAX_BATCH = 1_000;
/** Interval at which changes of other processes and missing files are noticed. */
const WATCH_MS = 1_000;

class WriterThread {
  readonly #port: MessagePort;
  readonly #exit: ExitFlag;
  readonly #connection: Connection;
  readonly #identity: FileIdentity;
  readonly #batches: BatchWriter;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #waiting: Call[] = [];
  readonly #watch: NodeJS.Timeout | undefined;
  #dataVersion: number;

  constructor(port: MessagePort, exit: ExitFlag, order: WriterOrder, { schema, operations }: WriterModule) {
    const { path, role, file } = order;
    this.#port = port;
    this.#exit = exit;
    if (role === 'service' && file === undefined) createDataFile(path, schema);
    this.#connection = openForWriting(path, schema, role === 'service');
    // Reads, so that the log exists.
    this.#dataVersion = this.#connection.pragma('data_version');
    this.#identity = new FileIdentity(path, role === 'command');
    if (file !== undefined && (file.dev !== this.#identity.file.dev || file.ino !== this.#identity.file.ino)) {
      throw new EmbeddedStoreError('GONE', `${path} was replaced: restart the service`);
    }
    this.#batches = new BatchWriter(this.#connection, path, operations, this.#identity, this.#exit);
    if (role === 'service') {
      this.#checkpoints = new Checkpoints(this.#connection, this.#identity, (message) => {
        this.#send({ kind: 'warning', message });
      });
      this.#watch = setInterval(() => {
        this.#whileIn(() => {
          this.#look();
        });
      }, WATCH_MS);
    }
    port.on('message', (message: WriterMessage) => {
      this.#whileIn(() => {
        this.#onMessage(message);
      });
    });
    this.#send({ kind: 'open', file: this.#identity.file });
  }

  #onMessage(first: WriterMessage): void {
    let message: WriterMessage | undefined = first;
    while (message !== undefined) {
      if (message === 'close') {
        this.#runAll();
        this.#close();
        return;
      }
      this.#waiting.push(...message);
      if (this.#waiting.length >= MAX_BATCH) this.#runAll();
      message = this.#next();
      if (message === undefined && this.#waiting.length > 0) {
        this.#runAll();
        message = this.#next();
      }
    }
  }

  #next(): WriterMessage | undefined {
    const received: { readonly message: WriterMessage } | undefined = receiveMessageOnPort(this.#port);
    return received?.message;
  }

  #runAll(): void {
    while (this.#waiting.length > 0) {
      const calls = this.#waiting.splice(0, MAX_BATCH);
      const outcome = this.#batches.run(calls);
      this.#send({ kind: 'batch', size: calls.length, outcome });
      if ('results' in outcome) this.#checkpoints?.afterBatch(calls.length);
    }
  }

  #look(): void {
    try {
      const failure = this.#batches.broken ? undefined : this.#batches.checkFiles();
      if (failure) this.#send({ kind: 'broken', failure });
      const version = this.#connection.pragma('data_version');
      if (version !== this.#dataVersion) this.#send({ kind: 'foreign-change' });
      this.#dataVersion = version;
    } catch {
      // The disk fails: the next batch reports it to its callers.
    }
  }

  /** Runs code that uses SQLite, unless the process is ending. */
  #whileIn(act: () => void): void {
    if (!this.#exit.enter()) return;
    try {
      act();
    } catch (error) {
      if (!(error instanceof ExitingError)) throw error;
    } finally {
      this.#exit.leave();
    }
  }

  #close(): void {
    clearInterval(this.#watch);
    if (!this.#batches.broken) this.#checkpoints?.finish();
    this.#connection.close();
    this.#port.close();
  }

  #send(report: WriterReport): void {
    this.#port.postMessage(report);
  }
}

async function start(port: MessagePort, order: WriterOrder): Promise<WriterThread | undefined> {
  const exit = new ExitFlag(order.exit);
  try {
    const module = (await import(order.module)) as WriterModule;
    return exit.enter() ? new WriterThread(port, exit, order, module) : undefined;
  } catch (error) {
    const { code, message } = storeError(error, order.path);
    port.postMessage({ kind: 'unusable', failure: { code, message } } satisfies WriterReport);
    port.close();
    return undefined;
  } finally {
    exit.leave();
  }
}

/** Exported, so that the connection is not collected while the thread runs. */
export const thread = parentPort ? await start(parentPort, workerData as WriterOrder) : undefined;
