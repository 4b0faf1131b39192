import { setTimeout } from 'node:timers/promises';

/** Where a connection reports what an operator has to know. */
export interface MongoLog {
  info(message: string): void;
  warn(message: string): void;
}

/** Pause between two attempts: it doubles from the least to the greatest. */
const LEAST_PAUSE_MS = 500;
const GREATEST_PAUSE_MS = 60_000;

/** Indexes that have to be there. */
export interface MongoIndexes {
  /** What the log calls them, in the plural: `The indexes of accounts`. */
  readonly name: string;
  /** Creates those that are missing; rejects when that fails or takes too long. */
  readonly create: () => Promise<void>;
  /** What is wrong without them, and what to do, for the log. */
  readonly advice: string;
}

/**
 * Creates indexes where they are missing. One attempt is not enough: a primary may step down, and building an index takes
 * longer than an answer may.
 */
export class IndexKeeper {
  readonly #indexes: MongoIndexes;
  readonly #log: MongoLog;
  /** Counts starts and stops: attempts from before go no further. */
  #run = 0;

  constructor(indexes: MongoIndexes, log: MongoLog) {
    this.#indexes = indexes;
    this.#log = log;
  }

  /** Tries until they are there, with growing pauses. Logs once that it can't, and once that they are there then. */
  start(): void {
    void this.#tryUntilThere(++this.#run);
  }

  /** Stops trying. */
  stop(): void {
    this.#run++;
  }

  async #tryUntilThere(run: number): Promise<void> {
    const { name, advice } = this.#indexes;
    let hasFailed = false;
    for (let pauseMs = LEAST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, GREATEST_PAUSE_MS)) {
      const failure = await this.#failureOfOne();
      if (run !== this.#run) return;
      if (failure === undefined) break;
      if (!hasFailed) this.#log.warn(`${name} can't be created (${failure}): ${advice}`);
      hasFailed = true;
      await setTimeout(pauseMs, undefined, { ref: false });
      if (run !== this.#run) return;
    }
    if (hasFailed) this.#log.info(`${name} are there`);
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
