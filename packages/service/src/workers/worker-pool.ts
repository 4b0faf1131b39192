import cluster from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Part } from '../lifecycle/part.js';
import { sumCounted, type MetricsSnapshot, type MetricsSource } from '../metrics/metrics-registry.js';
import type { ProbeAnswer, Probes } from '../operations/operations-options.js';
import { ANSWER_LIMIT_MS } from '../operations/shared-probe.js';
import type { WorkerReady } from './messages.js';
import { WorkerMetrics, type CountedWorkers } from './worker-metrics.js';
import { describeEnd, WorkerProcess, type WorkerEnd } from './worker-process.js';

/** Which workers to run. */
export interface WorkerPoolOptions {
  readonly count: number;
  /** The program of a worker. */
  readonly program: URL;
  /** Added to the environment of each worker. */
  readonly env: Readonly<Record<string, string>>;
  /** The variable of the port that the workers listen on. */
  readonly portVariable: string;
  /** The metric of a worker that counts its open connections. */
  readonly connectionsMetric: string;
  /** Name of the probe that asks all workers: the name that a part of a worker gives its own probe. */
  readonly probe: string;
  /** Lines for the log, by the port. */
  readonly describe: (port: number) => readonly string[];
}

/** A worker that ran this long did not crash during its start. */
const STABLE_AFTER_MS = 10_000;
const MIN_BACK_OFF_MS = 100;
const MAX_BACK_OFF_MS = 10_000;
/** How often workers are asked whether they still answer: one that does not is killed after 4.5 to 6 s. */
const SILENCE_MS = 1_500;
/** After a pause of the whole machine one timer fires before the answer is read, but not three. */
const MAX_SILENCES = 3;
/** A probe of a worker's store has its own limit, and a blocked event loop some time beyond it. */
const ASK_LIMIT_MS = ANSWER_LIMIT_MS + 500;

/** Time in which all workers that are loaded ask for the port. */
const LISTEN_TOGETHER_MS = 250;

const NO_WORKER: ProbeAnswer = { ok: false, message: 'No worker accepts calls' };
const SILENT_WORKER: ProbeAnswer = { ok: false, message: 'A worker does not answer' };
const HEALTHY: ProbeAnswer = { ok: true, message: 'OK' };

/**
 * The processes that share a port. One that ends is replaced: at once, or after a growing delay when it did not last.
 *
 * node:cluster's round robin spreads connections: the primary accepts them and hands each to the next worker.
 */
export class WorkerPool implements Part, CountedWorkers {
  readonly name = 'Workers';
  readonly probes: Probes;
  /** How many workers there are, and what each one takes. */
  readonly metrics: readonly MetricsSource[];
  readonly #options: WorkerPoolOptions;
  readonly #log: Logger;
  readonly #workers = new Map<number, WorkerProcess>();
  /** By number, how often in a row a worker ended soon. */
  readonly #quickEnds = new Map<number, number>();
  readonly #replacing = new Map<number, NodeJS.Timeout>();
  /** How the workers that drain end. */
  readonly #ends: Promise<WorkerEnd>[] = [];
  /** What workers counted that have ended. */
  #counted: Promise<MetricsSnapshot> = Promise.resolve([]);
  #replaced = 0;
  #state: 'starting' | 'open' | 'stopping' = 'starting';
  #first: WorkerReady | undefined;
  #env: Readonly<Record<string, string>>;
  #asking: Promise<ProbeAnswer> | undefined;

  constructor(options: WorkerPoolOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
    this.#env = options.env;
    this.metrics = [new WorkerMetrics(this, options.count, options.connectionsMetric)];
    this.probes = { [options.probe]: () => this.health() };
  }

