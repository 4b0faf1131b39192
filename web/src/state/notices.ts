import { signal, type ReadonlySignal } from '@preact/signals-core';

/** A message at the foot of the page. */
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

const SHOWN_AT_ONCE = 3;
const PLAIN_MS = 6_000;
const PROBLEM_MS = 12_000;

/** The visible messages, oldest first. */
export class Notices {
  /** Shared by all lists, so keys are unique on the page. */
  static #key = 0;
  readonly #shown = signal<readonly Notice[]>([]);

  get shown(): ReadonlySignal<readonly Notice[]> {
    return this.#shown;
  }

  /** Shows a message and returns its key. */
  show(text: string, options: Partial<Pick<Notice, 'tone' | 'action' | 'onGone'>> = {}): number {
    const key = ++Notices.#key;
    const tone = options.tone ?? 'plain';
    const notice = { ...options, key, text, tone, milliseconds: tone === 'plain' ? PLAIN_MS : PROBLEM_MS };
    for (const old of this.#shown.value.slice(0, Math.max(0, this.#shown.value.length - SHOWN_AT_ONCE + 1)))
      this.dismiss(old.key);
    this.#shown.value = [...this.#shown.value, notice];
    return key;
  }

  dismiss(key: number): void {
    const notice = this.#shown.value.find((shown) => shown.key === key);
    if (notice === undefined) return;
    this.#shown.value = this.#shown.value.filter((shown) => shown !== notice);
    notice.onGone?.();
  }
}
