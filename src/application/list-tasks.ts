import { checkedUserId, type Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { Caller, YieldToEventLoop } from './page-tasks.js';
import { Semaphore } from './semaphore.js';
import type { TaskRepository } from './task.repository.js';

/** Number of tasks in the first read: most lists have no more. */
const FIRST_PART = 250;
/** Number of tasks in each further read: some milliseconds of work. */
const FURTHER_PART = 1_000;
/** Maximum number of concurrent first reads: with the longest names each takes a megabyte. */
const FIRST_PARTS_AT_A_TIME = 32;
/** Maximum number of longer lists read concurrently. Each is completely in memory until it is answered. */
const LONG_LISTS_AT_A_TIME = 4;
/** Maximum number of lists waiting for either. A waiting list holds no tasks. */
const MAX_WAITING = 256;
/**
 * Number of tasks after which the rest of a list is counted before reading: cheaper than reading a list that is too
 * long.
 */
const COUNTED_AFTER = 10_000;

interface ListTasksInput {
  readonly userId: string;
}

/**
 * Lists all tasks of a user, newest first, ties by id descending; none for an unknown user. A task that exists
 * throughout is listed once. Reading a long list yields to other work, and stops when the caller has disconnected.
 *
 * Reading starts when a slot is free. The first part of a long list that has to wait is dropped and read again.
 */
export class ListTasks {
  readonly #firstParts = new Semaphore(FIRST_PARTS_AT_A_TIME, MAX_WAITING);
  readonly #longLists = new Semaphore(LONG_LISTS_AT_A_TIME, MAX_WAITING);

  readonly #tasks: TaskRepository;
  readonly #maxTasks: number;
  readonly #yieldToEventLoop: YieldToEventLoop;
  readonly #maxNamesLength: number;

  /**
   * @param maxTasks A longer list is rejected before it is read completely.
   * @param maxNamesLength The same for the total length of its names, in UTF-16 units.
   */
  constructor(tasks: TaskRepository, maxTasks: number, yieldToEventLoop: YieldToEventLoop, maxNamesLength = Infinity) {
    this.#tasks = tasks;
    this.#maxTasks = maxTasks;
    this.#yieldToEventLoop = yieldToEventLoop;
    this.#maxNamesLength = maxNamesLength;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE, BUSY; the reason of the caller's signal once that is aborted. */
  async execute(input: ListTasksInput, caller: Caller): Promise<Task[]> {
    const userId = checkedUserId(input.userId);
    const first = await this.#firstParts.run(() => this.#tasks.pageByUser(userId, FIRST_PART), caller.peer);
    if (first.length < FIRST_PART) return first;
    const start = this.#longLists.hasSlot ? withoutDetails(first) : [];
    return this.#longLists.run(() => this.#readOn(userId, start, caller), caller.peer);
  }

  async #readOn(userId: string, tasks: Task[], { signal }: Caller): Promise<Task[]> {
    let namesLength = lengthOfNames(tasks);
    let isCounted = false;
    let part: Task[];
    do {
      await this.#yieldToEventLoop();
      signal.throwIfAborted();
      part = withoutDetails(await this.#tasks.pageByUser(userId, FURTHER_PART, tasks.at(-1)));
      this.#checkCount(tasks.length + part.length);
      namesLength += lengthOfNames(part);
      if (namesLength > this.#maxNamesLength) {
        const rule = `has tasks whose names have more than ${String(this.#maxNamesLength)} characters`;
        throw TaskError.invalid('userId', `${rule}: read them page by page`);
      }
      tasks.push(...part);
      if (!isCounted && tasks.length > COUNTED_AFTER) {
        isCounted = true;
        const { open, done } = await this.#tasks.count(userId);
        this.#checkCount(open + done);
      }
    } while (part.length === FURTHER_PART);
    return tasks;
  }

  #checkCount(count: number): void {
    if (count <= this.#maxTasks) return;
    throw TaskError.invalid('userId', `has more than ${String(this.#maxTasks)} tasks: read them page by page`);
  }
}

/** The notes of a long list would take many times its memory, and the caller knows no details. */
function withoutDetails(tasks: readonly Task[]): Task[] {
  return tasks.map((task) => task.withoutDetails());
}

function lengthOfNames(tasks: readonly Task[]): number {
  return tasks.reduce((length, { textLength }) => length + textLength, 0);
}
