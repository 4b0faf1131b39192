import { checkedUserId, type Task } from '../domain/task.js';
import type { TaskRepository } from './task.repository.js';

/** Whose tasks to list. */
export interface ListTasksInput {
  readonly userId: string;
}

/** All tasks of a user, newest first, ties by id descending; none for an unknown user. */
export class ListTasks {
  constructor(private readonly tasks: TaskRepository) {}

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE */
  async execute(input: ListTasksInput): Promise<Task[]> {
    return this.tasks.listByUser(checkedUserId(input.userId));
  }
}
