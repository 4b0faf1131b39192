import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Variables } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import { createLog } from '../logging/log.js';
import { NestLogger } from '../logging/nest-logger.js';
import { DrainMetrics } from '../metrics/drain-metrics.js';
import { MetricsRegistry } from '../metrics/metrics-registry.js';
import { ProcessMetrics } from '../metrics/process-metrics.js';
import { Operations } from '../operations/operations.js';
import type { Probes } from '../operations/operations-options.js';
import type { ServiceConfig, ServiceContext, ServiceDefinition, WorkerLink } from './definition.js';
import type { Part } from './part.js';
import { ServicePhase } from './service-phase.js';
import { withTimeout } from './with-timeout.js';

/** Which process of a service this is, and what it gets from outside. */
export interface ServiceProcess {
  /** Instead of the environment and `.env`. */
  readonly variables?: Variables;
  /** Default: standard output, as configured. */
  readonly log?: Logger;
  /** Set in a worker. */
  readonly link?: WorkerLink;
  /** Receives the log as soon as there is one. */
  readonly useLog?: (log: Logger) => void;
}

/** Time in which the parts stop, beside the limits of their own, in milliseconds. */
const CLOSE_LIMIT_MS = 5_000;
/** The part of it that each one has, beyond its own limit. */
const PART_LIMIT_MS = 2_000;

/**
 * The parts of a service in one process. Health answers before the first part starts ("Starting") and after the last one
 * has stopped. A failed start is undone in reverse.
 */
export class Service<Config extends ServiceConfig = ServiceConfig> {
  readonly parts: readonly Part[];
  readonly #context: ServiceContext<Config>;
  readonly #operations: Operations | undefined;
  readonly #delayMs: number;
  readonly #name: string;
  readonly #begun: Part[] = [];
  #starting: Promise<void> = Promise.resolve();

  private constructor(
    { name }: ServiceDefinition<Config>,
    context: ServiceContext<Config>,
    parts: readonly Part[],
    operations: Operations | undefined,
    delayMs: number,
  ) {
    this.#name = name;
    this.#context = context;
    this.#operations = operations;
    this.#delayMs = delayMs;
    this.parts = parts;
  }

  /**
   * Reads the configuration and loads the parts.
   *
   * @throws ConfigError that lists every bad variable.
   */
  static async load<Config extends ServiceConfig>(
    definition: ServiceDefinition<Config>,
    { variables, log: givenLog, link, useLog }: ServiceProcess = {},
  ): Promise<Service<Config>> {
    const { config, configModule } = await loadConfig(definition.config, variables);
    const workers = link ? undefined : definition.workers?.(config);
    const { readable = {}, version } = definition;
    const isShared = link !== undefined || workers !== undefined;
    const fields = link ? { worker: link.number, pid: process.pid } : {};
    const log = givenLog ?? (await createLog({ ...config.log, readable, fields, isShared }));
    useLog?.(log);
    // Those of workers are in the log of their primary.
    if (!link) for (const warning of config.warnings) log.warn(warning);
    const phase = new ServicePhase();
    const context = { config, configModule, log, version, phase, worker: link };
    const ops = link ? undefined : config.ops;
    const [parts, pool] = await Promise.all([
      workers ? [] : definition.parts(context),
      workers && import('../workers/worker-pool.js').then(({ WorkerPool }) => new WorkerPool(workers, log)),
      // Loaded meanwhile.
      ops && import('../operations/operations-server.js'),
    ]);
    const metrics = new MetricsRegistry(pool && (() => pool.snapshots()));
    metrics.add(new ProcessMetrics(version));
    // The primary process reports that of its workers.
    if (!link) metrics.add(new DrainMetrics(phase, config.drain));
    const own: readonly Part[] = pool ? [pool] : parts;
    for (const part of own) metrics.add(...(part.metrics ?? []));
    const probes = Object.assign({}, ...own.map((part) => part.probes)) as Probes;
    const logger = new NestLogger(log);
    const operations =
      ops && new Operations({ ...ops, variables: definition.opsVariables, phase, metrics, probes, logger });
    // Workers wait themselves.
    const delayMs = pool ? 0 : config.drain.delayMs;
    const all: readonly Part[] = link
      ? link.around(own, { probes, metrics, stopLimitMs: () => service.stopLimitMs })
      : [...(operations ? [operations] : []), ...own];
    const service = new Service(definition, context, all, operations, delayMs);
    return service;
  }

