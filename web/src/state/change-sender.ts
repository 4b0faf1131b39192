import { batch, signal } from '@preact/signals-core';
import { BATCH_MAX_TASKS } from '@tasks/idl';
import { ApiError, asApiError } from '../api/api-error.js';
import type { EditedTask, TasksApi } from '../api/tasks-api.js';
import { toInserted, toOperation, type Change, type QueuedChange } from './change.js';
import type { ListsModel } from './lists.js';
import type { Confirmed, Tabs } from './tabs.js';
import type { TaskCache } from './task-cache.js';
import type { Task } from './task.js';

/** The task whose details are open, as they were read. */
export interface OpenRevision {
  readonly id: string;
  readonly etag: string | undefined;
  /** The whole note. */
  readonly note: string;
  readonly changedOn: string | undefined;
}

/** Whether the task has the beginning of its note only. */
function isCut({ note, noteLength }: Task): boolean {
  return (noteLength ?? 0) > (note?.length ?? 0);
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
  readonly #cleared = new Map<number, readonly Task[]>();
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
    const [only] = changes;
    if (only !== undefined && changes.length === 1) {
      if (only.kind === 'clear-done') await this.#rememberDone(only);
      await this.execute(only);
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

  /** The tasks removed by the "clear done" of that command, if it was sent. */
  clearedBy(command: number): readonly Task[] | undefined {
    return this.#cleared.get(command);
  }

  /** Reads the tasks of which a list has the beginning of the note only; they are in the map once they are read. */
  readWhole(tasks: readonly Task[]): ReadonlyMap<string, Task> {
    const whole = new Map<string, Task>();
    for (const task of tasks.filter(isCut)) {
      void this.#api.get(task.list, task.id).then((read) => whole.set(task.id, read.task), asApiError);
    }
    return whole;
  }

  /** Sends changes while the page closes. */
  async sendLast(changes: readonly Change[]): Promise<void> {
    const operations = changes.map(toOperation).filter((operation) => operation !== undefined);
    const others = changes.filter((change) => toOperation(change) === undefined);
    await Promise.all([
      ...others.map((change) => this.execute(change, true)),
      ...(operations.length > 0 ? [this.#api.batch(operations.slice(0, BATCH_MAX_TASKS), true)] : []),
    ]);
  }

  /** Sends one change, without preparing its undo. */
  async execute(change: Change, keepalive = false): Promise<void> {
    const { list } = change;
    switch (change.kind) {
      case 'create':
        this.confirm({ task: await this.#api.create(list, toInserted(change), keepalive) }, true);
        return;
      case 'edit': {
        const { task, next, etag } = await this.#edit(change, this.#etagFor(change), keepalive);
        batch(() => {
          if (this.openRevision.peek()?.id === change.id) this.openRevision.value = toRevision(task, etag);
          this.#confirmEdit(change, task, next);
        });
        return;
      }
      case 'move':
        this.confirm({ task: await this.#api.move(list, change.id, change.to, keepalive) });
        return;
      case 'remove':
        await this.#api.remove(list, change.id, keepalive).catch((error: unknown) => {
          // Already deleted elsewhere, as the user wanted.
          if (asApiError(error).status !== 404) throw error;
        });
        this.confirm({ removed: change.id });
        return;
      case 'clear-done':
        while ((await this.#api.clearDone(list, keepalive)).more);
        this.confirm({ clearedDone: list });
    }
  }

  /** The ETag for If-Match: of the latest known revision with the note that this one was typed on. */
  #etagFor({ id, base }: Change & { kind: 'edit' }): string | undefined {
    const open = this.openRevision.peek();
    return base && open?.id === id && open.note === base.note ? open.etag : base?.etag;
  }

  /** Sends an edit again when the task was changed elsewhere, but not its note. */
  async #edit(change: Change & { kind: 'edit' }, ifMatch: string | undefined, keepalive: boolean): Promise<EditedTask> {
    const { list, id, changes, now, base } = change;
    try {
      return await this.#api.edit(list, id, { ...changes, ...(now !== undefined && { now }) }, ifMatch, keepalive);
    } catch (error) {
      if (base === undefined || asApiError(error).status !== 412) throw error;
      const { task, etag } = await this.#api.get(list, id);
      const { note = '' } = task;
      // An earlier attempt without an answer may have stored it.
      if (note !== base.note && note !== (changes.note ?? '')) throw error;
      return this.#edit(change, etag, keepalive);
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

  #count({ task, removed, clearedDone }: Confirmed, isNew: boolean): void {
    const before = this.#cache.find(task?.id ?? removed ?? '');
    if (before) this.#lists.adjust(before.list, { [before.done ? 'done' : 'open']: -1 });
    // A changed task that is not known was counted by the server already.
    if (task && (before || isNew)) this.#lists.adjust(task.list, { [task.done ? 'done' : 'open']: 1 });
    if (clearedDone !== undefined) this.#lists.adjust(clearedDone, { done: -Infinity });
  }

  /** Adds to what an earlier attempt found: that may have removed some of it before it failed. */
  async #rememberDone({ list, command }: QueuedChange): Promise<void> {
    const before = this.#cleared.get(command) ?? [];
    const now = await this.#allDone(list);
    const added = now.filter(({ id }) => !before.some((task) => task.id === id));
    this.#cleared.set(command, [...before, ...added]);
  }

  /** Every done task of a list, so that clearing them can be undone. */
  async #allDone(list: string): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await this.#api.list(list, { done: true }, cursor ?? undefined);
      for (const task of page.items) tasks.push(isCut(task) ? (await this.#api.get(list, task.id)).task : task);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return tasks;
  }
}
