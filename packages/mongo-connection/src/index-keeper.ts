import { setTimeout } from 'node:timers/promises';

/** Log for events that concern an operator. */
export interface MongoLog {
  info(message: string): void;
  warn(message: string): void;
}

/** Pause between two attempts: it doubles from `min` to `max`. */
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 60_000;

export interface MongoIndexes {
  /** Their name in the log, in the plural: `The indexes of accounts`. */
  readonly name: string;
  /** Creates missing ones; rejects when that fails or takes too long. */
  readonly create: () => Promise<void>;
  /** Effect of their absence and what to do about it, for the log. */
  readonly advice: string;
}

/**
 * Creates missing indexes. Retries, since a primary may step down, and building an index takes longer than a reply may.
 */
export class IndexKeeper {
  readonly #indexes: MongoIndexes;
  readonly #log: MongoLog;
  /** Number of starts and stops: attempts from before a change are abandoned. */
  #run = 0;

  constructor(indexes: MongoIndexes, log: MongoLog) {
    this.#indexes = indexes;
    this.#log = log;
  }

  /** Retries until the indexes exist, with growing pauses. Logs the first failure, and the success after it. */
  start(): void {
    void this.#tryUntilThere(++this.#run);
  }

  stop(): void {
    this.#run++;
  }

  async #tryUntilThere(run: number): Promise<void> {
    const { name, advice } = this.#indexes;
    let hasFailed = false;
    for (let pauseMs = MIN_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
      const failure = await this.#failureOfOne();
      if (run !== this.#run) return;
      if (failure === undefined) break;
      if (!hasFailed) this.#log.warn(`${name} can't be created (${failure}): ${advice}`);
      hasFailed = true;
      await setTimeout(pauseMs, undefined, { ref: false });
      if (run !== this.#run) return;
    }
    if (hasFailed) this.#log.info(`${name} exist`);
  }

  async #failureOfOne(): Promise<string | undefined> {
    try {
      await this.#indexes.create();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
