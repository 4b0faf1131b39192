import cluster from 'node:cluster';
import { Lifecycle } from '../lifecycle/lifecycle.js';
import type { AskedService, ServiceConfig, ServiceDefinition, WorkerLink } from '../lifecycle/definition.js';
import type { Part } from '../lifecycle/part.js';
import type { StartFailure } from '../lifecycle/start-failure.js';
import { rootMessage, withoutCredentials } from '../logging/redaction.js';
import type { MetricsSnapshot } from '../metrics/metrics-registry.js';
import type { ProbeAnswer } from '../operations/operations-options.js';
import {
  WORKER_NUMBER,
  type Answers,
  type Question,
  type ToPrimary,
  type ToWorker,
  type WorkerReady,
} from './messages.js';

/**
 * Runs a worker of a service as this process.
 *
 * @param load Imports the definition.
 */
export async function runWorker<Config extends ServiceConfig>(
  load: () => Promise<ServiceDefinition<Config>>,
): Promise<void> {
  const link = new PrimaryLink();
  const lifecycle = new Lifecycle(undefined, { reportStartFailure: (failure) => link.failed(failure) });
  link.follow(lifecycle);
  await lifecycle.run(async (useLog) => {
    const [definition, { Service }] = await Promise.all([load(), import('../lifecycle/service.js')]);
    return Service.load(definition, { link, useLog });
  });
}

const HEALTHY: ProbeAnswer = { ok: true, message: 'OK' };

/** Answers of a worker to its primary's questions. */
export interface WorkerState {
  health(): Promise<ProbeAnswer>;
  metrics(): Promise<MetricsSnapshot>;
}

/** A worker's end of the channel to its primary. */
export class PrimaryLink implements WorkerLink {
  /** Which worker this is, from 1; another one that replaces it has the same number. */
  readonly number = Number(process.env[WORKER_NUMBER]);
  #state: WorkerState | undefined;
  #onListen: () => void = () => undefined;
  #isScraped = false;

  /** @throws Error when this process was not started by a primary. */
  constructor() {
    if (!cluster.isWorker)
      throw new Error("This program can't be started directly: start dist/main.js with WORKERS=2 or more");
  }

  /** Stops the worker when the primary asks for it or has ended. */
  follow(lifecycle: Lifecycle): void {
    process.on('message', (message: ToWorker) => {
      if ('stop' in message) void lifecycle.stop(message.stop);
      else if ('listen' in message) this.#onListen();
      else if ('ask' in message) void this.#answer(message.ask, message.id);
    });
    cluster.worker?.on('disconnect', () => {
      // Node would end the process at once, whatever runs.
      if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
      void lifecycle.stop('The primary process has ended');
    });
  }

  around(parts: readonly Part[], asked: AskedService): readonly Part[] {
    const { probes, metrics } = asked;
    const state: WorkerState = {
      health: async () => {
        const answers = await Promise.all(Object.values(probes).map((probe) => probe()));
        return answers.find(({ ok }) => !ok) ?? HEALTHY;
      },
      metrics: () => metrics.snapshot(),
    };
    const ready: Part = {
      name: 'Report to the primary process',
      start: () => {
        const port = parts.find((part) => part.port !== undefined)?.port ?? 0;
        return this.ready({ port, stopLimitMs: asked.stopLimitMs() }, state);
      },
      drain: () => void this.stopping(),
      stop: () => Promise.resolve(),
    };
    const leave: Part = { name: 'Last metrics', start: () => Promise.resolve(), stop: () => this.leave() };
    return [leave, ...parts, ready];
  }

  /**
   * Reports that all is loaded; resolves when the worker is to listen.
   *
   * @throws Error when the primary process ends before.
   */
  async mayListen(): Promise<void> {
    const order = new Promise<void>((resolve, reject) => {
      this.#onListen = resolve;
      const onLost = (): void => {
        reject(new Error('The primary process has ended'));
      };
      if (process.connected) process.once('disconnect', onLost);
      else onLost();
    });
    await Promise.all([order, this.#send({ prepared: true })]);
  }

  /** Reports that calls are answered; from now on the primary asks for health and metrics. */
  async ready(ready: WorkerReady, state: WorkerState): Promise<void> {
    this.#state = state;
    await this.#send({ ready });
  }

  /** Reports why the start failed. */
  async failed({ message, err }: StartFailure): Promise<void> {
    const stack = err instanceof Error ? err.stack : undefined;
    await this.#send({ failed: { message, ...(stack !== undefined && { stack }) } });
  }

  /** Reports that the worker stops: its health is no longer that of the service. */
  async stopping(): Promise<void> {
    await this.#send({ stopping: true });
  }

  /** Sends the last metrics if any were requested: counters never decrease. */
  async leave(): Promise<void> {
    if (this.#isScraped && this.#state) await this.#send({ lastMetrics: await this.#state.metrics() });
  }

  async #answer(question: Question, id: number): Promise<void> {
    const answer = question === 'ping' ? true : await this.#ask(question);
    await this.#send({ id, answer });
  }

  async #ask(question: Exclude<Question, 'ping'>): Promise<Answers[typeof question] | undefined> {
    if (this.#state === undefined) return undefined;
    if (question === 'metrics') {
      this.#isScraped = true;
      return this.#state.metrics();
    }
    const { ok, message, cause } = await this.#state.health();
    // An error does not survive JSON.
    return { ok, message, ...(cause !== undefined && { cause: withoutCredentials(rootMessage(cause)) }) };
  }

  /** Resolves once it is sent, or can't be: then the primary has died. */
  #send(message: ToPrimary): Promise<void> {
    return new Promise((resolve) => {
      if (!process.connected || process.send === undefined) {
        resolve();
        return;
      }
      process.send(message, undefined, undefined, () => {
        resolve();
      });
    });
  }
}
