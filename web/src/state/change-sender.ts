import { batch } from '@preact/signals-core';
import { asApiError } from '../api/api-error.js';
import type { TasksApi } from '../api/tasks-api.js';
import type { Change, QueuedChange } from './change.js';
import type { Confirmed, Tabs } from './tabs.js';
import type { TaskCache } from './task-cache.js';
import type { Task } from './task.js';

/** Sends changes to the server, and applies what it confirms here and in the other tabs. */
export class ChangeSender {
  readonly #api: TasksApi;
  readonly #cache: TaskCache;
  readonly #tabs: Tabs;
  readonly #cleared = new Map<number, readonly Task[]>();

  constructor(api: TasksApi, cache: TaskCache, tabs: Tabs) {
    this.#api = api;
    this.#cache = cache;
    this.#tabs = tabs;
  }

  /** Sends one change and resolves once the server has confirmed it. Throws ApiError. */
  async send(change: QueuedChange): Promise<void> {
    if (change.kind === 'clear-done') await this.#rememberDone(change.sequence);
    await this.execute(change);
  }

  /** Sends a request without effect. Throws ApiError. */
  async probe(): Promise<void> {
    await this.#api.counts();
  }

  /** The tasks removed by the "clear done" with that sequence, if it was sent. */
  clearedBy(sequence: number): readonly Task[] | undefined {
    return this.#cleared.get(sequence);
  }

  /** Sends one change, without preparing its undo. */
  async execute(change: Change, keepalive = false): Promise<void> {
    switch (change.kind) {
      case 'create': {
        const task = await this.#api.create(change.id, change.name, keepalive);
        this.confirm({ task }, true);
        return;
      }
      case 'patch': {
        const task = await this.#api.patch(change.id, change.changes, keepalive);
        this.confirm({ task });
        return;
      }
      case 'remove':
        await this.#api.remove(change.id, keepalive).catch((error: unknown) => {
          // Already deleted elsewhere, as the user wanted.
          if (asApiError(error).status !== 404) throw error;
        });
        this.confirm({ removed: change.id });
        return;
      case 'clear-done':
        while ((await this.#api.clearDone(keepalive)).more);
        this.confirm({ clearedDone: true });
    }
  }

  /** Applies what the server confirmed, and notifies the other tabs. `isNew`: the task was added. */
  confirm(confirmed: Confirmed, isNew = false): void {
    batch(() => {
      this.#count(confirmed, isNew);
      this.#cache.apply(confirmed);
    });
    this.#tabs.sendConfirmed(confirmed);
  }

  #count({ task, removed, clearedDone }: Confirmed, isNew: boolean): void {
    if (this.#cache.counts.value === undefined) return;
    const counts = { ...this.#cache.counts.value };
    const before = this.#cache.find(task?.id ?? removed ?? '');
    if (before) counts[before.done ? 'done' : 'open']--;
    // A changed task that is not known was counted by the server already.
    if (task && (before || isNew)) counts[task.done ? 'done' : 'open']++;
    this.#cache.setCounts(clearedDone ? { ...counts, done: 0 } : counts);
  }

  /** Adds to what an earlier attempt found: that may have removed some of it before it failed. */
  async #rememberDone(sequence: number): Promise<void> {
    const before = this.#cleared.get(sequence) ?? [];
    const now = await this.#allDone();
    const added = now.filter(({ id }) => !before.some((task) => task.id === id));
    this.#cleared.set(sequence, [...before, ...added]);
  }

  /** Every done task, so that clearing them can be undone. */
  async #allDone(): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await this.#api.list({ filter: 'done', text: '' }, cursor ?? undefined);
      tasks.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return tasks;
  }
}
