import { Task } from '../domain/task.js';
import type { Clock } from './clock.js';
import type { TaskIdGenerator } from './task-id-generator.js';
import type { TaskRepository } from './task.repository.js';

interface AddTaskInput {
  readonly userId: string;
  /** Unset means empty. */
  readonly name?: string | undefined;
}

/** Adds a task, not done, created now. */
export class AddTask {
  constructor(
    private readonly tasks: TaskRepository,
    private readonly now: Clock,
    private readonly nextId: TaskIdGenerator,
  ) {}

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE */
  async execute(input: AddTaskInput): Promise<Task> {
    const task = Task.create({ id: this.nextId(), userId: input.userId, name: input.name, createdOn: this.now() });
    await this.tasks.add(task);
    return task;
  }
}
