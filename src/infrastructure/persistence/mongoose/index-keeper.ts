import { setTimeout } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import { TASKS_COLLECTION, TASKS_INDEX } from './task.schema.js';

/** Between two attempts: it doubles from the least to the greatest. */
const LEAST_PAUSE_MS = 500;
const GREATEST_PAUSE_MS = 60_000;

const NAME = Object.entries(TASKS_INDEX)
  .map(([field, direction]) => `${field}_${String(direction)}`)
  .join('_');
const CONSEQUENCE = 'listing is slow until it is there. It is tried again';
const ADVICE = `let the service's user create indexes, or run db.${TASKS_COLLECTION}.createIndex(${JSON.stringify(TASKS_INDEX)})`;

/**
 * Sees to it that the index of the tasks is there. One attempt is not enough: a primary may step down, and building an
 * index takes longer than an answer may.
 */
export class IndexKeeper {
  /** Counts starts and stops: attempts of before go no further. */
  #turn = 0;

  /** @param create Creates the index where it is missing; rejects when that fails or takes too long. */
  constructor(
    private readonly create: () => Promise<void>,
    private readonly log: Pick<LoggerService, 'log' | 'warn'>,
  ) {}

  /** Tries from now on until it is there, with growing pauses. Says once that it can't, and once that it is there then. */
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
      if (!hasFailed) this.log.warn(`The index ${NAME} can't be created (${failure}): ${CONSEQUENCE}; ${ADVICE}`);
      hasFailed = true;
      await setTimeout(pauseMs, undefined, { ref: false });
      if (turn !== this.#turn) return;
    }
    if (hasFailed) this.log.log(`The index ${NAME} is there`);
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
