import { checkedUserId, type Task } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import { decodeCursor, encodeCursor } from './page-cursor.js';
import type { TaskRepository } from './task.repository.js';

/** Maximum number of tasks on a page; the minimum is 1. */
export const PAGE_MAX_TASKS = 1_000;

/** The page to read, and its user. */
export interface PageTasksInput {
  readonly userId: string;
  /** Maximum number of tasks to return, 1 to `PAGE_MAX_TASKS`. */
  readonly limit: number;
  /** `next` of the previous page. Unset or empty (generated Go clients can't leave it unset): from the newest task. */
  readonly after?: string | undefined;
}

/** One page of a user's tasks. */
export interface TaskPage {
  readonly tasks: Task[];
  /** The cursor of the next page; unset on the last one. */
  readonly next?: string;
}

/**
 * Lists a user's tasks page by page, in the order of `ListTasks`; tasks added meanwhile neither repeat nor hide others.
 */
export class PageTasks {
  constructor(private readonly tasks: TaskRepository) {}

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE */
  async execute(input: PageTasksInput): Promise<TaskPage> {
    const userId = checkedUserId(input.userId);
    const limit = checkedPageLimit(input.limit, 'limit');
    const after = input.after ? decodeCursor(input.after, 'after') : undefined;
    // One more than the limit shows whether there is a next page.
    return pageOf(await this.tasks.pageByUser(userId, limit + 1, after), limit);
  }
}

/** Makes a page of `limit` tasks from those read: one more than `limit` if there is a next page. */
export function pageOf(tasks: Task[], limit: number): TaskPage {
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
