import { signal } from '@preact/signals-core';
import type { ApiError } from '../api/api-error.js';
import type { TasksApi } from '../api/tasks-api.js';
import type { Language } from '../i18n/language.js';
import type { Browser } from './browser.js';
import { ChangeQueue } from './change-queue.js';
import { ChangeSender } from './change-sender.js';
import type { Change, NoteBase } from './change.js';
import type { ListsModel } from './lists.js';
import type { Notices } from './notices.js';
import { objectIdMaker } from './object-id.js';
import { OpenTaskModel, type OpenTask } from './open-task.js';
import { creationKey, MOST_REKEYED, positionsForMove } from './position.js';
import { SelectedRows } from './selected-rows.js';
import type { Tabs } from './tabs.js';
import { TaskCache } from './task-cache.js';
import { TaskList } from './task-list.js';
import { inverseOf, isCut, type NewTask, type Row, type Task, type TaskChanges } from './task.js';
import { UndoHistory, type Undo } from './undo.js';
import { wallClockOf } from './wall-clock.js';

/** A task to add. */
export type TaskDraft = NewTask & { readonly name: string };

/** The tasks of the account and all commands on them. Every command is shown at once, and undone as a whole. */
export class TaskModel {
  readonly #browser: Browser;
  readonly #language: Language;
  readonly #notices: Notices;
  readonly #lists: ListsModel;
  readonly #makeId: () => string;
  readonly #cache = new TaskCache();
  readonly #sender: ChangeSender;
  readonly #history = new UndoHistory();
  readonly #noticeOf = new Map<Undo, number>();
  readonly queue: ChangeQueue;
  readonly list: TaskList;
  readonly open: OpenTaskModel;
  readonly selected = new SelectedRows();
  /** Text of the field for a new task. */
  readonly draft = signal('');
  /** The row being renamed, with the text so far. */
  readonly editing = signal<{ readonly id: string; readonly text: string } | undefined>(undefined);
  /** Row that gets the focus next; the list moves it there. */
  readonly focus = signal<string | undefined>(undefined);

