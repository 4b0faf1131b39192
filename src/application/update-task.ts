import { checkedChanges, checkedTaskId, checkedUserId, type Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

interface UpdateTaskInput {
  readonly taskId: string;
  readonly userId: string;
  /** Unset leaves the name unchanged; empty sets an empty one. */
  readonly name?: string | undefined;
  /** Unset leaves it unchanged. */
  readonly done?: boolean | undefined;
}

/** Changes the set fields of a user's task; without any, nothing changes. */
export class UpdateTask {
  constructor(private readonly tasks: TaskRepository) {}

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute(input: UpdateTaskInput): Promise<Task> {
    const id = checkedTaskId(input.taskId, 'taskId');
    const userId = checkedUserId(input.userId);
    const changes = checkedChanges({ name: input.name, done: input.done });
    const task = await this.tasks.update(id, userId, changes);
    if (!task) throw TaskError.notFound();
    return task;
  }
}
