import type { Change } from './change.js';

/** How to undo a command of the user. */
export interface Undo {
  /** Number of the command, whose changes can be withdrawn while they are held. */
  readonly command: number;
  /** Number of its changes. */
  readonly size: number;
  /** Changes that undo it once it is too late to withdraw; undefined until the command is settled. */
  readonly changes: () => readonly Change[] | undefined;
  /** Row that gets the focus. */
  readonly focus: string | undefined;
}

const REMEMBERED = 100;

/** Commands that Ctrl+Z can undo, newest last. */
export class UndoHistory {
  readonly #entries: Undo[] = [];

  /** Adds an entry, and returns the one that it displaces. */
  push(entry: Undo): Undo | undefined {
    this.#entries.push(entry);
    return this.#entries.length > REMEMBERED ? this.#entries.shift() : undefined;
  }

  get last(): Undo | undefined {
    return this.#entries.at(-1);
  }

  /** Removes and returns the newest entry, or the given one. */
  take(entry = this.#entries.at(-1)): Undo | undefined {
    const place = entry === undefined ? -1 : this.#entries.lastIndexOf(entry);
    return place < 0 ? undefined : this.#entries.splice(place, 1)[0];
  }
}
