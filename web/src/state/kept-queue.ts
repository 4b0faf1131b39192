import type { Change } from './change.js';
import type { ItemStorage } from './safe-storage.js';

const KEY = 'tasks-unsaved';

/**
 * The unsaved changes of this tab in sessionStorage, where they survive a reload and a tab that the system discarded.
 */
export class KeptQueue {
  readonly #storage: ItemStorage;
  readonly #account: string;

  /** @param account Id of the account whose changes are saved. */
  constructor(storage: ItemStorage, account: string) {
    this.#storage = storage;
    this.#account = account;
  }

  /** Saves the changes; without any, removes the saved ones. */
  save(changes: readonly Change[]): void {
    if (changes.length === 0) this.clear();
    else this.#storage.setItem(KEY, JSON.stringify({ account: this.#account, changes }));
  }

  /** Returns the changes saved by an earlier page of this tab, and whether they are this account's. */
  load(): { isOwn: boolean; changes: readonly Change[] } | undefined {
    try {
      const kept = JSON.parse(this.#storage.getItem(KEY) ?? 'null') as { account: string; changes: Change[] } | null;
      return kept ? { isOwn: kept.account === this.#account, changes: kept.changes } : undefined;
    } catch {
      return undefined;
    }
  }

  clear(): void {
    this.#storage.removeItem(KEY);
  }
}