  constructor(api: TasksApi, lists: ListsModel, tabs: Tabs, notices: Notices, language: Language, browser: Browser) {
    this.#browser = browser;
    this.#language = language;
    this.#notices = notices;
    this.#lists = lists;
    this.#makeId = objectIdMaker(browser);
    this.#sender = new ChangeSender(api, this.#cache, lists, tabs);
    this.queue = new ChangeQueue(this.#sender, browser, this.#onRejected);
    this.list = new TaskList(api, this.#cache, this.queue, lists, tabs, browser);
    this.open = new OpenTaskModel(api, this.#cache, this.#sender, this.queue, this.list);
  }

  /** Adds a task. @returns Its id; undefined for a name without a visible character. */
  add(list: string, draft: TaskDraft): string | undefined {
    return this.#addAll(list, [draft])[0]?.id;
  }

  /** Adds several tasks, the first on top. @returns Their number. */
  addAll(list: string, drafts: readonly TaskDraft[]): number {
    const added = this.#addAll(list, drafts);
    if (added.length > 1) this.#offerUndo(this.#language.texts.peek().addedSeveral(added.length));
    return added.length;
  }

  #addAll(list: string, drafts: readonly TaskDraft[]): readonly (Change & { kind: 'create' })[] {
    const createdOn = new Date(this.#browser.now()).toISOString();
    // The newest is on top.
    const changes = drafts
      .map(({ name, ...fields }) => ({ name: name.trim(), fields }))
      .filter(({ name }) => name !== '')
      .toReversed()
      .map(({ name, fields }) => ({ kind: 'create' as const, list, id: this.#makeId(), name, createdOn, fields }));
    if (changes.length > 0)
      this.#run(
        changes,
        () => changes.map(({ id }) => ({ kind: 'remove', list: this.#listOf(id, list), id })),
        undefined,
      );
    return changes.toReversed();
  }

  /** Changes fields of tasks. @param open The open task when its note was typed. */
  edit(rows: readonly Row[], changes: TaskChanges, open = this.open.current.peek()): void {
    const edited = rows.map((row) => withWholeNote(row, open)).filter((row) => !isUnchanged(row, changes));
    this.#edit(
      edited.map((row) => ({ row, changes, base: changes.note === undefined ? undefined : baseOf(row, open) })),
    );
    if (edited.length > 1) this.#offerUndo(this.#language.texts.peek().changedSeveral(edited.length));
  }

  /** Renames a task; an empty name deletes it, as in TodoMVC. */
  rename(row: Row, name: string): void {
    const trimmed = name.trim();
    this.editing.value = undefined;
    if (trimmed === '') this.remove([row]);
    else this.edit([row], { name: trimmed });
  }

  /** Ticks tasks, or opens them again. Ticked rows stay for a moment. */
  setDone(rows: readonly Row[], done: boolean): void {
    const changed = rows.filter((row) => row.done !== done);
    if (changed.length === 0) return;
    this.list.pins.pin(changed.map(({ id }) => id));
    this.#edit(changed.map((row) => ({ row, changes: { done } })));
    const texts = this.#language.texts.peek();
    if (done) this.#offerUndo(changed[1] ? texts.doneSeveral(changed.length) : texts.doneOne(changed[0]?.name ?? ''));
  }

  /** Moves tasks to another list. */
  move(rows: readonly Row[], to: string): void {
    const moved = rows.filter(({ list }) => list !== to);
    const [first] = moved;
    if (first === undefined) return;
    const changes = moved.map(({ list, id }): Change => ({ kind: 'move', list, id, to }));
    this.#run(changes, () => moved.map(({ list, id }) => ({ kind: 'move', list: to, id, to: list })), first.id);
    const list = this.#lists.find(to);
    const texts = this.#language.texts.peek();
    this.#offerUndo(texts.moved(moved.length, first.name, list ? this.#lists.nameOf(list) : ''));
  }

  /** Hides rows at once; the deletion is sent when the message with "Undo" closes. */
  remove(rows: readonly Row[]): void {
    const [first] = rows;
    if (first === undefined) return;
    const texts = this.#language.texts.peek();
    const changes = rows.map(({ list, id }): Change => ({ kind: 'remove', list, id }));
    this.#run(changes, (command) => this.#broughtBack(command, rows), first.id, true);
    this.#offerUndo(rows.length > 1 ? texts.deletedSeveral(rows.length) : texts.deleted(first.name));
  }

  clearDone(list: string): void {
    const texts = this.#language.texts.peek();
    const known = this.#lists.find(list);
    const count = (known && this.list.countsOf(known)?.done) ?? 0;
    const broughtBack = (command: number): readonly Change[] | undefined =>
      this.queue.has(command) ? undefined : [...this.#sender.removedBy(command).values()].map(toBroughtBack);
    this.#run([{ kind: 'clear-done', list }], broughtBack, undefined, true);
    this.#offerUndo(texts.clearedDone(count));
  }

  /** Moves a row in the manual order: before or after another one. */
  reorder(row: Row, { before, after }: { readonly before?: string; readonly after?: string }): void {
    const others = this.list.rows.peek().filter(({ id }) => id !== row.id);
    const target = others.findIndex(({ id }) => id === (before ?? after));
    if (target < 0) return;
    const place = before === undefined ? target + 1 : target;
    // No more of them get new keys: computing those of thousands would take too long.
    const start = Math.max(0, place - MOST_REKEYED);
    const near = others.slice(start, place + MOST_REKEYED);
    const keyed = near.map(({ id, createdOn, position }) => ({ id, key: position ?? creationKey(createdOn, id) }));
    const now = this.#browser.now();
    const positions = positionsForMove(keyed, row.id, place - start, now, () => this.#browser.random());
    const rows = [row, ...near].filter(({ id }) => positions.has(id));
    this.#edit(rows.map((one) => ({ row: one, changes: { position: positions.get(one.id) ?? null } })));
  }

  /** Moves a row in the manual order by some places. @returns Its new place; undefined where it can't move. */
  shift(row: Row, by: number): number | undefined {
    const rows = this.list.rows.peek();
    const from = rows.findIndex(({ id }) => id === row.id);
    const to = Math.max(0, Math.min(rows.length - 1, from + by));
    const target = rows[to];
    if (from < 0 || to === from || target === undefined || !this.list.isManual) return undefined;
    this.reorder(row, by < 0 ? { before: target.id } : { after: target.id });
    return to;
  }

  /** Undoes the last command, or the given one. Returns false when there is none. */
  undo(entry?: Undo): boolean {
    const taken = this.#history.take(entry);
    if (taken === undefined) return false;
    if (!this.queue.withdraw(taken.command, taken.size)) this.#revert(taken);
    const notice = this.#noticeOf.get(taken);
    if (notice !== undefined) this.#notices.dismiss(notice);
    if (taken.focus !== undefined) this.focus.value = taken.focus;
    return true;
  }

  /** Enqueues what undoes a command, as soon as it is known. */
  #revert(entry: Undo): void {
    const changes = entry.changes();
    if (changes === undefined) {
      void this.queue.whenSettled(entry.command).then(() => {
        this.#revert(entry);
      });
      return;
    }
    this.#sender.forget(entry.command);
    if (changes.length === 0) this.#notices.show(this.#language.texts.peek().notUndone, { tone: 'problem' });
    const reopened = changes.flatMap((change) =>
      change.kind === 'edit' && change.changes.done === true ? [change.id] : [],
    );
    this.list.pins.pin(reopened);
    this.queue.enqueue(changes);
  }

  /** What brings removed rows back: those with long notes once these were read. */
  #broughtBack(command: number, rows: readonly Row[]): readonly Change[] | undefined {
    const removed = this.#sender.removedBy(command);
    const whole = rows.flatMap((row) => {
      const note = removed.get(row.id)?.note;
      if (isCut(row)) return note === undefined ? [] : [{ ...row, note }];
      return [row];
    });
    return whole.length < rows.length && this.queue.has(command) ? undefined : whole.map(toBroughtBack);
  }

  /** Sends held changes while the page closes. */
  onPageHidden(): void {
    const held = this.queue.takeHeld();
    if (held.length === 0) return;
    this.#sender.sendLast(held).catch(() => {
      // The page is closing; on failure the task still exists at the next visit.
    });
  }

  #edit(
    edits: readonly { readonly row: Row; readonly changes: TaskChanges; readonly base?: NoteBase | undefined }[],
  ): void {
    if (edits.length === 0) return;
    const now = wallClockOf(this.#browser.now());
    const toChange = (row: Row, changes: TaskChanges, base?: NoteBase): Change => ({
      kind: 'edit',
      list: this.#listOf(row.id, row.list),
      id: row.id,
      changes,
      ...(changes.done !== undefined && { now }),
      ...(base && { base }),
    });
    this.#run(
      edits.map(({ row, changes, base }) => toChange(row, changes, base)),
      () => edits.map(({ row, changes }) => toChange(row, inverseOf(row, changes))),
      edits[0]?.row.id,
    );
  }

  /** The list that a task is in by now. */
  #listOf(id: string, before: string): string {
    return this.list.find(id)?.list ?? before;
  }

  #run(
    changes: readonly Change[],
    inverse: (command: number) => readonly Change[] | undefined,
    focus: string | undefined,
    held = false,
  ): void {
    const command = this.queue.enqueue(changes, held);
    const displaced = this.#history.push({ command, size: changes.length, changes: () => inverse(command), focus });
    if (displaced) this.#sender.forget(displaced.command);
  }

  /** Shows a message about the last command, with a button that undoes it. */
  #offerUndo(text: string): void {
    const entry = this.#history.last;
    if (entry === undefined) return;
    const key = this.#notices.show(text, {
      action: { label: this.#language.texts.peek().undo, run: () => void this.undo(entry) },
      onGone: () => {
        this.#noticeOf.delete(entry);
        this.queue.release(entry.command);
      },
    });
    this.#noticeOf.set(entry, key);
  }

