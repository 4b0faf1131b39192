import { checkedTaskId, checkedUserId, type Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

/** The user and the id of the task to read. */
interface GetTaskInput {
  readonly taskId: string;
  readonly userId: string;
}

export class GetTask {
  readonly #tasks: TaskRepository;

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute(input: GetTaskInput): Promise<Task> {
    const id = checkedTaskId(input.taskId, 'taskId');
    const task = await this.#tasks.find(id, checkedUserId(input.userId));
    if (!task) throw TaskError.notFound();
    return task;
  }
}
