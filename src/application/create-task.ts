import { checkedTaskId, Task, type Clock } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

/** A new task with an id chosen by the caller. */
interface CreateTaskInput {
  readonly taskId: string;
  readonly userId: string;
  /** Unset means empty. */
  readonly name?: string | undefined;
}

/** Adds a task, not done, created now, under the caller's id. Repeating the call returns the stored task, unchanged. */
export class CreateTask {
  readonly #tasks: TaskRepository;
  readonly #now: Clock;

  constructor(tasks: TaskRepository, now: Clock) {
    this.#tasks = tasks;
    this.#now = now;
  }

  /** @throws TaskError INVALID_INPUT, ID_TAKEN, STORE_UNAVAILABLE */
  async execute({ taskId, userId, name }: CreateTaskInput): Promise<Task> {
    const id = checkedTaskId(taskId, 'taskId');
    const stored = await this.#tasks.create(Task.create({ id, userId, name, createdOn: this.#now() }));
    if (!stored) throw TaskError.idTaken();
    return stored;
  }
}
