import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { transition, type Transitions } from '@tasks/service/transition';
import { EmbeddedStoreError, reasonOf } from './errors.js';
import type { Call, Failure, Outcome } from './batch-writer.js';
import { ExitFlag } from './exit-flag.js';
import type { WriterMessage, WriterOrder, WriterReport } from './writer-thread.js';

/** Events of a writer. */
export interface WriterEvents {
  /** Writes fail from now on, or again; with the failure that callers get. */
  readonly onFailing: (failure: Failure) => void;
  readonly onWorking: () => void;
  /** Nothing can be read or written any more. */
  readonly onBroken: (failure: Failure) => void;
  readonly onForeignChange: () => void;
  readonly onWarning: (message: string) => void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: EmbeddedStoreError) => void;
}

export type WriterState = 'starting' | 'open' | 'waiting' | 'closed';

/**
 * ```
 * starting ─open─▶ open ─thread dies─▶ waiting ─backoff─▶ starting ─can't open─▶ waiting        any ─close─▶ closed
 * ```
 */
export const WRITER_STATES: Transitions<WriterState> = {
  starting: ['open', 'waiting', 'closed'],
  open: ['waiting', 'closed'],
  waiting: ['starting', 'closed'],
  closed: [],
};

/** Time that the end of the process waits for the writer to leave SQLite. */
const EXIT_LIMIT_MS = 200;
/** Time without a failed change after which changes are said to work again. */
const FAILING_MS = 1_000;
const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 5_000;
/**
 * Young generation of the thread's heap, in MiB. The data of a batch dies with it, and the default, made for whole programs,
 * lets several MiB of dead batches pile up.
 */
const YOUNG_GENERATION_MIB = 6;
/** Deaths within a minute that end the process. */
const MAX_DEATHS = 5;
const DEATHS_WINDOW_MS = 60_000;

/** The main thread's side of the writer thread: sends calls, settles them in order, starts a dead thread again. */
export class Writer {
  readonly #order: WriterOrder;
  readonly #events: WriterEvents;
  readonly #exit: ExitFlag;
  /** Calls that were sent, in order. */
  #sent: Pending[] = [];
  /** Calls of this event-loop iteration. */
  #calls: Call[] = [];
  #unsent: Pending[] = [];
  #state: WriterState = 'starting';
  #thread: Worker | undefined;
  #file: WriterOrder['file'];
  #failing: Failure | undefined;
  #failedAtMs = 0;
  #deathsMs: number[] = [];
  #restart: NodeJS.Timeout | undefined;

