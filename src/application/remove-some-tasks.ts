import { checkedTaskId, checkedUserId } from '../domain/task.js';
import { checkedBatch } from './insert-tasks.js';
import type { TaskRepository } from './task.repository.js';

interface RemoveSomeTasksInput {
  readonly userId: string;
  readonly taskIds: readonly string[];
}

/** Removes tasks of a user; those that are gone count as removed. */
export class RemoveSomeTasks {
  readonly #tasks: TaskRepository;

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /**
   * @returns The number of tasks that are gone: all of them.
   * @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE
   */
  async execute(input: RemoveSomeTasksInput): Promise<number> {
    const userId = checkedUserId(input.userId);
    const ids = checkedBatch(input.taskIds, 'taskIds').map((id) => checkedTaskId(id, 'taskIds'));
    await this.#tasks.removeSome(ids, userId);
    return ids.length;
  }
}
