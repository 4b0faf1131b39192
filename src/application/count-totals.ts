import { TaskError } from '../domain/task.errors.js';
import { parseWallClock } from '../domain/wall-clock.js';
import { checkedUserIds } from './read-agenda.js';
import type { TaskRepository, TaskTotals } from './task.repository.js';

interface CountTotalsInput {
  readonly userIds: readonly string[];
  /** The caller's day. */
  readonly today: string;
}

/** Counts the tasks of several users, also those that are due; an unknown user has none. */
export class CountTotals {
  readonly #tasks: TaskRepository;

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE */
  async execute(input: CountTotalsInput): Promise<ReadonlyMap<string, TaskTotals>> {
    const userIds = checkedUserIds(input.userIds, 'userIds');
    return this.#tasks.totals(userIds, checkedDay(input.today, 'today'));
  }
}

/** Validates a day. @throws TaskError INVALID_INPUT */
export function checkedDay(text: string, field: string): string {
  if (parseWallClock(text, field).minute === undefined) return text;
  throw TaskError.invalid(field, 'must be a day like 2026-12-01');
}
