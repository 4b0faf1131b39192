import type { Logger } from 'pino';
import { describeStartFailure } from './start-failure.js';
import { withTimeout } from './with-timeout.js';

/** A service while it runs. */
export interface RunningService {
  /** The longest that `stop` takes when all goes well, in milliseconds. */
  readonly stopLimitMs: number;
  /** Reports that it stops, lets calls finish, closes everything. */
  stop(): Promise<void>;
}

/** Ctrl-C reaches every process of a terminal, and npm passes it on once more: within this, it is the same one. */
const RELAY_WINDOW_MS = 250;

/**
 * The service as a process. SIGTERM and SIGINT let it finish its calls and end it with exit code 0, a second signal ends
 * it at once with 1. What nobody caught is logged and ends it with 1, after the same drain.
 */
export class Lifecycle {
  #service: Promise<RunningService> | undefined;
  #stoppingSinceMs: number | undefined;
  #exitCode = 0;

  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Starts the service and keeps it running until it is stopped. A failed start ends the process with 1. */
  async run(start: () => Promise<RunningService>): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.#onSignal(signal));
    process.on('uncaughtException', (error) => void this.#onCrash(error, 'Uncaught exception'));
    process.on('unhandledRejection', (reason) => void this.#onCrash(reason, 'Unhandled rejection'));
    try {
      this.#service = start();
      await this.#service;
    } catch (error) {
      const { message, err } = describeStartFailure(error);
      this.#say('fatal', message, { err });
      process.exit(1);
    }
  }

  async #onSignal(signal: NodeJS.Signals): Promise<void> {
    if (this.#stoppingSinceMs === undefined) {
      this.#say('info', `${signal}: stopping; a second signal ends the process at once`);
      await this.#stop();
    } else if (!this.#isRelayed(signal, this.#stoppingSinceMs)) {
      this.#say('warn', `${signal} again: ending at once`);
      process.exit(1);
    }
  }

  async #onCrash(err: unknown, what: string): Promise<void> {
    this.#say('fatal', `${what}: stopping, since the state of the process is unknown`, { err });
    this.#exitCode = 1;
    if (this.#stoppingSinceMs === undefined) await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#stoppingSinceMs = performance.now();
    try {
      // A start under way is finished first; when it fails, `run` ends the process.
      const service = await this.#service;
      if (service !== undefined) await this.#inTime(service);
    } catch (err) {
      this.#say('fatal', 'Stopping failed', { err });
      this.#exitCode = 1;
    }
    this.#say('info', 'Stopped', { exit_code: this.#exitCode });
    process.exit(this.#exitCode);
  }

  async #inTime(service: RunningService): Promise<void> {
    await withTimeout(service.stop(), service.stopLimitMs, () => {
      this.#say('fatal', `Not stopped within ${String(service.stopLimitMs)} ms: ending at once`);
      process.exit(1);
    });
  }

  /** A log that fails must not keep the process from ending, nor count as another crash. */
  #say(level: 'info' | 'warn' | 'fatal', message: string, fields: object = {}): void {
    try {
      this.#log[level](fields, message);
    } catch {
      // There is nowhere left to say it.
    }
  }

  #isRelayed(signal: NodeJS.Signals, stoppingSinceMs: number): boolean {
    const isUnderNpm = process.env.npm_lifecycle_event !== undefined;
    return isUnderNpm && signal === 'SIGINT' && performance.now() - stoppingSinceMs < RELAY_WINDOW_MS;
  }
}
