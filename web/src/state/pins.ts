import { signal, type ReadonlySignal } from '@preact/signals-core';
import type { Clock } from './browser.js';

/** Time that a ticked row stays. */
const MOMENT_MS = 1_200;

/** Rows that stay in the list although they are done: for a moment, and while they have the focus. */
export class Pins {
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #ids = signal<ReadonlySet<string>>(new Set());
  /** Rows whose moment has passed. */
  readonly #passed = new Set<string>();
  #focused: string | undefined;

  constructor(clock: Pick<Clock, 'setTimer'>) {
    this.#clock = clock;
  }

  get ids(): ReadonlySignal<ReadonlySet<string>> {
    return this.#ids;
  }

  /** Keeps rows for a moment. */
  pin(ids: readonly string[]): void {
    this.#ids.value = new Set([...this.#ids.peek(), ...ids]);
    for (const id of ids) this.#passed.delete(id);
    this.#clock.setTimer(() => {
      for (const id of ids) this.#passed.add(id);
      this.#release();
    }, MOMENT_MS);
  }

  /** The row with the focus stays until the focus leaves it. */
  onFocus(id: string | undefined): void {
    this.#focused = id;
    this.#release();
  }

  clear(): void {
    this.#passed.clear();
    if (this.#ids.peek().size > 0) this.#ids.value = new Set();
  }

  #release(): void {
    const isStaying = (id: string): boolean => !this.#passed.has(id) || id === this.#focused;
    const staying = [...this.#ids.peek()].filter(isStaying);
    for (const id of this.#passed) if (id !== this.#focused) this.#passed.delete(id);
    if (staying.length < this.#ids.peek().size) this.#ids.value = new Set(staying);
  }
}
