import { REMOVED_AT_ONCE } from '@tasks/idl';
import { checkedUserId } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

interface RemoveAllTasksInput {
  readonly userId: string;
  /** True: only done tasks. False: every task. */
  readonly onlyDone: boolean;
}

/** Removes a user's tasks, up to `REMOVED_AT_ONCE` per call. */
export class RemoveAllTasks {
  readonly #tasks: TaskRepository;

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /**
   * @returns The number of removed tasks; 0 when none is left.
   * @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE
   */
  async execute(input: RemoveAllTasksInput): Promise<number> {
    const userId = checkedUserId(input.userId);
    return this.#tasks.removeAll(userId, REMOVED_AT_ONCE, checkedOnlyDone(input.onlyDone, 'onlyDone'));
  }
}

/**
 * Whether to remove only done tasks. It has no default: a call that left it out would remove too much.
 *
 * @param field The caller's name of it.
 * @throws TaskError INVALID_INPUT
 */
export function checkedOnlyDone(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw TaskError.invalid(field, 'must be true or false');
}
