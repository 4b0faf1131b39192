import type { Change } from './change.js';

const KEY = 'tasks-unsaved';

/** The unsaved changes of this tab in sessionStorage: they survive a reload and a tab that the phone dropped. */
export class KeptQueue {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#storage = storage;
  }

  /** Keeps the changes of that account; none removes what is kept. */
  save(account: string, changes: readonly Change[]): void {
    try {
      if (changes.length === 0) this.#storage.removeItem(KEY);
      else this.#storage.setItem(KEY, JSON.stringify({ account, changes }));
    } catch {
      // Storage is full or denied: the changes live as long as the page does.
    }
  }

  /** What an earlier page of this tab left behind. */
  load(): { account: string; changes: readonly Change[] } | undefined {
    try {
      const kept = JSON.parse(this.#storage.getItem(KEY) ?? 'null') as { account: string; changes: Change[] } | null;
      return kept ?? undefined;
    } catch {
      return undefined;
    }
  }

  clear(): void {
    try {
      this.#storage.removeItem(KEY);
    } catch {
      // Denied: nothing was kept either.
    }
  }
}
