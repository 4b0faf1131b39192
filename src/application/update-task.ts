import { checkedChanges, checkedTaskId, checkedUserId, type Task, type TaskChanges } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

interface UpdateTaskInput extends TaskChanges {
  readonly taskId: string;
  readonly userId: string;
}

/** Changes the set fields of a user's task; without any, nothing changes. */
export class UpdateTask {
  readonly #tasks: TaskRepository;

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute(input: UpdateTaskInput): Promise<Task> {
    const id = checkedTaskId(input.taskId, 'taskId');
    const userId = checkedUserId(input.userId);
    const changes = checkedChanges({ name: input.name, done: input.done });
    const task = await this.#tasks.update(id, userId, changes);
    if (!task) throw TaskError.notFound();
    return task;
  }
}
