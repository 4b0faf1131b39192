import type { Change } from './change.js';
import type { ItemStorage } from './safe-storage.js';

const KEY = 'tasks-unsaved';

/** The unsaved changes of this tab in sessionStorage: they survive a reload and a tab that the phone dropped. */
export class KeptQueue {
  readonly #storage: ItemStorage;

  constructor(storage: ItemStorage) {
    this.#storage = storage;
  }

  /** Keeps the changes of that account; none removes what is kept. */
  save(account: string, changes: readonly Change[]): void {
    if (changes.length === 0) this.clear();
    else this.#storage.setItem(KEY, JSON.stringify({ account, changes }));
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
    this.#storage.removeItem(KEY);
  }
}
