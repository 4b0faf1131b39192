import { signal, type ReadonlySignal } from '@preact/signals-core';
import type { Confirmed } from './tabs.js';
import { compareTasks, isSameTask, matches, type Task, type TaskCounts, type TaskQuery } from './task.js';

/** The confirmed state: every task seen, the loaded part of the list, and the counts. */
export class TaskCache {
  /** The map is changed in place and wrapped in a new object: copying it for each change would cost too much. */
  readonly #known = signal({ tasks: new Map<string, Task>() });
  /** Time of each task's last change, to recognize answers that are older. */
  readonly #versions = new Map<string, number>();
  #clock = 0;
  readonly #query = signal<TaskQuery>({ filter: 'all', text: '' });
  readonly #loaded = signal<readonly Task[]>([]);
  readonly #nextCursor = signal<string | null>(null);
  readonly #counts = signal<TaskCounts | undefined>(undefined);

  /** Loaded tasks of the current list, in order. */
  get loaded(): ReadonlySignal<readonly Task[]> {
    return this.#loaded;
  }

  get query(): ReadonlySignal<TaskQuery> {
    return this.#query;
  }

  /** Start of the next page; null when everything is loaded. */
  get nextCursor(): ReadonlySignal<string | null> {
    return this.#nextCursor;
  }

  /** Undefined until the first answer. */
  get counts(): ReadonlySignal<TaskCounts | undefined> {
    return this.#counts;
  }

  /** Returns the task as last confirmed. */
  readonly find = (id: string): Task | undefined => this.#known.value.tasks.get(id);

  /** Returns the current logical time: take it before a request. */
  now(): number {
    return this.#clock;
  }

  /** Whether the task changed after that time. */
  changedSince(id: string, moment: number): boolean {
    return (this.#versions.get(id) ?? 0) > moment;
  }

  /** Switches to another list, starting with known tasks. */
  setQuery(query: TaskQuery): void {
    this.#query.value = query;
    this.#nextCursor.value = null;
    this.#loaded.value = [...this.#known.value.tasks.values()]
      .filter((task) => matches(task, query))
      .sort(compareTasks);
  }

  /**
   * Adds pages of the list.
   *
   * @param asked Time of their request; later changes are kept.
   */
  setPage(page: readonly Task[], nextCursor: string | null, asked: number, place: 'replace' | 'append'): void {
    const isNewer = (task: Task): boolean => this.changedSince(task.id, asked);
    const tasks = page
      .map((task) => {
        const known = this.find(task.id);
        // An unchanged task stays the same object, so that its row is not rendered again.
        return isNewer(task) || isSameTask(task, known) ? known : task;
      })
      .filter((task) => task !== undefined);
    this.#change((known) => {
      for (const task of tasks) known.set(task.id, task);
    });
    if (place === 'replace') {
      const there = new Set(tasks.map((task) => task.id));
      const added = this.#loaded.value.filter((task) => isNewer(task) && !there.has(task.id));
      this.#loaded.value = added.length > 0 ? [...added, ...tasks].sort(compareTasks) : tasks;
    } else if (tasks.length > 0) {
      const there = new Set(this.#loaded.value.map((task) => task.id));
      this.#loaded.value = [...this.#loaded.value, ...tasks.filter((task) => !there.has(task.id))];
    }
    this.#nextCursor.value = nextCursor;
  }

  setCounts(counts: TaskCounts): void {
    if (counts.open !== this.#counts.value?.open || counts.done !== this.#counts.value.done)
      this.#counts.value = counts;
  }

  /** Applies a change that the server confirmed. */
  apply({ task, removed, clearedDone }: Confirmed): void {
    if (task) this.put(task);
    if (removed !== undefined) this.remove(removed);
    if (clearedDone) this.removeDone();
  }

  /** Stores one confirmed task, and inserts it into the list when it belongs there. */
  put(task: Task): void {
    this.#touch(task.id);
    const before = this.find(task.id);
    this.#change((known) => known.set(task.id, task));
    const list = this.#loaded.value;
    const place = before === undefined ? -1 : list.indexOf(before);
    if (place >= 0 && before?.createdOn === task.createdOn) {
      this.#loaded.value = list.with(place, task);
      return;
    }
    const rest = list.filter((other) => other.id !== task.id);
    const index = insertionIndex(rest, task);
    const beyondLoaded = index === rest.length && this.#nextCursor.value !== null;
    if (matches(task, this.#query.value) && !beyondLoaded) this.#loaded.value = rest.toSpliced(index, 0, task);
    else if (place >= 0) this.#loaded.value = rest;
  }

  remove(id: string): void {
    this.#touch(id);
    if (this.find(id) === undefined) return;
    this.#change((known) => known.delete(id));
    this.#loaded.value = this.#loaded.value.filter((task) => task.id !== id);
  }

  removeDone(): void {
    this.#change((known) => {
      for (const task of known.values()) {
        if (!task.done) continue;
        this.#touch(task.id);
        known.delete(task.id);
      }
    });
    this.#loaded.value = this.#loaded.value.filter((task) => !task.done);
  }

  #change(change: (known: Map<string, Task>) => void): void {
    const { tasks } = this.#known.peek();
    change(tasks);
    this.#known.value = { tasks };
  }

  #touch(id: string): void {
    this.#versions.set(id, ++this.#clock);
  }
}

function insertionIndex(sorted: readonly Task[], task: Task): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = sorted[middle];
    if (other !== undefined && compareTasks(other, task) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
