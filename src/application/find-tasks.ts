import { PAGE_TEXT_LENGTH } from '@tasks/idl';
import { checkedSearchText, checkedUserId, searchForm, type Task } from '../domain/task.js';
import { decodeCursor, encodeCursor } from './page-cursor.js';
import {
  checkedPageLimit,
  listOf,
  type PageReader,
  type PageTasksInput,
  type TaskPage,
  type Caller,
  type YieldToEventLoop,
} from './page-tasks.js';
import { Semaphore } from './semaphore.js';
import type { TaskPosition, TaskRepository } from './task.repository.js';

/** Number of tasks that a search reads at once. */
const PART_TASKS = 250;
/** Maximum number of tasks read in one call, and of UTF-16 units of their names; the next page continues from there. */
const SEARCHED_TASKS = 1_000;
const SEARCHED_LENGTH = 256_000;
/** Length of names that is compared in one event-loop iteration: 1 ms for the most expensive ones. */
const SLICE_LENGTH = 4_096;
/** Maximum number of concurrent searches with a part of a list in memory. */
const PARTS_AT_A_TIME = 16;

/** Filter of tasks; an unset field or an empty text matches every task. */
export interface TaskFilter {
  readonly done?: boolean | undefined;
  /** Words that the name contains, in any order, ignoring case, diacritics and compatibility forms. */
  readonly text?: string | undefined;
}

/** One page of a user's matching tasks. */
export interface FindTasksInput extends PageTasksInput {
  readonly filter?: TaskFilter | undefined;
}

/**
 * Finds a user's matching tasks, page by page, in the order of `ListTasks`. A search for a text ends its page after a
 * bounded part of the list, so a page can be short or empty without being the last one.
 */
export class FindTasks {
  readonly #tasks: TaskRepository;
  readonly #pages: PageReader;
  readonly #yieldToEventLoop: YieldToEventLoop;
  readonly #parts = new Semaphore(PARTS_AT_A_TIME);
  /** One at a time: several would add up to a long event-loop iteration. */
  readonly #comparing = new Semaphore(1);

  constructor(tasks: TaskRepository, pages: PageReader, yieldToEventLoop: YieldToEventLoop) {
    this.#tasks = tasks;
    this.#pages = pages;
    this.#yieldToEventLoop = yieldToEventLoop;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE; the reason of the caller's signal once that is aborted. */
  async execute(input: FindTasksInput, caller: Caller): Promise<TaskPage> {
    const userId = checkedUserId(input.userId);
    const { done, text = '' } = input.filter ?? {};
    const words = wordsOf(checkedSearchText(text, 'filter.text'));
    const limit = checkedPageLimit(input.limit, 'limit');
    const after = input.after ? decodeCursor(input.after, 'after') : undefined;
    if (words.length === 0) return this.#pages.read(listOf(this.#tasks, userId, after, done), limit, caller);
    return this.#search({ userId, done, page: new SearchPage(words, limit, after), caller });
  }

  async #search(search: Search): Promise<TaskPage> {
    const { page, caller } = search;
    while (!page.isComplete) {
      await this.#parts.run(async () => {
        caller.signal.throwIfAborted();
        await this.#searchPart(search);
      });
    }
    return page.result();
  }

  async #searchPart({ userId, done, page, caller }: Search): Promise<void> {
    const part = await this.#tasks.pageByUser(userId, PART_TASKS, page.position, done);
    await this.#comparing.run(async () => {
      for (let start = 0; start < part.length && !page.isComplete;) {
        caller.signal.throwIfAborted();
        start = page.take(part, start);
        await this.#yieldToEventLoop();
      }
    });
    if (part.length < PART_TASKS) page.endOfList();
  }
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}

interface Search {
  readonly userId: string;
  readonly done: boolean | undefined;
  readonly page: SearchPage;
  readonly caller: Caller;
}

/** A page being filled. */
class SearchPage {
  readonly #words: readonly string[];
  readonly #limit: number;
  readonly #found: Task[] = [];
  #foundLength = 0;
  #position: TaskPosition | undefined;
  #searchedTasks = 0;
  #searchedLength = 0;
  #state: 'filling' | 'more follows' | 'last' = 'filling';

  constructor(words: readonly string[], limit: number, after: TaskPosition | undefined) {
    this.#words = words;
    this.#limit = limit;
    this.#position = after;
  }

  /** The last task compared. */
  get position(): TaskPosition | undefined {
    return this.#position;
  }

  get isComplete(): boolean {
    return this.#state !== 'filling';
  }

  /** Compares one slice of the part, and returns where the next one starts. */
  take(part: readonly Task[], start: number): number {
    let index = start;
    for (let length = 0; index < part.length && this.#state === 'filling'; index++) {
      const task = part[index] as Task;
      length += task.name.length;
      if (length > SLICE_LENGTH && index > start) break;
      this.#look(task);
    }
    return index;
  }

  /** No more tasks. */
  endOfList(): void {
    if (this.#state === 'filling') this.#state = 'last';
  }

  result(): TaskPage {
    if (this.#state === 'last' || !this.#position) return { tasks: this.#found };
    return { tasks: this.#found, next: encodeCursor(this.#position) };
  }

  #look(task: Task): void {
    if (this.#matches(task)) {
      this.#foundLength += task.textLength;
      // The first match after the page proves that there is a next page.
      if (this.#found.length === this.#limit || (this.#found.length > 0 && this.#foundLength > PAGE_TEXT_LENGTH)) {
        this.#state = 'more follows';
        return;
      }
      this.#found.push(task);
    }
    this.#position = task;
    this.#searchedTasks++;
    this.#searchedLength += task.name.length;
    if (this.#searchedTasks >= SEARCHED_TASKS || this.#searchedLength >= SEARCHED_LENGTH) this.#state = 'more follows';
  }

  #matches({ name }: Task): boolean {
    const form = searchForm(name);
    return this.#words.every((word) => form.includes(word));
  }
}
