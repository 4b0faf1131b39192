import cluster, { type Worker } from 'node:cluster';
import { ReportedStartError, type StartFailure } from '../lifecycle/start-failure.js';
import { withTimeout } from '../lifecycle/with-timeout.js';
import type { MetricsSnapshot } from '../metrics/metrics-registry.js';
import {
  WORKER_NUMBER,
  type Answers,
  type Question,
  type ToPrimary,
  type ToWorker,
  type WorkerReady,
} from './messages.js';

/** How a worker ended. */
export interface WorkerEnd {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it did not start, where it said so. */
  readonly failure: StartFailure | undefined;
}

/**
 * A worker, seen from its primary.
 *
 *     starting ─`listen`, reports its port─▶ ready ─reports that it stops─▶ stopping ─exits─▶ ended
 *         └─────────────────exits───────────────┴──────────exits────────────────────────────────▲
 */
export class WorkerProcess {
  /** Resolves once it is loaded, and waits for `listen`. @throws ReportedStartError when it ends before. */
  readonly prepared: Promise<void>;
  /** Resolves once it answers calls. @throws ReportedStartError when it ends before. */
  readonly ready: Promise<WorkerReady>;
  /** Resolves once it has ended and all that it sent was read. */
  readonly ended: Promise<WorkerEnd>;
  /** When it became ready, by `performance.now()`. */
  readyAtMs: number | undefined;
  /** The last metrics that it sent. */
  metrics: MetricsSnapshot = [];
  readonly #worker: Worker;
  readonly #questions = new Map<number, (answer: unknown) => void>();
  #lastId = 0;
  #state: 'starting' | 'ready' | 'stopping' | 'ended' = 'starting';
  #failure: StartFailure | undefined;

  constructor(
    readonly number: number,
    env: Readonly<Record<string, string>>,
  ) {
    const worker = (this.#worker = cluster.fork({ ...env, [WORKER_NUMBER]: String(number) }));
    let onPrepared: () => void = () => undefined;
    let onReady: (ready: WorkerReady) => void = () => undefined;
    const loaded = new Promise<void>((resolve) => (onPrepared = resolve));
    const reported = new Promise<WorkerReady>((resolve) => (onReady = resolve));
    worker.on('message', (message: ToPrimary) => {
      if ('ready' in message) {
        this.#state = 'ready';
        this.readyAtMs = performance.now();
        onReady(message.ready);
      } else if ('prepared' in message) onPrepared();
      else if ('stopping' in message) this.#state = 'stopping';
      else if ('failed' in message) this.#failure = toFailure(message.failed);
      else if ('lastMetrics' in message) this.metrics = message.lastMetrics;
      else this.#questions.get(message.id)?.(message.answer);
    });
    this.ended = this.#awaitEnd();
    const failed = this.ended.then(failToStart);
    this.prepared = Promise.race([loaded, failed]);
    this.ready = Promise.race([reported, failed]);
    // The caller may use only 'ended'.
    for (const promise of [this.prepared, this.ready]) promise.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Whether it does not answer calls yet. */
  get isStarting(): boolean {
    return this.#state === 'starting';
  }

  /** Whether it answers calls and goes on doing so. */
  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** The answer; undefined when there is none within the limit, or the worker ends before. */
  async ask<Asked extends Question>(question: Asked, limitMs: number): Promise<Answers[Asked] | undefined> {
    if (this.#state === 'starting' || this.#state === 'ended') return undefined;
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve) => {
      this.#questions.set(id, resolve);
      this.#send({ ask: question, id });
    });
    try {
      return (await withTimeout(answer, limitMs, () => undefined)) as Answers[Asked] | undefined;
    } finally {
      this.#questions.delete(id);
    }
  }

  /** Lets it listen, once it is prepared. */
  listen(): void {
    this.#send({ listen: true });
  }

  /** Drains the worker. */
  stop(reason: string): void {
    this.#send({ stop: reason });
  }

  /** Ends it at once. */
  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  /** The channel may have more to read after the exit, and a process that can't be started never exits. */
  #awaitEnd(): Promise<WorkerEnd> {
    const worker = this.#worker;
    return new Promise((resolve) => {
      const end = (code: number | null, signal: string | null): void => {
        if (this.#state === 'ended') return;
        this.#state = 'ended';
        for (const answer of this.#questions.values()) answer(undefined);
        resolve({ code, signal, failure: this.#failure });
      };
      worker.on('exit', (code: number | null, signal: string | null) => {
        if (worker.isConnected()) {
          worker.once('disconnect', () => {
            end(code, signal);
          });
        } else end(code, signal);
      });
      worker.on('error', (error) => {
        if (worker.process.pid !== undefined) return;
        this.#failure = { message: `Can't start a worker: ${error.message}` };
        end(null, null);
      });
    });
  }

  #send(message: ToWorker): void {
    // A dying worker can't receive; 'exit' follows.
    if (this.#worker.isConnected()) this.#worker.process.send(message, () => undefined);
  }
}

function toFailure({ message, stack }: { readonly message: string; readonly stack?: string }): StartFailure {
  return { message, ...(stack !== undefined && { err: Object.assign(new Error(message), { stack }) }) };
}

/** @throws ReportedStartError always. */
function failToStart(end: WorkerEnd): never {
  throw new ReportedStartError(end.failure ?? { message: `Can't start: a worker ended ${describeEnd(end)}` });
}

/** How it ended, in words. */
export function describeEnd({ code, signal }: WorkerEnd): string {
  if (signal !== null) return `by ${signal}`;
  return code === null ? 'before it ran' : `with exit code ${String(code)}`;
}
