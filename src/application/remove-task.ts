import { checkedTaskId, checkedUserId } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

/** The user and the id of the task to remove. */
interface RemoveTaskInput {
  readonly taskId: string;
  readonly userId: string;
}

export class RemoveTask {
  readonly #tasks: TaskRepository;

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute(input: RemoveTaskInput): Promise<void> {
    const id = checkedTaskId(input.taskId, 'taskId');
    const removed = await this.#tasks.remove(id, checkedUserId(input.userId));
    if (!removed) throw TaskError.notFound();
  }
}
