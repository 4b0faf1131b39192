import type { Change } from './change.js';
import type { ItemStorage } from './safe-storage.js';

const KEY = 'tasks-unsaved';

/**
 * The unsaved changes of this tab in sessionStorage, where they survive a reload and a tab that the system discarded.
 */
export class KeptQueue {
  readonly #storage: ItemStorage;

  constructor(storage: ItemStorage) {
    this.#storage = storage;
  }

  /** Saves the changes of that account; without any, removes the saved ones. */
  save(account: string, changes: readonly Change[]): void {
    if (changes.length === 0) this.clear();
    else this.#storage.setItem(KEY, JSON.stringify({ account, changes }));
  }

  /** Returns the changes saved by an earlier page of this tab. */
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
