import { setTimeout } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import { TASKS_COLLECTION, TASKS_INDEXES } from './task.schema.js';

/** Between two attempts: it doubles from the least to the greatest. */
const LEAST_PAUSE_MS = 500;
const GREATEST_PAUSE_MS = 60_000;

const NAMES = TASKS_INDEXES.map((index) =>
  Object.entries(index)
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join('_'),
).join(' and ');
const CONSEQUENCE = 'listing is slow until they are there. It is tried again';
const ADVICE = `let the service's user create indexes, or run db.${TASKS_COLLECTION}.createIndexes(${JSON.stringify(TASKS_INDEXES)})`;

/**
 * Sees to it that the indexes of the tasks are there. One attempt is not enough: a primary may step down, and building an
 * index takes longer than an answer may.
 */
export class IndexKeeper {
  /** Counts starts and stops: attempts of before go no further. */
  #turn = 0;

  /** @param create Creates the indexes that are missing; rejects when that fails or takes too long. */
  constructor(
    private readonly create: () => Promise<void>,
    private readonly log: Pick<LoggerService, 'log' | 'warn'>,
  ) {}

  /** Tries from now on until they are there, with growing pauses. Says once that it can't, and once that they are there then. */
  start(): void {
    void this.#tryUntilThere(++this.#turn);
  }

  /** Tries no more. */
  stop(): void {
    this.#turn++;
  }

  async #tryUntilThere(turn: number): Promise<void> {
    let hasFailed = false;
    for (let pauseMs = LEAST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, GREATEST_PAUSE_MS)) {
      const failure = await this.#failureOfOne();
      if (turn !== this.#turn) return;
      if (failure === undefined) break;
      if (!hasFailed) this.log.warn(`The indexes ${NAMES} can't be created (${failure}): ${CONSEQUENCE}; ${ADVICE}`);
      hasFailed = true;
      await setTimeout(pauseMs, undefined, { ref: false });
      if (turn !== this.#turn) return;
    }
    if (hasFailed) this.log.log(`The indexes ${NAMES} are there`);
  }

  async #failureOfOne(): Promise<string | undefined> {
    try {
      await this.create();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
