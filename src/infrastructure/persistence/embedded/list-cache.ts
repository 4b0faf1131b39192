import type { TaskPosition } from '../../../application/task.repository.js';
import type { Task } from '../../../domain/task.js';
import { countLeading, isOlder } from '../task-order.js';

/** Size of the cache in characters of tasks, about two bytes of memory each. */
const DEFAULT_MAX_SIZE = 8_000_000;
/** Maximum part of the cache for one list: a long one must not replace those of all other users. */
const MAX_LIST_SHARE = 1 / 4;
/** Cost of a task besides its texts. */
const TASK_SIZE = 100;

/** The newest tasks of a user, as far as they were read. */
interface CachedList {
  readonly tasks: Task[];
  /** Whether these are all of the user's tasks. */
  isComplete: boolean;
  size: number;
}

/** A page to read: the newest tasks, or those after a position. */
export interface ListPage {
  readonly userId: string;
  readonly limit: number;
  readonly after: TaskPosition | undefined;
}

/**
 * Caches the newest tasks of recently read users; further pages extend a cached list. Correct for a store that only this
 * process changes: every writer calls `forget` after its change is stored and before it is acknowledged.
 */
export class ListCache {
  readonly #maxSize: number;
  /** Least recently used first. */
  readonly #lists = new Map<string, CachedList>();
  readonly #pending = new Map<string, Set<ListPage>>();
  #size = 0;

  constructor(maxSize = DEFAULT_MAX_SIZE) {
    this.#maxSize = maxSize;
  }

  /** Returns the page; undefined when it has to be read. */
  find({ userId, limit, after }: ListPage): Task[] | undefined {
    const list = this.#lists.get(userId);
    if (!list) return undefined;
    const start = after ? countLeading(list.tasks, (task) => !isOlder(task, after)) : 0;
    const page = list.tasks.slice(start, start + limit);
    if (page.length < limit && !list.isComplete) return undefined;
    this.#lists.delete(userId);
    this.#lists.set(userId, list);
    return page;
  }

  /** Call before reading a page; its result is kept unless the user's tasks change meanwhile. */
  begin(page: ListPage): void {
    const pages = this.#pending.get(page.userId) ?? new Set();
    this.#pending.set(page.userId, pages.add(page));
  }

  /** Call with the result, or with nothing when reading failed. */
  end(page: ListPage, tasks?: readonly Task[]): void {
    const pages = this.#pending.get(page.userId);
    // A change has invalidated this read.
    if (!pages?.delete(page)) return;
    if (pages.size === 0) this.#pending.delete(page.userId);
    if (tasks) this.#keep(page, tasks);
  }

  /** Call when tasks may have changed that no caller of `forget` knows of. */
  clear(): void {
    this.#pending.clear();
    this.#lists.clear();
    this.#size = 0;
  }

  /** Call after the user's tasks changed. */
  forget(userId: string): void {
    this.#pending.delete(userId);
    this.#drop(userId);
  }

  #keep({ userId, limit, after }: ListPage, read: readonly Task[]): void {
    const list = this.#lists.get(userId) ?? { tasks: [], isComplete: false, size: TASK_SIZE };
    const start = after ? countLeading(list.tasks, (task) => !isOlder(task, after)) : 0;
    // A page that leaves a gap is not kept, nor one that was read beside a longer one.
    if (after && !isAt(list.tasks[start - 1], after)) return;
    if (start + read.length < list.tasks.length) return;
    this.#drop(userId);
    const replaced = list.tasks.splice(start, Infinity, ...read);
    list.isComplete = read.length < limit;
    list.size += sizeOf(read) - sizeOf(replaced);
    if (list.size > this.#maxSize * MAX_LIST_SHARE) return;
    this.#lists.set(userId, list);
    this.#size += list.size;
    for (const oldest of this.#lists.keys()) {
      if (this.#size <= this.#maxSize) return;
      this.#drop(oldest);
    }
  }

  #drop(userId: string): void {
    const list = this.#lists.get(userId);
    if (!list) return;
    this.#lists.delete(userId);
    this.#size -= list.size;
  }
}

function isAt(task: Task | undefined, position: TaskPosition): boolean {
  return task !== undefined && !isOlder(task, position) && !isOlder(position, task);
}

function sizeOf(tasks: readonly Task[]): number {
  return tasks.reduce((size, { name }) => size + name.length + TASK_SIZE, 0);
}