  private constructor(order: Omit<WriterOrder, 'exit'>, events: WriterEvents) {
    this.#exit = new ExitFlag();
    this.#order = { ...order, exit: this.#exit.memory };
    this.#events = events;
    process.on('exit', this.#onExit);
  }

  /** Starts the thread; resolves once the file is open. @throws EmbeddedStoreError */
  static async start(order: Omit<WriterOrder, 'exit'>, events: WriterEvents): Promise<Writer> {
    const writer = new Writer(order, events);
    try {
      await writer.#startThread();
      return writer;
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  /** Why a change has failed within the last second. */
  get recentFailure(): Failure | undefined {
    return performance.now() - this.#failedAtMs < FAILING_MS ? this.#failing : undefined;
  }

  /** Executes an operation in the next batch; resolves once it is on the disk. */
  call(name: string, data: unknown): Promise<unknown> {
    if (this.#state !== 'open') return Promise.reject(this.#notOpen());
    return new Promise((resolve, reject) => {
      // After this iteration's sockets were read, so that their calls share a message.
      if (this.#calls.length === 0)
        setImmediate(() => {
          this.#send();
        });
      this.#calls.push([name, data]);
      this.#unsent.push({ resolve, reject });
    });
  }

  /** Executes what was called before, closes the file and ends the thread. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (this.#state === 'open') this.#send();
    this.#to('closed');
    clearTimeout(this.#restart);
    if (thread !== undefined) {
      const ended = new Promise((resolve) => thread.once('exit', resolve));
      thread.postMessage('close' satisfies WriterMessage);
      await ended;
    }
    process.removeListener('exit', this.#onExit);
  }

  #send(): void {
    if (this.#calls.length === 0) return;
    const [calls, unsent] = [this.#calls, this.#unsent];
    this.#calls = [];
    this.#unsent = [];
    if (this.#state !== 'open') {
      for (const { reject } of unsent) reject(this.#notOpen());
      return;
    }
    for (const pending of unsent) this.#sent.push(pending);
    this.#thread?.postMessage(calls satisfies WriterMessage);
  }

  #startThread(): Promise<void> {
    const order: WriterOrder = this.#file === undefined ? this.#order : { ...this.#order, file: this.#file };
    const thread = new Worker(new URL('./writer-thread.js', import.meta.url), {
      workerData: order,
      name: 'store',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
    });
    this.#thread = thread;
    return new Promise((resolve, reject) => {
      let cause: unknown;
      thread.on('message', (report: WriterReport) => {
        if (report.kind === 'open') {
          if (this.#state === 'starting') this.#to('open');
          this.#file = report.file;
          resolve();
        } else if (report.kind === 'unusable') reject(errorOf(report.failure));
        else this.#onReport(report);
      });
      thread.on('error', (error) => (cause = error));
      thread.on('exit', () => {
        // Its successor may have been started already.
        if (this.#thread === thread) this.#thread = undefined;
        const what = `The writer of the store has ended (${cause === undefined ? 'no reason given' : reasonOf(cause)})`;
        reject(new EmbeddedStoreError('WRITE_FAILED', `${what}: restart the service`, { cause }));
        if (this.#state === 'open') this.#onDeath(what);
        else if (this.#state === 'closed') this.#rejectSent(what);
      });
    });
  }

  #onReport(report: Exclude<WriterReport, { readonly kind: 'open' | 'unusable' }>): void {
    if (report.kind === 'batch') this.#settle(this.#sent.splice(0, report.size), report.outcome);
    else if (report.kind === 'broken') this.#events.onBroken(report.failure);
    else if (report.kind === 'foreign-change') this.#events.onForeignChange();
    else this.#events.onWarning(report.message);
  }

  #settle(calls: readonly Pending[], outcome: Outcome): void {
    if ('failed' in outcome) {
      for (const { reject } of calls) reject(errorOf(outcome.failed));
      if (outcome.failed.code === 'WRITE_FAILED') this.#setFailing(outcome.failed);
      else this.#events.onBroken(outcome.failed);
      return;
    }
    this.#setFailing(undefined);
    for (const [n, { resolve, reject }] of calls.entries()) {
      const rejected = outcome.rejected.get(n);
      if (rejected) reject(errorOf(rejected));
      else resolve(outcome.results[n]);
    }
  }

  /** Small changes may succeed among large ones that fail: reported once, and as over when none has failed for a while. */
  #setFailing(failure: Failure | undefined): void {
    const nowMs = performance.now();
    if (failure) {
      this.#failedAtMs = nowMs;
      if (!this.#failing) this.#events.onFailing(failure);
      this.#failing = failure;
    } else if (this.#failing && nowMs - this.#failedAtMs > FAILING_MS) {
      this.#failing = undefined;
      this.#events.onWorking();
    }
  }

  #rejectSent(what: string): Failure {
    const failure: Failure = { code: 'WRITE_FAILED', message: `${what}. The change may have been stored` };
    for (const { reject } of this.#sent.splice(0)) reject(errorOf(failure));
    return failure;
  }

  #onDeath(what: string): void {
    this.#setFailing(this.#rejectSent(`${what}; it is started again`));
    const nowMs = performance.now();
    this.#deathsMs = [...this.#deathsMs.filter((ms) => nowMs - ms < DEATHS_WINDOW_MS), nowMs];
    if (this.#deathsMs.length >= MAX_DEATHS) {
      throw new EmbeddedStoreError('WRITE_FAILED', `${what} ${String(MAX_DEATHS)} times within a minute`);
    }
    this.#startAgain(RESTART_MIN_MS * 2 ** (this.#deathsMs.length - 1));
  }

  #startAgain(afterMs: number): void {
    this.#to('waiting');
    this.#restart = setTimeout(() => {
      this.#to('starting');
      this.#startThread().catch((error: unknown) => {
        if (this.#state === 'closed') return;
        if (error instanceof EmbeddedStoreError && error.code !== 'WRITE_FAILED') this.#events.onBroken(error);
        else this.#startAgain(Math.min(RESTART_MAX_MS, afterMs * 2));
      });
    }, afterMs);
  }

  #to(state: WriterState): void {
    this.#state = transition(WRITER_STATES, this.#state, state);
  }

  /** Ending a thread inside SQLite would abort the process with 134, or wait for the disk. */
  readonly #onExit = (): void => {
    if (this.#exit.raise(EXIT_LIMIT_MS)) return;
    try {
      writeSync(2, 'The disk does not answer: the process is killed. What was acknowledged is stored\n');
    } catch {
      // Nobody reads standard error.
    }
    process.kill(process.pid, 'SIGKILL');
  };

  #notOpen(): EmbeddedStoreError {
    if (this.#state === 'closed') return new EmbeddedStoreError('CLOSED', `${this.#order.path} was closed`);
    return new EmbeddedStoreError('WRITE_FAILED', `The writer of ${this.#order.path} starts again: try again`);
  }
}

function errorOf({ code, message }: Failure): EmbeddedStoreError {
  return new EmbeddedStoreError(code, message);
}
