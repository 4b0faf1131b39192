import { batch, signal } from '@preact/signals-core';
import { BATCH_MAX_TASKS } from '@tasks/idl';
import { ApiError, asApiError } from '../api/api-error.js';
import type { EditedTask, TasksApi } from '../api/tasks-api.js';
import { toInserted, toOperation, type Change, type QueuedChange } from './change.js';
import type { ListsModel } from './lists.js';
import type { Confirmed, Tabs } from './tabs.js';
import type { TaskCache } from './task-cache.js';
import { readEach } from './task-sources.js';
import { isCut, type Task } from './task.js';

/** The task whose details are open, as they were read. */
export interface OpenRevision {
  readonly id: string;
  readonly etag: string | undefined;
  /** The whole note. */
  readonly note: string;
  readonly changedOn: string | undefined;
}

/** Returns the revision of a task that was read whole. */
export function toRevision({ id, note = '', changedOn }: Task, etag: string | undefined): OpenRevision {
  return { id, etag, note, changedOn };
}

/** Sends changes to the server, and applies what it confirms here and in the other tabs. */
export class ChangeSender {
  readonly #api: TasksApi;
  readonly #cache: TaskCache;
  readonly #lists: Pick<ListsModel, 'adjust' | 'whenStored'>;
  readonly #tabs: Tabs;
  /** Tasks that a command removed or is about to remove, with their whole notes: by its number, then by their ids. */
  readonly #removed = new Map<number, Map<string, Task>>();
  /** Ids of the tasks that followed a ticked one in its series: the server removes one when its tick is undone. */
  readonly #successors = new Map<string, string>();
  /** Its changes are sent alone, since only their answers have an ETag. */
  readonly openRevision = signal<OpenRevision | undefined>(undefined);

  constructor(api: TasksApi, cache: TaskCache, lists: Pick<ListsModel, 'adjust' | 'whenStored'>, tabs: Tabs) {
    this.#api = api;
    this.#cache = cache;
    this.#lists = lists;
    this.#tabs = tabs;
  }

  /** Whether the change can be sent together with others. */
  canBatch(change: QueuedChange): boolean {
    const isOpen = change.kind !== 'clear-done' && change.id === this.openRevision.peek()?.id;
    return !isOpen && toOperation(change) !== undefined;
  }

