import { computed, signal } from '@preact/signals-core';
import { en, type Texts } from './en.js';

export type LanguageCode = 'en' | 'de';

/** How dates are written in each language: the day before the month, and 24 hours. */
export const LOCALES: Readonly<Record<LanguageCode, string>> = { en: 'en-GB', de: 'de' };

/** The texts in the chosen language, or the one that the browser prefers. All but English are loaded on demand. */
export class Language {
  readonly #current = signal<{ code: LanguageCode; texts: Texts }>({ code: 'en', texts: en });
  readonly code = computed(() => this.#current.value.code);
  readonly texts = computed(() => this.#current.value.texts);

  /** Changes the language; `auto` selects the first supported one that the browser prefers. */
  async choose(choice: LanguageCode | 'auto', preferred: readonly string[]): Promise<void> {
    const available = preferred.map((tag) => tag.slice(0, 2)).find((tag) => tag === 'en' || tag === 'de');
    const code = (choice === 'auto' ? available : choice) ?? 'en';
    const texts = code === 'de' ? (await import('./de.js')).de : en;
    this.#current.value = { code: code, texts };
  }
}
