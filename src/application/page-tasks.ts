import { PAGE_MAX_TASKS, PAGE_TEXT_LENGTH } from '@tasks/idl';
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

/** Number of tasks up to which a page is read at once: with the longest texts, a megabyte. */
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
  readonly #tasks: TaskRepository;
  readonly #pages: PageReader;

  constructor(tasks: TaskRepository, pages: PageReader) {
    this.#tasks = tasks;
    this.#pages = pages;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE; the reason of the caller's signal once that is aborted. */
  async execute(input: PageTasksInput, caller: Caller): Promise<TaskPage> {
    const userId = checkedUserId(input.userId);
    const limit = checkedPageLimit(input.limit, 'limit');
    const after = input.after ? decodeCursor(input.after, 'after') : undefined;
    return this.#pages.read(listOf(this.#tasks, userId, after), limit, caller);
  }
}

/** A list to read a page of. */
export interface PagedList {
  /** Returns up to `limit` tasks after that one; undefined: from where the page starts. */
  readonly read: (limit: number, last: Task | undefined) => Promise<Task[]>;
  readonly cursorOf: (task: Task) => string;
}

/** Returns a user's list from a position on. */
export function listOf(tasks: TaskRepository, userId: string, after?: TaskPosition, done?: boolean): PagedList {
  return { read: (limit, last) => tasks.pageByUser(userId, limit, last ?? after, done), cursorOf: encodeCursor };
}

/**
 * Reads pages. Long ones run round-robin by caller: with the longest texts, one takes tens of milliseconds to read and to
 * send, and megabytes meanwhile. A page whose caller has disconnected is not read.
 */
export class PageReader {
  readonly #longPages = new Semaphore(LONG_PAGES_AT_A_TIME);

  /** @throws TaskError STORE_UNAVAILABLE; the reason of the caller's signal once that is aborted. */
  read(list: PagedList, limit: number, caller: Caller): Promise<TaskPage> {
    if (limit <= SHORT_PAGE_TASKS) return readPage(list, limit);
    return this.#longPages.run(() => {
      caller.signal.throwIfAborted();
      return readPage(list, limit);
    }, caller.peer);
  }
}

/** Reads the first tasks, then as many as their texts leave room for: notes make a thousand tasks large. */
async function readPage({ read, cursorOf }: PagedList, limit: number): Promise<TaskPage> {
  const tasks: Task[] = [];
  let length = 0;
  // One more than the limit shows whether there is a next page.
  for (let size = SHORT_PAGE_TASKS + 1; ;) {
    const wanted = Math.min(size, limit + 1 - tasks.length);
    const part = await read(wanted, tasks.at(-1));
    for (const task of part) {
      length += task.textLength;
      const last = tasks.at(-1);
      if (last && (tasks.length === limit || length > PAGE_TEXT_LENGTH)) return { tasks, next: cursorOf(last) };
      tasks.push(task);
    }
    if (part.length < wanted) return { tasks };
    size = 1 + Math.floor((PAGE_TEXT_LENGTH - length) / Math.max(1, length / tasks.length));
  }
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
