import { signal, type ReadonlySignal } from '@preact/signals-core';
import type { Confirmed } from './tabs.js';
import { foldedName, isSameTask, keyOf, type Task } from './task.js';

/** Number of tasks up to which each is inserted at its place; more are sorted together. */
export const FEW = 50;

/** Number of tasks that are looked through at once. */
const SLICE = 1_250;

/** Which confirmed tasks are kept in order. */
interface Shown {
  readonly matches: (task: Task) => boolean;
  readonly compare: (a: Task, b: Task) => number;
}

/** Confirmed tasks in order. The array is changed in place and wrapped anew: copying it for each change would cost too much. */
class SortedTasks {
  readonly #state = signal<{ readonly tasks: Task[] }>({ tasks: [] });
  #shown: Shown = { matches: () => false, compare: () => 0 };

  get tasks(): ReadonlySignal<{ readonly tasks: readonly Task[] }> {
    return this.#state;
  }

  show(shown: Shown, known: Iterable<Task>): void {
    this.#shown = shown;
    const { matches, compare } = shown;
    const tasks: Task[] = [];
    for (const task of known) if (matches(task)) tasks.push(task);
    this.#state.value = { tasks: tasks.sort(compare) };
  }

  /** Sorts anew, after many changes. */
  refresh(known: Iterable<Task>): void {
    this.show(this.#shown, known);
  }

  /** Puts `now` in the place of `before`, each only if it belongs here. */
  replace(before: Task | undefined, now: Task | undefined): void {
    const { tasks } = this.#state.peek();
    const { matches } = this.#shown;
    const [leaves, enters] = [before && matches(before), now && matches(now)];
    if (!leaves && !enters) return;
    const { compare } = this.#shown;
    if (leaves && before) tasks.splice(placeIn(tasks, before, compare), 1);
    if (enters && now) tasks.splice(placeIn(tasks, now, compare), 0, now);
    this.#state.value = { tasks };
  }
}

/** Returns the place of a task among sorted ones, or where it would be. */
export function placeIn(tasks: readonly Task[], task: Task, compare: (a: Task, b: Task) => number): number {
  let low = 0;
  let high = tasks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = tasks[middle];
    if (other !== undefined && compare(other, task) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Merges two sorted lists. */
export function merge<T>(tasks: readonly T[], others: readonly T[], compare: (a: T, b: T) => number): T[] {
  const merged: T[] = [];
  let at = 0;
  for (const task of tasks) {
    for (let other = others[at]; other !== undefined && compare(other, task) < 0; other = others[++at])
      merged.push(other);
    merged.push(task);
  }
  return [...merged, ...others.slice(at)];
}

/** The confirmed state: every task seen, and those that the list shows, in order. */
export class TaskCache {
  readonly #tasks = new Map<string, Task>();
  /** Those with a date: few of thousands, and counted after each change. */
  readonly #dated = new Map<string, Task>();
  /** Time of each task's last change, to recognize answers that are older. */
  readonly #versions = new Map<string, number>();
  #clock = 0;
  readonly #open = new SortedTasks();
  readonly #done = new SortedTasks();
  readonly #changed = signal(0);

  /** Open tasks of the current selection, in order. */
  get open(): ReadonlySignal<{ readonly tasks: readonly Task[] }> {
    return this.#open.tasks;
  }

  /** Done tasks of the current selection that were read, in order. */
  get done(): ReadonlySignal<{ readonly tasks: readonly Task[] }> {
    return this.#done.tasks;
  }

  /** Changes whenever a task does. */
  get changed(): ReadonlySignal<number> {
    return this.#changed;
  }

  /** Every task seen. */
  get all(): Iterable<Task> {
    return this.#tasks.values();
  }

  /** Every task seen that has a date. */
  get dated(): Iterable<Task> {
    return this.#dated.values();
  }

  /** Returns the task as last confirmed. */
  readonly find = (id: string): Task | undefined => {
    // Whoever asks depends on later changes too.
    return this.#changed.value >= 0 ? this.#tasks.get(id) : undefined;
  };

  /** Returns the current logical time: take it before a request. */
  now(): number {
    return this.#clock;
  }

  /** Whether the task changed after that time. */
  changedSince(id: string, moment: number): boolean {
    return (this.#versions.get(id) ?? 0) > moment;
  }

  /** Whether it takes long to look through all. */
  get isLarge(): boolean {
    return this.#tasks.size > SLICE;
  }

  /**
   * Returns the known tasks that match; undefined if any changed meanwhile, or the search was ended.
   *
   * @param pause Lets keys and clicks be handled, before each slice. Returns whether to go on.
   */
  async filter(matches: Shown['matches'], pause: () => Promise<boolean>): Promise<readonly Task[] | undefined> {
    const changed = this.#changed.peek();
    const found: Task[] = [];
    let looked = 0;
    for (const task of this.all) {
      if (looked++ % SLICE === 0 && !(await pause())) return undefined;
      if (this.#changed.peek() !== changed) return undefined;
      if (matches(task)) found.push(task);
    }
    return found;
  }

  /** Switches to another selection. @param known Tasks to select from. */
  show({ matches, compare }: Shown, compareDone: Shown['compare'], known: Iterable<Task> = this.all): void {
    this.#open.show({ compare, matches: (task) => !task.done && matches(task) }, known);
    this.#done.show({ compare: compareDone, matches: (task) => task.done && matches(task) }, known);
  }

  /**
   * Adopts tasks that were read.
   *
   * @param asked Time of the request; later changes are kept.
   * @returns Whether anything was new.
   */
  adopt(tasks: readonly Task[], asked: number): boolean {
    let added = 0;
    for (const task of tasks) {
      const known = this.#tasks.get(task.id);
      // An unchanged task stays the same object, so that its row is not rendered again.
      if (this.changedSince(task.id, asked) || isSameTask(task, known)) continue;
      this.#set(task);
      // Computed now, page by page, instead of for thousands at once.
      keyOf(task);
      foldedName(task);
      added++;
      if (added <= FEW) this.#replace(known, task);
    }
    if (added > FEW) this.#rebuild();
    if (added > 0) this.#onChanged();
    return added > 0;
  }

  /**
   * Removes the known tasks that an answer with all of a kind does not have.
   *
   * @param isOfKind Which tasks the answer would have.
   */
  removeMissing(isOfKind: (task: Task) => boolean, answer: ReadonlySet<string>, asked: number): void {
    const isMissing = (task: Task): boolean =>
      isOfKind(task) && !answer.has(task.id) && !this.changedSince(task.id, asked);
    this.#drop([...this.#tasks.values()].filter(isMissing));
  }

  /** Applies a change that the server confirmed. */
  apply({ task, removed, cleared }: Confirmed): void {
    if (task) this.put(task);
    if (removed !== undefined) this.remove(removed);
    if (cleared === undefined) return;
    for (const id of cleared.ids) this.#touch(id);
    this.#drop(cleared.ids.flatMap((id) => this.#tasks.get(id) ?? []));
  }

  /** Stores one confirmed task. */
  put(task: Task): void {
    this.#touch(task.id);
    const before = this.#tasks.get(task.id);
    this.#set(task);
    this.#replace(before, task);
    this.#onChanged();
  }

  remove(id: string): void {
    this.#touch(id);
    const task = this.#tasks.get(id);
    if (task) this.#drop([task]);
  }

  #drop(tasks: readonly Task[]): void {
    if (tasks.length === 0) return;
    const isFew = tasks.length <= FEW;
    for (const task of tasks) {
      this.#tasks.delete(task.id);
      this.#dated.delete(task.id);
      if (isFew) this.#replace(task, undefined);
    }
    if (!isFew) this.#rebuild();
    this.#onChanged();
  }

  #set(task: Task): void {
    this.#tasks.set(task.id, task);
    if (task.dueOn === undefined) this.#dated.delete(task.id);
    else this.#dated.set(task.id, task);
  }

  #onChanged(): void {
    this.#changed.value = this.#changed.peek() + 1;
  }

  #replace(before: Task | undefined, now: Task | undefined): void {
    this.#open.replace(before, now);
    this.#done.replace(before, now);
  }

  #rebuild(): void {
    this.#open.refresh(this.all);
    this.#done.refresh(this.all);
  }

  #touch(id: string): void {
    this.#versions.set(id, ++this.#clock);
  }
}
