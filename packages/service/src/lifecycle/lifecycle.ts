import type { Logger } from 'pino';
import { printFatal } from '../logging/fatal-line.js';
import { assertDescriptors, describeStartFailure, type StartFailure } from './start-failure.js';
import type { ServiceConfig, ServiceDefinition } from './definition.js';
import { withTimeout } from './with-timeout.js';

/** A service that is loaded. */
export interface LoadedService {
  /** Resolves once it runs, or was stopped meanwhile. */
  start(): Promise<void>;
  /**
   * Ends a start in progress, or reports the shutdown and lets calls finish; then closes everything, in bounded time.
   *
   * @param hurry Aborted when callers get no more time to see the report before anything is closed.
   * @returns false when the start has failed meanwhile, which `start` reports.
   */
  stop(hurry: AbortSignal): Promise<boolean>;
}

/** Loads a service; `useLog` is called as soon as a log exists. */
export type LoadService = (useLog: (log: Logger) => void) => Promise<LoadedService>;

/** What differs from a process of its own. */
export interface LifecycleOptions {
  /** Reports why the start failed, instead of the log. */
  readonly reportStartFailure?: (failure: StartFailure) => Promise<void>;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Ctrl-C reaches every process of a terminal, and npm forwards it once more: signals within this time are one. */
const RELAY_WINDOW_MS = 250;

/** Time that calls under way have after an uncaught error, in milliseconds: the process ends within a second if its log is read. */
const CRASH_LIMIT_MS = 500;

/** Time limit for writing the last lines of the log, in milliseconds. */
const FLUSH_LIMIT_MS = 1_000;

/**
 * Runs a service as this process.
 *
 * @param load Imports the definition: before the signal handlers are set, a signal kills the process.
 */
export async function runService<Config extends ServiceConfig>(
  load: () => Promise<ServiceDefinition<Config>>,
): Promise<void> {
  await new Lifecycle().run(async (useLog) => {
    const [definition, { Service }] = await Promise.all([load(), import('./service.js')]);
    return Service.load(definition, { useLog });
  });
}

/**
 * The service as a process. SIGTERM, SIGINT and SIGHUP let it finish its calls and end it with exit code 0, also during
 * its start; a second signal ends it at once with 1. An uncaught error is logged and ends it with 1 within a second,
 * or within two if nobody reads its log. Calls in flight may finish meanwhile, new ones are rejected.
 */
export class Lifecycle {
  #log: Logger | undefined;
  #service: Promise<LoadedService> | undefined;
  #stoppingSinceMs: number | undefined;
  /** Whether `stop` came without a signal, which may still follow: Ctrl-C reaches a worker and its primary. */
  #expectsSignal = false;
  #exitCode = 0;
  /** Whether the last lines of the log are being written. */
  #isEnding = false;
  /** Aborted by the first uncaught error. */
  readonly #crash = new AbortController();
  readonly #reportStartFailure: LifecycleOptions['reportStartFailure'];

  constructor(log?: Logger, { reportStartFailure }: LifecycleOptions = {}) {
    this.#log = log;
    this.#reportStartFailure = reportStartFailure;
  }

  /** Starts the service and keeps it running until it is stopped. A failed start ends the process with 1. */
  async run(load: LoadService): Promise<void> {
    for (const signal of SIGNALS) process.on(signal, () => void this.#onSignal(signal));
    process.on('uncaughtException', (error) => void this.#onCrash(error, 'Uncaught exception'));
    process.on('unhandledRejection', (reason) => void this.#onCrash(reason, 'Unhandled rejection'));
    try {
      assertDescriptors();
      this.#service = load((log) => (this.#log = log));
      const service = await this.#service;
      if (this.#stoppingSinceMs === undefined) await service.start();
    } catch (error) {
      const failure = describeStartFailure(error);
      if (this.#reportStartFailure) await this.#reportStartFailure(failure);
      else this.#say('fatal', failure.message, { err: failure.err });
      this.#exitCode = 1;
      await this.#exit();
    }
  }

  /** Stops as at a signal; does nothing when it stops already. The first signal after it is taken for the same order. */
  async stop(reason: string): Promise<void> {
    if (this.#stoppingSinceMs !== undefined) return;
    this.#expectsSignal = true;
    this.#say('info', `${reason}: stopping`);
    await this.#stop();
  }

  async #onSignal(signal: NodeJS.Signals): Promise<void> {
    if (this.#stoppingSinceMs === undefined) {
      this.#say('info', `${signal}: stopping; a second signal ends the process at once`);
      await this.#stop();
    } else if (this.#expectsSignal) {
      this.#expectsSignal = false;
    } else if (!this.#isRelayed(signal, this.#stoppingSinceMs)) {
      this.#say('warn', `${signal} again: ending at once`);
      process.exit(1);
    }
  }

  async #onCrash(err: unknown, what: string): Promise<void> {
    this.#say('fatal', `${what}: stopping, since the state of the process is unknown`, { err });
    this.#exitCode = 1;
    if (this.#isEnding || this.#crash.signal.aborted) return;
    this.#crash.abort();
    setTimeout(() => {
      if (this.#isEnding) return;
      this.#say('fatal', `Not stopped within ${String(CRASH_LIMIT_MS)} ms: ending at once`);
      void this.#exit();
    }, CRASH_LIMIT_MS);
    if (this.#stoppingSinceMs === undefined) await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#stoppingSinceMs = performance.now();
    let service: LoadedService | undefined;
    try {
      service = await this.#service;
    } catch {
      // `run` logs the cause and ends the process.
      return;
    }
    try {
      if ((await service?.stop(this.#crash.signal)) === false) return;
    } catch (err) {
      this.#say('fatal', 'Stopping failed', { err });
      this.#exitCode = 1;
    }
    if (this.#isEnding) return;
    this.#say('info', 'Stopped', { exit_code: this.#exitCode });
    await this.#exit();
  }

  /** Ends the process once the log is written or no longer read. */
  async #exit(): Promise<void> {
    this.#isEnding = true;
    const written = new Promise<void>((resolve) => {
      if (this.#log === undefined) resolve();
      else
        this.#log.flush(() => {
          resolve();
        });
    });
    await withTimeout(written, FLUSH_LIMIT_MS, () => undefined);
    process.exit(this.#exitCode);
  }

  /** A log that fails must not keep the process from ending, nor count as another crash. */
  #say(level: 'info' | 'warn' | 'fatal', message: string, fields: { err?: unknown; exit_code?: number } = {}): void {
    try {
      if (this.#log !== undefined) this.#log[level](fields, message);
      else if (level === 'fatal') printFatal(message, fields.err);
    } catch {
      // Nothing left to report it to.
    }
  }

  #isRelayed(signal: NodeJS.Signals, stoppingSinceMs: number): boolean {
    const isUnderNpm = process.env.npm_lifecycle_event !== undefined;
    return isUnderNpm && signal === 'SIGINT' && performance.now() - stoppingSinceMs < RELAY_WINDOW_MS;
  }
}
