import {
  checkedChanges,
  checkedTaskId,
  checkedUserId,
  Task,
  type TaskChanges,
  type Clock,
  type TaskIdGenerator,
} from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

interface UpsertTaskInput extends TaskChanges {
  /** Unset: a new task. */
  readonly id?: string | undefined;
  readonly userId: string;
}

/** Adds a task without id, or changes the user's task with that id; never adds an unknown id. */
export class UpsertTask {
  readonly #tasks: TaskRepository;
  readonly #now: Clock;
  readonly #nextId: TaskIdGenerator;

  constructor(tasks: TaskRepository, now: Clock, nextId: TaskIdGenerator) {
    this.#tasks = tasks;
    this.#now = now;
    this.#nextId = nextId;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute(input: UpsertTaskInput): Promise<Task> {
    return input.id === undefined ? this.#add(input) : this.#change(input.id, input);
  }

  async #add(input: UpsertTaskInput): Promise<Task> {
    const task = Task.create({ ...input, id: this.#nextId(), createdOn: this.#now() });
    await this.#tasks.add(task);
    return task;
  }

  async #change(taskId: string, { id: _, userId, ...changes }: UpsertTaskInput): Promise<Task> {
    const id = checkedTaskId(taskId, 'id');
    // Clients send the contract's default `""` for an unset name: it must not overwrite the stored one.
    const name = changes.name === '' ? undefined : changes.name;
    const task = await this.#tasks.update(id, checkedUserId(userId), checkedChanges({ ...changes, name }));
    if (!task) throw TaskError.notFound();
    return task;
  }
}
