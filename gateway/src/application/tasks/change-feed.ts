/** Changed tasks of an account: these, or any. */
export type TaskChange = { readonly taskIds: readonly string[] } | { readonly all: true };

type Listener = (change: TaskChange) => void;

/** Notifies listeners of an account's tasks, on this instance, about changes. */
export class ChangeFeed {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** Calls `listener` at each change until the returned function is called. */
  watch(accountId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(accountId) ?? new Set();
    this.#listeners.set(accountId, listeners.add(listener));
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#listeners.delete(accountId);
    };
  }

  publish(accountId: string, change: TaskChange): void {
    for (const listener of this.#listeners.get(accountId) ?? []) listener(change);
  }
}
