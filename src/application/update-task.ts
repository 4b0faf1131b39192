import { checkedChanges, checkedTaskId, checkedUserId, type Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

/** Which task of whom to change, and how. */
export interface UpdateTaskInput {
  readonly taskId: string;
  readonly userId: string;
  /** Unset leaves the name; empty empties it. */
  readonly name?: string | undefined;
  /** Unset leaves it. */
  readonly done?: boolean | undefined;
}

/** Changes what is set of a user's task; nothing set changes nothing. */
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
