import { checkedTaskId, checkedUserId, type Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

interface MoveTaskInput {
  readonly taskId: string;
  readonly userId: string;
  readonly toUserId: string;
}

/** Gives a user's task to another user; repeating it returns the task. */
export class MoveTask {
  readonly #tasks: TaskRepository;

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute(input: MoveTaskInput): Promise<Task> {
    const id = checkedTaskId(input.taskId, 'taskId');
    const userId = checkedUserId(input.userId);
    const toUserId = checkedUserId(input.toUserId, 'toUserId');
    const task = (await this.#tasks.move(id, userId, toUserId)) ?? (await this.#tasks.find(id, toUserId));
    if (!task) throw TaskError.notFound();
    return task;
  }
}
