import { checkedUserId } from '../domain/task.js';
import type { TaskCounts, TaskRepository } from './task.repository.js';

interface CountTasksInput {
  readonly userId: string;
}

/** Counts the tasks of a user; an unknown user has none. */
export class CountTasks {
  readonly #tasks: TaskRepository;

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE */
  async execute(input: CountTasksInput): Promise<TaskCounts> {
    return this.#tasks.count(checkedUserId(input.userId));
  }
}
