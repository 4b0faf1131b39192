import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type { LanguageCode } from '../i18n/language.js';
import type { QuickAddChip, QuickAddDetails, QuickAddOptions, QuickAddResult } from './quick-add.js';

/** The parser of a language, loaded when it is first needed. */
type Parser = (text: string, options: QuickAddOptions) => QuickAddResult;

/** What quick add needs to know. */
interface Source {
  readonly language: ReadonlySignal<LanguageCode>;
  /** Returns the reader's wall clock. */
  readonly now: () => string;
}

export interface ListChoice {
  readonly id: string;
  readonly name: string;
}

/** What the text of a new task says, and what the reader decided about it. */
export class QuickAdd {
  readonly #source: Source;
  readonly #parsers = signal<Partial<Record<LanguageCode, Parser>>>({});
  /** Language whose parser is being loaded. */
  #loading: LanguageCode | undefined;
  readonly #decisions = signal<ReadonlyMap<string, boolean>>(new Map());
  readonly #lists = signal<readonly ListChoice[]>([]);
  /** The text of the field. */
  readonly text: Signal<string>;
  /** Undefined until the parser is loaded. */
  readonly result: ReadonlySignal<QuickAddResult | undefined>;

  constructor(text: Signal<string>, source: Source) {
    this.text = text;
    this.#source = source;
    this.result = computed(() => {
      const parse = this.#parsers.value[source.language.value];
      if (parse === undefined || text.value.trim() === '') return undefined;
      return parse(text.value, { now: source.now(), lists: this.#lists.value, decisions: this.#decisions.value });
    });
  }

  /** Loads the parser. Without it, offline for instance, the text is the name. */
  async load(): Promise<void> {
    const language = this.#source.language.peek();
    if (this.#loading === language || this.#parsers.peek()[language] !== undefined) return;
    this.#loading = language;
    try {
      const { parseQuickAdd, prepareQuickAdd } =
        language === 'de' ? await import('./quick-add-de.js') : await import('./quick-add-en.js');
      await prepareQuickAdd();
      this.#parsers.value = { ...this.#parsers.peek(), [language]: parseQuickAdd };
    } catch {
      // The next letter tries again.
    }
    this.#loading = undefined;
  }

  /** Applies a part of the text, or leaves it as text. */
  decide({ kind, text }: QuickAddChip, isApplied: boolean): void {
    this.#decisions.value = new Map([...this.#decisions.peek(), [`${kind} ${text.toLowerCase()}`, isApplied]]);
  }

  /** Takes back the part that ends at the end of the text, for Backspace. Returns it; undefined when there is none. */
  takeBackLast(): QuickAddChip | undefined {
    const length = this.text.peek().trimEnd().length;
    const last = this.result.peek()?.chips.findLast(({ isCertain, range }) => isCertain && range[1] === length);
    if (last !== undefined) this.decide(last, false);
    return last;
  }

  /** Puts the name of a list, after the `#` that was typed before the caret, into the text. Returns the new caret. */
  chooseList(list: ListChoice, caret: number): number {
    const text = this.text.peek();
    const start = text.slice(0, caret).lastIndexOf('#');
    const before = `${text.slice(0, start)}#${list.name}`;
    this.#lists.value = [...this.#lists.peek().filter(({ id }) => id !== list.id), list];
    this.text.value = `${before} ${text.slice(caret).trimStart()}`;
    return before.length + 1;
  }

  /** Returns the task that Enter adds, and forgets the decisions. */
  take(): { readonly name: string; readonly details: QuickAddDetails } {
    const result = this.result.peek();
    const text = this.text.peek().trim();
    this.#decisions.value = new Map();
    this.#lists.value = [];
    return result === undefined ? { name: text, details: {} } : { name: result.name, details: result.details };
  }
}

/** Returns what was typed of a list's name after `#`, right before the caret; undefined when no menu is to be shown. */
export function listQuery(text: string, caret: number): string | undefined {
  return /(?:^|\s)#([^\s#]*)$/.exec(text.slice(0, caret))?.[1];
}
