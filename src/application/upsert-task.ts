import { checkedChanges, checkedTaskId, checkedUserId, Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { Clock } from './clock.js';
import type { TaskIdGenerator } from './task-id-generator.js';
import type { TaskRepository } from './task.repository.js';

interface UpsertTaskInput {
  /** Unset: a new task. */
  readonly id?: string | undefined;
  readonly userId: string;
  /** Unset or empty leaves the name of an existing task unchanged. */
  readonly name?: string | undefined;
  readonly done?: boolean | undefined;
}

/** Adds a task without id, or changes the user's task with that id; never adds an unknown id. */
export class UpsertTask {
  constructor(
    private readonly tasks: TaskRepository,
    private readonly now: Clock,
    private readonly nextId: TaskIdGenerator,
  ) {}

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute(input: UpsertTaskInput): Promise<Task> {
    return input.id === undefined ? this.#add(input) : this.#change(input.id, input);
  }

  async #add({ userId, name, done }: UpsertTaskInput): Promise<Task> {
    const task = Task.create({ id: this.nextId(), userId, name, done, createdOn: this.now() });
    await this.tasks.add(task);
    return task;
  }

  async #change(taskId: string, input: UpsertTaskInput): Promise<Task> {
    const id = checkedTaskId(taskId, 'id');
    const userId = checkedUserId(input.userId);
    // Clients send the contract's default `""` for an unset name: it must not overwrite the stored one.
    const name = input.name === '' ? undefined : input.name;
    const task = await this.tasks.update(id, userId, checkedChanges({ name, done: input.done }));
    if (!task) throw TaskError.notFound();
    return task;
  }
}
