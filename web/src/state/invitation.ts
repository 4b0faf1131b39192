import type { ItemStorage } from './safe-storage.js';

const KEY = 'tasks-invitation';

/**
 * The secret of an invitation that was opened in this tab. It outlives the log-in or sign-up before it is used, in
 * sessionStorage and in no address.
 */
export class PendingInvitation {
  readonly #storage: ItemStorage;

  constructor(storage: ItemStorage) {
    this.#storage = storage;
  }

  get secret(): string | undefined {
    return this.#storage.getItem(KEY) ?? undefined;
  }

  keep(secret: string): void {
    this.#storage.setItem(KEY, secret);
  }

  clear(): void {
    this.#storage.removeItem(KEY);
  }
}
