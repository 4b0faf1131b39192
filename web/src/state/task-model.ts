import { signal } from '@preact/signals-core';
import type { ApiError } from '../api/api-error.js';
import type { TasksApi } from '../api/tasks-api.js';
import type { Language } from '../i18n/language.js';
import type { Browser } from './browser.js';
import { ChangeQueue } from './change-queue.js';
import { ChangeSender } from './change-sender.js';
import type { Change } from './change.js';
import type { Notices } from './notices.js';
import { objectIdMaker } from './object-id.js';
import type { Tabs } from './tabs.js';
import { TaskCache } from './task-cache.js';
import { TaskList } from './task-list.js';
import { matches, type Row, type Task } from './task.js';
import { UndoHistory, type Undo } from './undo.js';

/** The tasks of the account and all commands on them. Every command is shown at once. */
export class TaskModel {
  readonly #browser: Browser;
  readonly #language: Language;
  readonly #notices: Notices;
  readonly #makeId: () => string;
  readonly #cache = new TaskCache();
  readonly #sender: ChangeSender;
  readonly #history = new UndoHistory();
  readonly #noticeOf = new Map<Undo, number>();
  readonly queue: ChangeQueue;
  readonly list: TaskList;
  /** Text of the field for a new task. */
  readonly draft = signal('');
  /** The row being renamed, with the text so far. */
  readonly editing = signal<{ readonly id: string; readonly text: string } | undefined>(undefined);
  /** Row that gets the focus next; the list moves it there. */
  readonly focus = signal<string | undefined>(undefined);

  constructor(api: TasksApi, tabs: Tabs, notices: Notices, language: Language, browser: Browser) {
    this.#browser = browser;
    this.#language = language;
    this.#notices = notices;
    this.#makeId = objectIdMaker(browser);
    this.#sender = new ChangeSender(api, this.#cache, tabs);
    this.queue = new ChangeQueue(this.#sender, browser, this.#onRejected);
    this.list = new TaskList(api, this.#cache, this.queue, tabs, browser);
  }

  get query() {
    return this.#cache.query;
  }

  /** Adds a task. Returns false for a name without a visible character. */
  add(name: string): boolean {
    const change = this.#creation(name);
    if (change.name === '') return false;
    this.queue.enqueue(change);
    this.#mentionHidden([change]);
    return true;
  }

  /** Adds several tasks, the first on top. */
  addAll(names: readonly string[]): void {
    const changes = names.toReversed().map((name) => this.#creation(name));
    this.queue.enqueueAll(changes);
    this.#mentionHidden(changes.toReversed());
  }

  /** Shows a message if the filter hides new tasks, for the first of them. */
  #mentionHidden(changes: readonly (Change & { kind: 'create' })[]): void {
    const hidden = changes.find((change) => !matches({ ...change, done: false }, this.query.value));
    if (hidden === undefined) return;
    const texts = this.#language.texts.peek();
    const run = (): void => {
      this.#browser.showAll();
    };
    this.#notices.show(texts.addedHidden(hidden.name), { action: { label: texts.showAll, run } });
  }

  #creation(name: string): Change & { kind: 'create' } {
    const createdOn = new Date(this.#browser.now()).toISOString();
    return { kind: 'create', id: this.#makeId(), name: name.trim(), createdOn };
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
    const texts = this.#language.texts.peek();
    const sequence = this.queue.enqueue({ kind: 'remove', id: row.id }, true);
    this.#offerUndo(texts.deleted(row.name), { kind: 'bring-back', sequence, removed: () => [row] });
  }

  clearDone(): void {
    const texts = this.#language.texts.peek();
    const count = this.list.counts.value?.done ?? 0;
    const shown = this.list.rows.value.filter((row) => row.done);
    const sequence = this.queue.enqueue({ kind: 'clear-done' }, true);
    const removed = (): readonly Task[] => this.#sender.clearedBy(sequence) ?? shown;
    this.#offerUndo(texts.clearedDone(count), { kind: 'bring-back', sequence, removed });
  }

  /** Undoes the last change, or the given one. Returns false when there is none. */
  undo(entry?: Undo): boolean {
    const taken = this.#history.take(entry);
    if (taken === undefined) return false;
    const texts = this.#language.texts.peek();
    if (taken.kind === 'patch') {
      this.list.pin(taken.id);
      this.#patch(taken.id, taken.changes);
      this.focus.value = taken.id;
      this.#notices.show(texts.undone);
      return true;
    }
    if (!this.queue.withdraw(taken.sequence)) this.#bringBack(taken.removed());
    const notice = this.#noticeOf.get(taken);
    if (notice !== undefined) this.#notices.dismiss(notice);
    const first = taken.removed()[0];
    if (first !== undefined) this.focus.value = first.id;
    this.#notices.show(texts.undone);
    return true;
  }

  /** Sends held changes while the page closes. */
  onPageHidden(): void {
    for (const change of this.queue.takeHeld()) {
      void this.#sender.execute(change, true).catch(() => {
        // The page is closing; on failure the task still exists at the next visit.
      });
    }
  }

  #bringBack(tasks: readonly Task[]): void {
    for (const { id, name, done } of tasks.toReversed()) {
      this.queue.enqueue({ kind: 'create', id, name, createdOn: new Date(this.#browser.now()).toISOString() });
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
    const texts = this.#language.texts.peek();
    this.#remember(entry);
    const key = this.#notices.show(text, {
      action: { label: texts.undo, run: () => void this.undo(entry) },
      onGone: () => {
        this.#noticeOf.delete(entry);
        this.queue.release(entry.sequence);
      },
    });
    this.#noticeOf.set(entry, key);
  }

  readonly #onRejected = (change: Change, error: ApiError): void => {
    const texts = this.#language.texts.peek();
    const reason = texts.rejection(error.type, error.errors[0]);
    if (change.kind === 'create') {
      const edit = (): void => {
        this.draft.value = change.name;
      };
      this.#notices.show(texts.notAdded(change.name, reason), {
        tone: 'problem',
        action: { label: texts.edit, run: edit },
      });
      return;
    }
    if (change.kind === 'patch' && error.status === 404) this.#sender.confirm({ removed: change.id });
    const name = change.kind === 'patch' ? change.changes.name : undefined;
    if (change.kind === 'patch' && name !== undefined) {
      const edit = (): void => {
        if (this.#cache.find(change.id)) this.editing.value = { id: change.id, text: name };
        else this.draft.value = name;
      };
      this.#notices.show(texts.notRenamed(name, reason), { tone: 'problem', action: { label: texts.edit, run: edit } });
      return;
    }
    this.#notices.show(texts.notChanged(reason), { tone: 'problem' });
  };
}
