import { signal, type ReadonlySignal } from '@preact/signals-core';

/** A message over the page. */
export interface Notice {
  readonly key: number;
  readonly text: string;
  readonly tone: 'plain' | 'problem';
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Runs once when the notice disappears, for any reason. */
  readonly onGone?: () => void;
  /** Time until it disappears; paused while pointer or focus are in it. */
  readonly milliseconds: number;
}

const PLAIN_MS = 6_000;
const PROBLEM_MS = 12_000;

/** The visible message, if any: a new one takes the place of the one before. */
export class Notices {
  /** Shared by all instances: the greatest is the newest message of the page. */
  static #key = 0;
  readonly #shown = signal<readonly Notice[]>([]);

  /** At most one. */
  get shown(): ReadonlySignal<readonly Notice[]> {
    return this.#shown;
  }

  /** Shows a message and returns its key. */
  show(text: string, options: Partial<Pick<Notice, 'tone' | 'action' | 'onGone'>> = {}): number {
    const key = ++Notices.#key;
    const tone = options.tone ?? 'plain';
    const [before] = this.#shown.peek();
    this.#shown.value = [{ ...options, key, text, tone, milliseconds: tone === 'plain' ? PLAIN_MS : PROBLEM_MS }];
    before?.onGone?.();
    return key;
  }

  dismiss(key: number): void {
    const notice = this.#shown.peek().find((shown) => shown.key === key);
    if (notice === undefined) return;
    this.#shown.value = [];
    notice.onGone?.();
  }
}
