/** Changed tasks of a list: these, or any. */
export type TaskChange = { readonly taskIds: readonly string[] } | { readonly all: true };

/**
 * Notifies listeners on this instance about changes: of the tasks of a list, by the owner that Tasks knows them by, and of
 * the lists of an account.
 */
export class ChangeFeed {
  readonly #tasks = new Channel<TaskChange>();
  readonly #lists = new Channel<undefined>();

  /** Calls `listener` at each change of the tasks until the returned function is called. */
  watchTasks(ownerId: string, listener: (change: TaskChange) => void): () => void {
    return this.#tasks.watch(ownerId, listener);
  }

  publishTasks(ownerId: string, change: TaskChange): void {
    this.#tasks.publish(ownerId, change);
  }

  /** Calls `listener` when lists of the account were added, changed or lost, until the returned function is called. */
  watchLists(accountId: string, listener: () => void): () => void {
    return this.#lists.watch(accountId, listener);
  }

  publishLists(accountIds: readonly string[]): void {
    for (const accountId of accountIds) this.#lists.publish(accountId, undefined);
  }
}

class Channel<Event> {
  readonly #listeners = new Map<string, Set<(event: Event) => void>>();

  watch(key: string, listener: (event: Event) => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#listeners.delete(key);
    };
  }

  publish(key: string, event: Event): void {
    for (const listener of this.#listeners.get(key) ?? []) listener(event);
  }
}