  readonly #onRejected = (change: Change, error: ApiError): void => {
    const texts = this.#language.texts.peek();
    const reason = texts.rejection(error.type, error.errors[0]);
    if (change.kind === 'create') {
      if (error.type === 'id-taken') this.queue.enqueue([{ ...change, id: this.#makeId() }]);
      else this.#showRejected(texts.notAdded(change.name, reason), change.name);
      return;
    }
    if (change.kind === 'edit') {
      const { id, changes } = change;
      if (error.status === 412 && changes.note !== undefined) {
        void this.open.onConflict(id, change.list, changes.note ?? '');
        this.#notices.show(texts.noteConflict, { tone: 'problem' });
        return;
      }
      if (error.status === 404) this.#sender.confirm({ removed: id });
      const { name } = changes;
      if (name !== undefined) {
        const edit = (): void => {
          if (this.#cache.find(id)) this.editing.value = { id, text: name };
          else this.draft.value = name;
        };
        this.#notices.show(texts.notRenamed(name, reason), {
          tone: 'problem',
          action: { label: texts.edit, run: edit },
        });
        return;
      }
    }
    this.#notices.show(texts.notChanged(reason), { tone: 'problem' });
  };

  #showRejected(text: string, name: string): void {
    const edit = (): void => {
      this.draft.value = name;
    };
    this.#notices.show(text, { tone: 'problem', action: { label: this.#language.texts.peek().edit, run: edit } });
  }
}

/** Lists have the beginning of a long note only. */
function withWholeNote(row: Row, open: OpenTask | undefined): Row {
  return open?.id === row.id && open.note.state === 'ready' ? { ...row, note: open.note.text } : row;
}

function baseOf({ id, note = '' }: Row, open: OpenTask | undefined): NoteBase | undefined {
  return open?.id === id && open.etag !== undefined ? { etag: open.etag, note } : undefined;
}

function isUnchanged(row: Row, changes: TaskChanges): boolean {
  const inverse = inverseOf(row, changes);
  return Object.entries(changes).every(([field, value]) => inverse[field as keyof TaskChanges] === value);
}

/** Returns the creation of a task that was removed. */
function toBroughtBack({
  id,
  list,
  name,
  createdOn,
  doneOn,
  done,
  dueOn,
  starred,
  repeat,
  position,
  note,
}: Task): Change {
  const set = { done, dueOn, starred, repeat, position, note };
  const fields = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined && value !== false));
  return { kind: 'create', list, id, name, createdOn, fields, brought: doneOn === undefined ? {} : { doneOn } };
}
