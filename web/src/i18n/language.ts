import { computed, signal } from '@preact/signals-core';
import { en, type Texts } from './en.js';

export type LanguageCode = 'en' | 'de';

/** The texts in the chosen language, or the one that the browser prefers. All but English are loaded on demand. */
export class Language {
  readonly #current = signal<{ code: LanguageCode; texts: Texts }>({ code: 'en', texts: en });
  readonly code = computed(() => this.#current.value.code);
  readonly texts = computed(() => this.#current.value.texts);
  readonly #formats = computed(() => {
    const code = this.code.value;
    return {
      clock: new Intl.DateTimeFormat(code, { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
      time: new Intl.DateTimeFormat(code, { hour: 'numeric', minute: '2-digit' }),
      day: new Intl.DateTimeFormat(code, { day: 'numeric', month: 'short' }),
      year: new Intl.DateTimeFormat(code, { day: 'numeric', month: 'short', year: 'numeric' }),
      full: new Intl.DateTimeFormat(code, { dateStyle: 'full', timeStyle: 'short' }),
    };
  });

  /** Changes the language; `auto` selects the first supported one that the browser prefers. */
  async choose(choice: LanguageCode | 'auto', preferred: readonly string[]): Promise<void> {
    const available = preferred.map((tag) => tag.slice(0, 2)).find((tag) => tag === 'en' || tag === 'de');
    const code = (choice === 'auto' ? available : choice) ?? 'en';
    const texts = code === 'de' ? (await import('./de.js')).de : en;
    this.#current.value = { code: code, texts };
  }

  /** Formats a time briefly: the time of day for today, otherwise the date. */
  shortDate(iso: string, now = new Date()): string {
    const date = new Date(iso);
    const { time, day, year } = this.#formats.value;
    if (date.toDateString() === now.toDateString()) return time.format(date);
    return date.getFullYear() === now.getFullYear() ? day.format(date) : year.format(date);
  }

  /** Formats the time of day, to the second. */
  clockTime(milliseconds: number): string {
    return this.#formats.value.clock.format(milliseconds);
  }

  fullDate(iso: string): string {
    return this.#formats.value.full.format(new Date(iso));
  }
}
