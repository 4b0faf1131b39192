import { signal, type ReadonlySignal } from '@preact/signals-core';
import type { Row } from './task.js';

/** The rows that the next command is about, when there are several. */
export class SelectedRows {
  readonly #ids = signal<ReadonlySet<string>>(new Set());
  /** Row from which a range begins. */
  #anchor: string | undefined;

  get ids(): ReadonlySignal<ReadonlySet<string>> {
    return this.#ids;
  }

  /** Selects a row, or deselects it. */
  toggle(id: string): void {
    const ids = new Set(this.#ids.peek());
    if (!ids.delete(id)) ids.add(id);
    this.#ids.value = ids;
    this.#anchor = id;
  }

  /** Selects the rows from the anchor to that one. @param start Anchor when there is none. */
  extend(id: string, rows: readonly Row[], start = id): void {
    this.#anchor ??= start;
    const places = [this.#anchor, id].map((one) => rows.findIndex((row) => row.id === one));
    const [from, to] = [Math.min(...places), Math.max(...places)];
    if (from >= 0) this.#ids.value = new Set(rows.slice(from, to + 1).map((row) => row.id));
  }

  selectAll(rows: readonly Row[]): void {
    this.#ids.value = new Set(rows.map(({ id }) => id));
  }

  clear(): void {
    this.#anchor = undefined;
    if (this.#ids.peek().size > 0) this.#ids.value = new Set();
  }
}