  /**
   * Sends changes and resolves once the server has answered: with an error for each change that it did not confirm.
   * Throws ApiError when it answered none.
   */
  async send(changes: readonly QueuedChange[]): Promise<readonly (ApiError | undefined)[]> {
    await Promise.all([...new Set(changes.map(({ list }) => list))].map((list) => this.#lists.whenStored(list)));
    await this.#rememberRemoved(changes);
    const [only] = changes;
    if (only !== undefined && changes.length === 1) {
      await this.#execute(only);
      return [undefined];
    }
    const operations = changes.map(toOperation).filter((operation) => operation !== undefined);
    const results = await this.#api.batch(operations);
    return batch(() => results.map((result, at) => this.#onResult(changes[at], result)));
  }

  /** Sends a request without effect. Throws ApiError. */
  async probe(): Promise<void> {
    await this.#api.probe();
  }

  /** The tasks that a command removed, with their whole notes, by id: only known once it is settled. */
  removedBy(command: number): ReadonlyMap<string, Task> {
    return this.#removed.get(command) ?? new Map<string, Task>();
  }

  /** Forgets what a command removed: it will not be undone. */
  forget(command: number): void {
    this.#removed.delete(command);
  }

  /** Sends removals, at most a hundred, while the page closes, without preparing their undo. */
  async sendLast(changes: readonly Change[]): Promise<void> {
    const operations = changes.map(toOperation).filter((operation) => operation !== undefined);
    const cleared = changes.filter(({ kind }) => kind === 'clear-done');
    await Promise.all([
      ...cleared.map(({ list }) => this.#api.clearDone(list)),
      ...(operations.length > 0 ? [this.#api.batch(operations, true)] : []),
    ]);
  }

  async #execute(change: QueuedChange): Promise<void> {
    const { list } = change;
    switch (change.kind) {
      case 'create':
        this.confirm({ task: await this.#api.create(list, toInserted(change)) }, true);
        return;
      case 'edit': {
        const { task, next, etag } = await this.#edit(change, this.#etagFor(change));
        batch(() => {
          if (this.openRevision.peek()?.id === change.id) this.openRevision.value = toRevision(task, etag);
          this.#confirmEdit(change, task, next);
        });
        return;
      }
      case 'move':
        this.confirm({ task: await this.#api.move(list, change.id, change.to) });
        return;
      case 'remove':
        await this.#api.remove(list, change.id).catch((error: unknown) => {
          // Already deleted elsewhere, as the user wanted.
          if (asApiError(error).status !== 404) throw error;
        });
        this.confirm({ removed: change.id });
        return;
      case 'clear-done':
        await this.#clearDone(change);
    }
  }

  /** The ETag for If-Match: of the latest known revision with the note that this one was typed on. */
  #etagFor({ id, base }: Change & { kind: 'edit' }): string | undefined {
    const open = this.openRevision.peek();
    return base && open?.id === id && open.note === base.note ? open.etag : base?.etag;
  }

  /** Sends an edit again when the task was changed elsewhere, but not its note. */
  async #edit(change: Change & { kind: 'edit' }, ifMatch: string | undefined): Promise<EditedTask> {
    const { list, id, changes, now, base } = change;
    try {
      return await this.#api.edit(list, id, { ...changes, ...(now !== undefined && { now }) }, ifMatch);
    } catch (error) {
      if (base === undefined || asApiError(error).status !== 412) throw error;
      const { task, etag } = await this.#api.get(list, id);
      const { note = '' } = task;
      // An earlier attempt without an answer may have stored it.
      if (note !== base.note && note !== (changes.note ?? '')) throw error;
      return this.#edit(change, etag);
    }
  }

  #onResult(
    change: QueuedChange | undefined,
    result: ApiError | { readonly task?: Task; readonly next?: Task },
  ): ApiError | undefined {
    if (result instanceof ApiError) {
      if (change?.kind !== 'remove' || result.status !== 404) return result;
      this.confirm({ removed: change.id });
      return undefined;
    }
    const { task, next } = result;
    if (change?.kind === 'remove') this.confirm({ removed: change.id });
    else if (task && change?.kind === 'edit') this.#confirmEdit(change, task, next);
    else if (task) this.confirm({ task }, change?.kind === 'create');
    return undefined;
  }

  #confirmEdit({ id, changes }: Change & { kind: 'edit' }, task: Task, next: Task | undefined): void {
    batch(() => {
      this.confirm({ task });
      if (next) {
        this.#successors.set(id, next.id);
        this.confirm({ task: next }, true);
      } else if (changes.done === false) {
        const successor = this.#successors.get(id);
        this.#successors.delete(id);
        if (successor !== undefined) this.confirm({ removed: successor });
      }
    });
  }

  /** Applies what the server confirmed, and notifies the other tabs. `isNew`: the task was added. */
  confirm(confirmed: Confirmed, isNew = false): void {
    batch(() => {
      this.#count(confirmed, isNew);
      this.#cache.apply(confirmed);
    });
    this.#tabs.sendConfirmed(confirmed);
  }

  #count({ task, removed, cleared }: Confirmed, isNew: boolean): void {
    const before = this.#cache.find(task?.id ?? removed ?? '');
    if (before) this.#lists.adjust(before.list, { [before.done ? 'done' : 'open']: -1 });
    // A changed task that is not known was counted by the server already.
    if (task && (before || isNew)) this.#lists.adjust(task.list, { [task.done ? 'done' : 'open']: 1 });
    if (cleared) this.#lists.adjust(cleared.list, { done: -cleared.ids.length });
  }

  /** Removes the done tasks that it has read, and none that is done elsewhere meanwhile. */
  async #clearDone({ list, command }: QueuedChange): Promise<void> {
    const done = await this.#allDone(list);
    await this.#remember(done.map((task) => ({ command, task })));
    for (let start = 0; start < done.length; start += BATCH_MAX_TASKS) {
      const ids = done.slice(start, start + BATCH_MAX_TASKS).map(({ id }) => id);
      const results = await this.#api.batch(ids.map((id) => ({ op: 'remove', list, id })));
      const failures = results.map((result) =>
        result instanceof ApiError && result.status !== 404 ? result : undefined,
      );
      this.confirm({ cleared: { list, ids: ids.filter((_, at) => failures[at] === undefined) } });
      const failure = failures.find((error) => error !== undefined);
      if (failure) throw failure;
    }
  }

  /** Remembers the tasks that the changes remove. */
  async #rememberRemoved(changes: readonly QueuedChange[]): Promise<void> {
    await this.#remember(
      changes.flatMap((change) => {
        const task = change.kind === 'remove' ? this.#cache.find(change.id) : undefined;
        return task?.note === undefined ? [] : [{ command: change.command, task }];
      }),
    );
  }

  /** Adds to what earlier attempts of the commands found: they may have removed some of it before they failed. */
  async #remember(found: readonly { readonly command: number; readonly task: Task }[]): Promise<void> {
    const left = found.filter(({ command, task }) => !this.removedBy(command).has(task.id));
    await readEach(left, async ({ command, task }) => {
      const whole = isCut(task) ? await this.#readWhole(task) : task;
      const removed = this.#removed.get(command) ?? new Map<string, Task>();
      if (whole) this.#removed.set(command, removed.set(task.id, whole));
    });
  }

  /** Returns undefined for a task that was deleted elsewhere. */
  async #readWhole({ list, id }: Task): Promise<Task | undefined> {
    try {
      return (await this.#api.get(list, id)).task;
    } catch (error) {
      if (asApiError(error).status !== 404) throw error;
      return undefined;
    }
  }

  /** Every done task of a list, as lists have them. */
  async #allDone(list: string): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await this.#api.list(list, { done: true }, cursor ?? undefined);
      tasks.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return tasks;
  }
}
