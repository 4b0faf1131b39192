import { checkedUserId, type Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { Caller } from './caller.js';
import type { NextTurn } from './next-turn.js';
import { Semaphore } from './semaphore.js';
import type { TaskRepository } from './task.repository.js';

/** Tasks that are read at first: most lists have no more. */
const FIRST_PART = 250;
/** Tasks that are read at once of a longer list, some milliseconds' work. */
const FURTHER_PART = 1_000;
/** Longer lists that are read side by side. Each is in memory as a whole until it is answered. */
const LONG_LISTS_AT_A_TIME = 4;

/** Whose tasks to list. */
export interface ListTasksInput {
  readonly userId: string;
}

/**
 * All tasks of a user, newest first, ties by id descending; none for an unknown user. A task that is there throughout is
 * in the list once. Reading a long list gives way to other work, and stops when nobody waits for it.
 */
export class ListTasks {
  readonly #longLists = new Semaphore(LONG_LISTS_AT_A_TIME);

  /** @param maxTasks A longer list is refused before it is read to its end. */
  constructor(
    private readonly tasks: TaskRepository,
    private readonly maxTasks: number,
    private readonly nextTurn: NextTurn,
  ) {}

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE; the reason of the caller's signal once that is aborted. */
  async execute(input: ListTasksInput, caller: Caller): Promise<Task[]> {
    const userId = checkedUserId(input.userId);
    const first = await this.tasks.pageByUser(userId, FIRST_PART);
    if (first.length < FIRST_PART) return first;
    return this.#longLists.run(() => this.#readOn(userId, first, caller));
  }

  async #readOn(userId: string, tasks: Task[], { signal }: Caller): Promise<Task[]> {
    let part: Task[];
    do {
      await this.nextTurn();
      signal.throwIfAborted();
      part = await this.tasks.pageByUser(userId, FURTHER_PART, tasks.at(-1));
      if (tasks.length + part.length > this.maxTasks) {
        throw TaskError.invalid('userId', `has more than ${String(this.maxTasks)} tasks: read them page by page`);
      }
      tasks.push(...part);
    } while (part.length === FURTHER_PART);
    return tasks;
  }
}