  /**
   * Starts the workers; resolves once all of them answer calls, or `drain` has ended them before.
   *
   * @throws ReportedStartError with the failure of the first worker that can't start.
   */
  async start(): Promise<void> {
    const { count, program } = this.#options;
    if (!cluster.isPrimary) throw new Error("Can't start workers in a worker of node:cluster");
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ exec: fileURLToPath(program), args: [] });
    // However this process ends, none outlives it but by SIGKILL: then they notice that the channel closes.
    process.on('exit', this.#killAll);
    try {
      // What no worker could load is found by one, and reported once.
      const first = this.#fork(1);
      await first.prepared;
      if (this.#isStopping()) return;
      const others = Array.from({ length: count - 1 }, (_, index) => this.#fork(index + 2));
      await Promise.all(others.map(({ prepared }) => prepared));
      // The clients that wait for the port would all get the worker that listens first. This process opens the port when
      // it reads that worker's request, so it reads nothing until the others have sent theirs as well.
      for (const worker of [first, ...others]) worker.listen();
      block(LISTEN_TOGETHER_MS);
      [this.#first] = await Promise.all([first.ready, ...others.map(({ ready }) => ready)]);
    } catch (error) {
      if (this.#isStopping()) return;
      this.#state = 'stopping';
      this.#killAll();
      await this.#allEnded();
      throw error;
    }
    if (this.#isStopping()) return;
    this.#state = 'open';
    for (let number = 1; number <= count; number++) if (!this.#workers.has(number)) this.#replace(number);
  }

  /** The port that all listen on. */
  get port(): number | undefined {
    return this.#first?.port;
  }

  /** The longest that `stop` takes when all goes well, in milliseconds. */
  get stopLimitMs(): number {
    return this.#first?.stopLimitMs ?? 0;
  }

  get readyCount(): number {
    return this.#ready().length;
  }

  get replacedCount(): number {
    return this.#replaced;
  }

  /** Whether all workers that accept calls can serve them, and there is one. Those being replaced don't count. */
  health(): Promise<ProbeAnswer> {
    this.#asking ??= this.#askHealth().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /**
   * The metrics of each worker, and of all that have ended. A worker that does not answer in time is counted as it was
   * last, so that nothing that is counted ever falls.
   */
  async snapshots(): Promise<readonly MetricsSnapshot[]> {
    await Promise.all(
      [...this.#workers.values()].map(async (worker) => {
        worker.metrics = (await worker.ask('metrics', ASK_LIMIT_MS)) ?? worker.metrics;
      }),
    );
    return [await this.#counted, ...this.latest().values()];
  }

  latest(): ReadonlyMap<number, MetricsSnapshot> {
    return new Map([...this.#workers].map(([number, { metrics }]) => [number, metrics]));
  }

  /**
   * Each worker reports to callers that it stops, waits and drains, as a service of one process does. One that is still
   * starting has no calls, and may not listen to its primary yet: it is killed.
   */
  drain(): void {
    this.#state = 'stopping';
    for (const timer of this.#replacing.values()) clearTimeout(timer);
    for (const worker of this.#workers.values()) {
      if (worker.isStarting) {
        worker.kill();
        continue;
      }
      worker.stop('The service stops');
      this.#ends.push(worker.ended);
    }
  }

  /** @throws Error when a worker did not end in order. */
  async stop(): Promise<void> {
    if (!this.#isStopping()) this.drain();
    await this.#allEnded();
    const ends = await Promise.all(this.#ends);
    process.off('exit', this.#killAll);
    const bad = ends.find(({ code }) => code !== 0);
    if (bad) throw new Error(`A worker ended ${describeEnd(bad)}`);
  }

  describe(): readonly string[] {
    return this.#options.describe(this.port ?? 0);
  }

  #isStopping(): boolean {
    return this.#state === 'stopping';
  }

  async #allEnded(): Promise<void> {
    await Promise.all([...this.#workers.values()].map(({ ended }) => ended));
  }

  readonly #killAll = (): void => {
    for (const worker of this.#workers.values()) worker.kill();
  };

  #ready(): WorkerProcess[] {
    return [...this.#workers.values()].filter(({ isReady }) => isReady);
  }

  #fork(number: number): WorkerProcess {
    const worker = new WorkerProcess(number, this.#env);
    this.#workers.set(number, worker);
    void worker.ended.then((end) => {
      this.#onEnded(worker, end);
    });
    worker.ready.then(
      () => this.#watch(worker),
      () => undefined,
    );
    return worker;
  }

  #onEnded(worker: WorkerProcess, end: WorkerEnd): void {
    this.#workers.delete(worker.number);
    this.#counted = this.#counted.then((counted) => sumCounted([counted, worker.metrics]));
    if (this.#state !== 'open') return;
    const delayMs = this.#backOff(worker);
    const fields = { worker: worker.number, pid: worker.pid, err: end.failure?.err };
    const what = end.failure?.message ?? `Worker ${String(worker.number)} ended ${describeEnd(end)}`;
    this.#log[end.code === 0 ? 'info' : 'error'](fields, `${what}: another one starts in ${String(delayMs)} ms`);
    const timer = setTimeout(() => {
      this.#replace(worker.number);
    }, delayMs);
    this.#replacing.set(worker.number, timer);
  }

  #backOff({ number, readyAtMs = Infinity }: WorkerProcess): number {
    const hasLasted = performance.now() - readyAtMs >= STABLE_AFTER_MS;
    const quickEnds = hasLasted ? 0 : (this.#quickEnds.get(number) ?? 0) + 1;
    this.#quickEnds.set(number, quickEnds);
    return quickEnds < 2 ? 0 : Math.min(MIN_BACK_OFF_MS * 2 ** (quickEnds - 2), MAX_BACK_OFF_MS);
  }

  #replace(number: number): void {
    this.#replacing.delete(number);
    const worker = this.#fork(number);
    worker.prepared.then(
      () => {
        worker.listen();
      },
      () => undefined,
    );
    worker.ready.then(
      ({ port }) => {
        if (port !== this.port) {
          // Any free port was wanted, and the first one was closed with the last worker that listened on it.
          this.#env = { ...this.#env, [this.#options.portVariable]: String(this.port) };
          worker.kill();
          return;
        }
        this.#replaced++;
        this.#log.info({ worker: number, pid: worker.pid }, `Worker ${String(number)} accepts calls`);
      },
      // `ended` logs the exit and starts a replacement.
      () => undefined,
    );
  }

  async #askHealth(): Promise<ProbeAnswer> {
    const workers = this.#ready();
    if (workers.length === 0) return NO_WORKER;
    const answers = await Promise.all(
      // One that ends meanwhile is being replaced.
      workers.map(async (worker) => (await worker.ask('health', ASK_LIMIT_MS)) ?? (worker.isReady && SILENT_WORKER)),
    );
    const known = answers.filter((answer) => answer !== false);
    if (known.length === 0) return NO_WORKER;
    return known.find(({ ok }) => !ok) ?? HEALTHY;
  }

  /** Kills the worker when its event loop is blocked for good: no probe would notice one of several. */
  async #watch(worker: WorkerProcess): Promise<void> {
    for (let silences = 0; silences < MAX_SILENCES;) {
      const [answer] = await Promise.all([
        worker.ask('ping', SILENCE_MS),
        delay(SILENCE_MS, undefined, { ref: false }),
      ]);
      if (!worker.isReady) return;
      silences = answer === undefined ? silences + 1 : 0;
    }
    const fields = { worker: worker.number, pid: worker.pid };
    this.#log.error(fields, `Worker ${String(worker.number)} has not answered for long: killing it`);
    worker.kill();
  }
}

/** Blocks the event loop. */
function block(timeMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timeMs);
}
