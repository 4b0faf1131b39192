import { signal } from '@preact/signals-core';
import type { ItemStorage } from './safe-storage.js';
import type { Sorting } from './view.js';

/** The user's settings of the page in this browser, and what the page remembers of its user after a log-out. */
export interface Preferences {
  readonly theme: 'auto' | 'light' | 'dark';
  readonly language: 'auto' | 'en' | 'de';
  /** Whether single letters are shortcuts (WCAG 2.1.4). */
  readonly shortcuts: boolean;
  /** Order of the rows in lists. */
  readonly sorting: Sorting;
  /** Whether somebody logged in here before: others are offered an account first. */
  readonly hasAccount: boolean;
  /** Id of the account whose recovery code was shown and not confirmed yet; null: none. */
  readonly unconfirmedCode: string | null;
}

const KEY = 'tasks-preferences';
const DEFAULTS: Preferences = {
  theme: 'auto',
  language: 'auto',
  shortcuts: true,
  sorting: 'manual',
  hasAccount: false,
  unconfirmedCode: null,
};

/** The preferences, kept in localStorage. */
export class PreferencesModel {
  readonly #storage: ItemStorage;
  readonly current;

  constructor(storage: ItemStorage) {
    this.#storage = storage;
    this.current = signal<Preferences>(DEFAULTS);
    this.reload();
  }

  change(change: Partial<Preferences>): void {
    this.current.value = { ...this.current.value, ...change };
    this.keep();
  }

  /** Saves them again: a log-out empties the storage of the whole site. */
  keep(): void {
    this.#storage.setItem(KEY, JSON.stringify(this.current.value));
  }

  /** Adopts the settings of another tab. */
  reload(): void {
    try {
      this.current.value = { ...DEFAULTS, ...(JSON.parse(this.#storage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
    } catch {
      this.current.value = DEFAULTS;
    }
  }
}
