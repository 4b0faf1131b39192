import { Task, type Clock, type TaskIdGenerator } from '../domain/task.js';
import type { TaskEditor } from './task-editor.js';
import type { TaskRepository } from './task.repository.js';

interface UpsertTaskInput {
  /** Unset: a new task. */
  readonly id?: string | undefined;
  readonly userId: string;
  readonly name?: string | undefined;
  readonly done?: boolean | undefined;
}

/** Adds a task without id, or changes the user's task with that id; never adds an unknown id. */
export class UpsertTask {
  readonly #tasks: TaskRepository;
  readonly #editor: TaskEditor;
  readonly #now: Clock;
  readonly #nextId: TaskIdGenerator;

  constructor(tasks: TaskRepository, editor: TaskEditor, now: Clock, nextId: TaskIdGenerator) {
    this.#tasks = tasks;
    this.#editor = editor;
    this.#now = now;
    this.#nextId = nextId;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute(input: UpsertTaskInput): Promise<Task> {
    return input.id === undefined ? this.#add(input) : this.#change(input.id, input);
  }

  async #add({ userId, name, done }: UpsertTaskInput): Promise<Task> {
    const task = Task.create({ userId, name, done, id: this.#nextId(), createdOn: this.#now() });
    await this.#tasks.add(task);
    return task;
  }

  async #change(taskId: string, { userId, name, done }: UpsertTaskInput): Promise<Task> {
    const { task } = await this.#editor.apply({
      taskId,
      idField: 'id',
      userId,
      // Clients send the contract's default `""` for an unset name: it must not overwrite the stored one.
      edit: { name: name === '' ? undefined : name, done },
      removesSuccessor: false,
    });
    return task;
  }
}
