import { computed, signal } from '@preact/signals-core';
import { asApiError, type ApiError } from '../api/api-error.js';
import type { TasksApi } from '../api/tasks-api.js';
import type { Texts } from '../i18n/en.js';
import type { Change, QueuedChange } from './change.js';
import { ChangeQueue, type ChangeQueueOptions } from './change-queue.js';
import type { KeptQueue } from './kept-queue.js';
import type { Notices } from './notices.js';
import type { Tabs } from './tabs.js';
import { TaskCache } from './task-cache.js';
import { TaskList } from './task-list.js';
import { matches, type Row, type Task } from './task.js';
import { UndoHistory, type Undo } from './undo.js';

/** Callbacks of the tasks. */
interface TaskModelOptions extends Pick<
  ChangeQueueOptions,
  'onSessionLost' | 'isOnline' | 'now' | 'setTimer' | 'clearTimer'
> {
  readonly api: TasksApi;
  readonly notices: Notices;
  readonly tabs: Tabs;
  readonly kept: KeptQueue;
  readonly makeId: () => string;
  readonly texts: () => Texts;
  /** Removes filter and search. */
  readonly showAll: () => void;
  /** Result of a read request; undefined for success. */
  readonly onRead: (error: ApiError | undefined) => void;
}

/** The tasks of the account and all commands on them. Every command is shown at once. */
export class TaskModel {
  readonly #options: TaskModelOptions;
  readonly #cache = new TaskCache();
  readonly #history = new UndoHistory();
  readonly #noticeOf = new Map<Undo, number>();
  readonly #cleared = new Map<number, readonly Task[]>();
  #publishing = false;
  readonly queue: ChangeQueue;
  readonly list: TaskList;
  /** Text of the field for a new task. */
  readonly draft = signal('');
  /** The row being renamed, with the text so far. */
  readonly editing = signal<{ readonly id: string; readonly text: string } | undefined>(undefined);
  /** Row that gets the focus next; the list moves it there. */
  readonly focus = signal<string | undefined>(undefined);