  /** The port of health and metrics, once started; undefined if disabled. */
  get opsPort(): number | undefined {
    return this.#operations?.port;
  }

  /** Expected maximum time of `stop`, in milliseconds. */
  get stopLimitMs(): number {
    return this.parts.reduce((sum, { stopLimitMs = 0 }) => sum + stopLimitMs, this.#delayMs + CLOSE_LIMIT_MS);
  }

  /**
   * Starts all parts; resolves once they have, or once `stop` has ended that.
   *
   * @throws the error of the part that can't start, after all that have started were stopped.
   */
  start(): Promise<void> {
    this.#starting = this.#startAll();
    return this.#starting;
  }

  /**
   * Reports to callers that the service stops, waits, and stops the parts in reverse. Ends a start after the part in
   * progress.
   *
   * @param hurry Aborted when DRAIN_DELAY_MS is no longer waited for.
   * @returns false when the start has failed, which `start` reports.
   * @throws Error when a part can't be stopped, or when all of them, or a start in progress, take longer than `stopLimitMs`.
   */
  async stop(hurry?: AbortSignal): Promise<boolean> {
    const { phase } = this.#context;
    const isReady = phase.current === 'running';
    if (!phase.isDraining()) {
      phase.to(isReady ? 'draining' : 'stopping');
      for (const part of this.#begun) this.#drain(part);
    }
    const { stopLimitMs } = this;
    const hasStarted = await withTimeout(
      this.#starting.then(
        () => true,
        () => false,
      ),
      stopLimitMs,
      () => {
        const part = this.#begun.at(-1)?.name ?? 'a part';
        throw new Error(`The start of ${part} has not ended within ${String(stopLimitMs)} ms: ending at once`);
      },
    );
    if (!hasStarted) return false;
    await withTimeout(this.#stopRunning(isReady, hurry), stopLimitMs, () => {
      throw new Error(`Not stopped within ${String(stopLimitMs)} ms: ending at once`);
    });
    return true;
  }

  async #startAll(): Promise<void> {
    const { phase } = this.#context;
    try {
      for (const part of this.parts) {
        if (phase.isDraining()) return;
        this.#begun.push(part);
        await part.start();
      }
    } catch (error) {
      if (!phase.isDraining()) phase.to('stopping');
      await this.#stopParts().catch((err: unknown) => {
        this.#context.log.error({ err }, 'Stopping after a failed start has failed');
      });
      phase.to('stopped');
      throw error;
    }
    if (phase.isDraining()) return;
    phase.to('running');
    this.#logDescription();
  }

  /** A part that can't drain must not keep the others from stopping. */
  #drain(part: Part): void {
    try {
      part.drain?.();
    } catch (err) {
      this.#context.log.error({ err }, `${part.name} can not drain`);
    }
  }

  async #stopRunning(isReady: boolean, hurry: AbortSignal | undefined): Promise<void> {
    const { phase } = this.#context;
    if (isReady) {
      await delay(this.#delayMs, undefined, { signal: hurry }).catch(() => undefined);
      phase.to('stopping');
    }
    await this.#stopParts();
    phase.to('stopped');
  }

  async #stopParts(): Promise<void> {
    const failures: unknown[] = [];
    for (const part of this.#begun.splice(0).reverse()) {
      const limitMs = (part.stopLimitMs ?? 0) + PART_LIMIT_MS;
      try {
        await withTimeout(part.stop(), limitMs, () => {
          this.#context.log.warn(`${part.name}: not stopped within ${String(limitMs)} ms, going on without it`);
        });
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 1) throw new AggregateError(failures, 'Several parts can not be stopped');
    if (failures.length > 0) throw failures[0];
  }

  #logDescription(): void {
    const { log, version, worker } = this.#context;
    if (worker) return;
    log.info(`${this.#name} ${version}, Node.js ${process.version}`);
    const lines = this.parts.flatMap((part) => part.describe?.() ?? []);
    for (const line of lines.reverse()) log.info(line);
  }
}
