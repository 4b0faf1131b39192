import { checkedUserId, type Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import { decodeCursor, encodeCursor } from './page-cursor.js';
import { Semaphore } from './semaphore.js';
import type { TaskPosition, TaskRepository } from './task.repository.js';

/** The caller of a long read. */
export interface Caller {
  /** Aborted when the result is no longer needed. */
  readonly signal: AbortSignal;
  /** Connection of the caller; connections are served round-robin. */
  readonly peer?: object;
}

/** Resolves in a later event-loop iteration, after pending I/O. */
export type YieldToEventLoop = () => Promise<void>;

/** Maximum number of tasks on a page; the minimum is 1. */
export const PAGE_MAX_TASKS = 1_000;
/** Number of tasks up to which a page is read at once: with the longest names, a megabyte. */
const SHORT_PAGE_TASKS = 100;
/** Maximum number of longer pages read concurrently. */
const LONG_PAGES_AT_A_TIME = 2;

export interface PageTasksInput {
  readonly userId: string;
  /** Maximum number of tasks to return, 1 to `PAGE_MAX_TASKS`. */
  readonly limit: number;
  /** `next` of the previous page. Unset or empty (generated Go clients can't leave it unset): from the newest task. */
  readonly after?: string | undefined;
}

export interface TaskPage {
  readonly tasks: Task[];
  /** The cursor of the next page; unset on the last one. */
  readonly next?: string;
}

/**
 * Lists a user's tasks page by page, in the order of `ListTasks`; tasks added meanwhile neither repeat nor hide others.
 */
export class PageTasks {
  readonly #pages: PageReader;

  constructor(pages: PageReader) {
    this.#pages = pages;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE; the reason of the caller's signal once that is aborted. */
  async execute(input: PageTasksInput, caller: Caller): Promise<TaskPage> {
    const userId = checkedUserId(input.userId);
    const limit = checkedPageLimit(input.limit, 'limit');
    const after = input.after ? decodeCursor(input.after, 'after') : undefined;
    return this.#pages.read({ userId, limit, after }, caller);
  }
}

interface PageRange {
  readonly userId: string;
  readonly limit: number;
  readonly after: TaskPosition | undefined;
  readonly done?: boolean | undefined;
}

/**
 * Reads pages. Long ones run round-robin by caller: with the longest names, one takes a tenth of a second to read
 * and to send, and tens of megabytes meanwhile. A page whose caller has disconnected is not read.
 */
export class PageReader {
  readonly #tasks: TaskRepository;
  readonly #longPages = new Semaphore(LONG_PAGES_AT_A_TIME);

  constructor(tasks: TaskRepository) {
    this.#tasks = tasks;
  }

  /** @throws TaskError STORE_UNAVAILABLE; the reason of the caller's signal once that is aborted. */
  read(range: PageRange, caller: Caller): Promise<TaskPage> {
    if (range.limit <= SHORT_PAGE_TASKS) return this.#read(range);
    return this.#longPages.run(() => {
      caller.signal.throwIfAborted();
      return this.#read(range);
    }, caller.peer);
  }

  async #read({ userId, limit, after, done }: PageRange): Promise<TaskPage> {
    // One more than the limit shows whether there is a next page.
    return pageOf(await this.#tasks.pageByUser(userId, limit + 1, after, done), limit);
  }
}

/** Makes a page of `limit` tasks from those read: one more than `limit` if there is a next page. */
function pageOf(tasks: Task[], limit: number): TaskPage {
  if (tasks.length <= limit) return { tasks };
  tasks.length = limit;
  const last = tasks.at(-1);
  return last ? { tasks, next: encodeCursor(last) } : { tasks };
}

/**
 * Checks the maximum number of tasks on a page.
 *
 * @param field The caller's name of it.
 * @throws TaskError INVALID_INPUT
 */
export function checkedPageLimit(limit: number, field: string): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_MAX_TASKS) return limit;
  throw TaskError.invalid(field, `must be 1 to ${String(PAGE_MAX_TASKS)}`);
}