  constructor(options: TaskModelOptions) {
    this.#options = options;
    this.queue = new ChangeQueue({
      ...options,
      send: (change) => this.#send(change),
      probe: () => options.api.counts(),
      onRejected: (change, error) => {
        this.#onRejected(change, error);
      },
      onChanged: () => {
        this.#publish();
      },
    });
    const changes = computed<readonly Change[]>(() => [...options.tabs.pending.value, ...this.queue.changes.value]);
    this.list = new TaskList(options.api, this.#cache, changes, (error) => {
      this.queue.report(error);
      options.onRead(error);
    });
  }

  get query() {
    return this.#cache.query;
  }

  /** Unconfirmed changes of this tab, except those that can still be withdrawn. */
  readonly unsaved = computed(() => this.queue.changes.value.filter((queued) => queued.state !== 'held').length);

  /** Adds a task. Returns false for a name without a visible character. */
  add(name: string): boolean {
    const trimmed = name.trim();
    if (trimmed === '') return false;
    const { makeId, now, notices, texts, showAll } = this.#options;
    const task = { id: makeId(), name: trimmed, createdOn: new Date(now()).toISOString() };
    this.queue.enqueue({ kind: 'create', ...task });
    if (!matches({ ...task, done: false }, this.query.value)) {
      notices.show(texts().addedHidden(trimmed), {
        action: { label: texts().showAll, run: showAll },
      });
    }
    return true;
  }

  /** Adds several tasks, the first on top. */
  addAll(names: readonly string[]): void {
    for (const name of names.toReversed()) this.add(name);
  }

  setDone(row: Row, done: boolean): void {
    if (row.done === done) return;
    this.list.pin(row.id);
    this.#patch(row.id, { done });
    this.#remember({ kind: 'patch', id: row.id, changes: { done: row.done } });
  }

  /** Renames a task; an empty name deletes it, as in TodoMVC. */
  rename(row: Row, name: string): void {
    const trimmed = name.trim();
    this.editing.value = undefined;
    if (trimmed === row.name) return;
    if (trimmed === '') {
      this.remove(row);
      return;
    }
    this.list.pin(row.id);
    this.#patch(row.id, { name: trimmed });
    this.#remember({ kind: 'patch', id: row.id, changes: { name: row.name } });
  }

  /** Hides the row at once; the deletion is sent when the message with "Undo" closes. */
  remove(row: Row): void {
    const { texts } = this.#options;
    const sequence = this.queue.enqueue({ kind: 'remove', id: row.id }, true);
    this.#offerUndo(texts().deleted(row.name), { kind: 'bring-back', sequence, removed: () => [row] });
  }

  clearDone(): void {
    const { texts } = this.#options;
    const count = this.list.counts.value?.done ?? 0;
    const shown = this.list.rows.value.filter((row) => row.done);
    const sequence = this.queue.enqueue({ kind: 'clear-done' }, true);
    const removed = (): readonly Task[] => this.#cleared.get(sequence) ?? shown;
    this.#offerUndo(texts().clearedDone(count), { kind: 'bring-back', sequence, removed });
  }

  /** Undoes the last change, or the given one. Returns false when there is none. */
  undo(entry?: Undo): boolean {
    const taken = this.#history.take(entry);
    if (taken === undefined) return false;
    const { notices, texts } = this.#options;
    if (taken.kind === 'patch') {
      this.list.pin(taken.id);
      this.#patch(taken.id, taken.changes);
      this.focus.value = taken.id;
      notices.show(texts().undone);
      return true;
    }
    if (!this.queue.withdraw(taken.sequence)) this.#bringBack(taken.removed());
    const notice = this.#noticeOf.get(taken);
    if (notice !== undefined) notices.dismiss(notice);
    const first = taken.removed()[0];
    if (first !== undefined) this.focus.value = first.id;
    notices.show(texts().undone);
    return true;
  }

  /** Sends held changes while the page closes. */
  onPageHidden(): void {
    for (const change of this.queue.takeHeld()) {
      void this.#execute(change, true).catch(() => {
        // The page is closing; on failure the task still exists at the next visit.
      });
    }
  }

  /** Removes everything, for another account or none. */
  clear(): void {
    this.#history.clear();
    this.#noticeOf.clear();
    this.#cleared.clear();
    this.queue.clear();
    this.#cache.clear();
    this.draft.value = '';
    this.editing.value = undefined;
    this.#options.kept.clear();
    for (const notice of this.#options.notices.shown.value) this.#options.notices.dismiss(notice.key);
  }

  /** Adopts a change confirmed in another tab. */
  onConfirmedElsewhere({ task, removed, clearedDone }: { task?: Task; removed?: string; clearedDone?: true }): void {
    if (task) this.#cache.put(task);
    if (removed !== undefined) this.#cache.remove(removed);
    if (clearedDone) this.#cache.removeDone();
    void this.list.loadCounts();
  }

  #bringBack(tasks: readonly Task[]): void {
    for (const { id, name, done } of tasks.toReversed()) {
      this.queue.enqueue({ kind: 'create', id, name, createdOn: new Date(this.#options.now()).toISOString() });
      if (done) this.#patch(id, { done });
    }
  }

  #patch(id: string, changes: { name?: string; done?: boolean }): void {
    this.queue.enqueue({ kind: 'patch', id, changes });
  }

  #remember(entry: Undo): void {
    this.#history.push(entry);
  }

  #offerUndo(text: string, entry: Undo & { kind: 'bring-back' }): void {
    const { notices, texts } = this.#options;
    this.#remember(entry);
    const key = notices.show(text, {
      action: { label: texts().undo, run: () => void this.undo(entry) },
      onGone: () => {
        this.#noticeOf.delete(entry);
        this.queue.release(entry.sequence);
      },
    });
    this.#noticeOf.set(entry, key);
  }

  async #send(change: QueuedChange): Promise<void> {
    if (change.kind === 'clear-done') this.#cleared.set(change.sequence, await this.#allDone());
    await this.#execute(change);
  }

  async #execute(change: Change, keepalive = false): Promise<void> {
    const { api } = this.#options;
    switch (change.kind) {
      case 'create': {
        const isNew = this.#cache.find(change.id) === undefined;
        const task = await api.create(change.id, change.name, keepalive);
        if (isNew) this.#countUp(task, 1);
        this.#confirm({ task });
        return;
      }
      case 'patch': {
        const before = this.#cache.find(change.id);
        const task = await api.patch(change.id, change.changes, keepalive);
        if (before && before.done !== task.done) {
          this.#countUp(before, -1);
          this.#countUp(task, 1);
        }
        this.#confirm({ task });
        return;
      }
      case 'remove': {
        const before = this.#cache.find(change.id);
        await api.remove(change.id, keepalive).catch((error: unknown) => {
          // Already deleted elsewhere, as the user wanted.
          if (asApiError(error).status !== 404) throw error;
        });
        if (before) this.#countUp(before, -1);
        this.#confirm({ removed: change.id });
        return;
      }
      case 'clear-done': {
        while ((await api.clearDone(keepalive)).more);
        const counts = this.#cache.counts.value;
        if (counts) this.#cache.setCounts({ ...counts, done: 0 });
        this.#confirm({ clearedDone: true });
      }
    }
  }

  #confirm(confirmed: { task?: Task; removed?: string; clearedDone?: true }): void {
    if (confirmed.task) this.#cache.put(confirmed.task);
    if (confirmed.removed !== undefined) this.#cache.remove(confirmed.removed);
    if (confirmed.clearedDone) this.#cache.removeDone();
    this.#options.tabs.send({ kind: 'confirmed', ...confirmed });
  }

  #countUp(task: Task, by: number): void {
    const counts = this.#cache.counts.value;
    if (counts === undefined) return;
    this.#cache.setCounts(task.done ? { ...counts, done: counts.done + by } : { ...counts, open: counts.open + by });
  }

  /** Every done task, so that clearing them can be undone. */
  async #allDone(): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await this.#options.api.list({ filter: 'done', text: '' }, cursor ?? undefined);
      tasks.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return tasks;
  }

  #onRejected(change: Change, error: ApiError): void {
    const { notices, texts } = this.#options;
    const reason = texts().rejection(error.type, error.errors[0]);
    if (change.kind === 'create') {
      const edit = (): void => {
        this.draft.value = change.name;
      };
      notices.show(texts().notAdded(change.name, reason), {
        tone: 'problem',
        action: { label: texts().edit, run: edit },
      });
      return;
    }
    if (change.kind === 'patch' && error.status === 404) this.#confirm({ removed: change.id });
    const name = change.kind === 'patch' ? change.changes.name : undefined;
    if (change.kind === 'patch' && name !== undefined) {
      const edit = (): void => {
        if (this.#cache.find(change.id)) this.editing.value = { id: change.id, text: name };
        else this.draft.value = name;
      };
      notices.show(texts().notRenamed(name, reason), { tone: 'problem', action: { label: texts().edit, run: edit } });
      return;
    }
    notices.show(texts().notChanged(reason), { tone: 'problem' });
  }

  /** Saves the queue for this tab and notifies the others; once for all changes of one event-loop task. */
  #publish(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    queueMicrotask(() => {
      this.#publishing = false;
      const changes = this.queue.changes.value;
      const { account } = this.#options.tabs;
      if (account !== undefined) this.#options.kept.save(account, changes);
      this.#options.tabs.send({ kind: 'pending', changes });
    });
  }
}
