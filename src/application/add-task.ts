import { Task, type Clock, type TaskIdGenerator } from '../domain/task.js';
import type { TaskRepository } from './task.repository.js';

interface AddTaskInput {
  readonly userId: string;
  /** Unset means empty. */
  readonly name?: string | undefined;
}

/** Adds a task, not done, created now. */
export class AddTask {
  readonly #tasks: TaskRepository;
  readonly #now: Clock;
  readonly #nextId: TaskIdGenerator;

  constructor(tasks: TaskRepository, now: Clock, nextId: TaskIdGenerator) {
    this.#tasks = tasks;
    this.#now = now;
    this.#nextId = nextId;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE */
  async execute(input: AddTaskInput): Promise<Task> {
    const task = Task.create({ id: this.#nextId(), userId: input.userId, name: input.name, createdOn: this.#now() });
    await this.#tasks.add(task);
    return task;
  }
}
