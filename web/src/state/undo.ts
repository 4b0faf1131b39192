import type { Task, TaskChanges } from './task.js';

/** How to undo a change of the user. */
export type Undo =
  | { readonly kind: 'patch'; readonly id: string; readonly changes: TaskChanges }
  | {
      readonly kind: 'bring-back';
      /** Number of the queued change, which can be withdrawn while it is held. */
      readonly sequence: number;
      /** Tasks to create again when it is too late to withdraw. */
      readonly removed: () => readonly Task[];
    };

const REMEMBERED = 100;

/** Changes that Ctrl+Z can undo, newest last. */
export class UndoHistory {
  readonly #entries: Undo[] = [];

  push(entry: Undo): void {
    this.#entries.push(entry);
    if (this.#entries.length > REMEMBERED) this.#entries.shift();
  }

  /** Removes and returns the newest entry, or the given one. */
  take(entry = this.#entries.at(-1)): Undo | undefined {
    const place = entry === undefined ? -1 : this.#entries.lastIndexOf(entry);
    return place < 0 ? undefined : this.#entries.splice(place, 1)[0];
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
