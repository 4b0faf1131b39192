import type { Operation } from '../api/tasks-api.js';
import {
  noteFields,
  withChanges,
  type NewTask,
  type Row,
  type Task,
  type TaskChanges,
  type TaskCounts,
} from './task.js';

/** What a note was typed on: its text, and the ETag that the task had then. */
export interface NoteBase {
  readonly etag: string;
  readonly note: string;
}

/** A change by the user that the server has not confirmed. `list`: that of the task when it is sent. */
export type Change = { readonly list: string } & (
  | {
      readonly kind: 'create';
      readonly id: string;
      readonly name: string;
      readonly createdOn: string;
      readonly fields?: NewTask;
      /** Of a task that is brought back: sent with the time when it was created and done. */
      readonly brought?: { readonly doneOn?: string };
    }
  | {
      readonly kind: 'edit';
      readonly id: string;
      readonly changes: TaskChanges;
      /** The reader's wall clock when a task was ticked. */
      readonly now?: string;
      /** It is rejected when the note is another one by then. */
      readonly base?: NoteBase;
    }
  | { readonly kind: 'move'; readonly id: string; readonly to: string }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'clear-done' }
);

/**
 * A change in the queue. `held`: not sent yet, can still be withdrawn. `waiting`: never sent. `sending`: in flight.
 * `retrying`: sent at least once without an answer, so the server may have executed it.
 */
export type QueuedChange = Change & {
  readonly sequence: number;
  /** Number of the command that made it, for `release` and `withdraw`. */
  readonly command: number;
  readonly state: 'held' | 'waiting' | 'sending' | 'retrying';
};

/** Returns the change as part of a batch; undefined: it is sent alone. */
export function toOperation(change: Change): Operation | undefined {
  const { list } = change;
  switch (change.kind) {
    case 'create':
      return { op: 'insert', list, ...toInserted(change) };
    case 'edit': {
      const { id, changes, now, base } = change;
      return base ? undefined : { op: 'edit', list, id, ...changes, ...(now !== undefined && { now }) };
    }
    case 'move':
      return { op: 'move', list, id: change.id, to: change.to };
    case 'remove':
      return { op: 'remove', list, id: change.id };
    case 'clear-done':
      return undefined;
  }
}

/** Returns the task that a creation sends. */
export function toInserted({ id, name, createdOn, fields, brought }: Change & { kind: 'create' }) {
  return { id, name, ...fields, ...(brought && { createdOn, ...brought }) };
}

/** The row of a creation, so that thousands of unsaved rows are not rendered again with each change of one. */
const rowsOfCreations = new WeakMap<Change, Row>();

function rowOf(change: Change & { kind: 'create' }): Row {
  const known = rowsOfCreations.get(change);
  if (known) return known;
  const { id, name, list, createdOn, fields: { note, ...fields } = {}, brought } = change;
  const row: Row = {
    ...{ id, name, list, createdOn, done: false, ...fields, ...brought },
    ...(note !== undefined && noteFields(note)),
    unsaved: brought ? 'changed' : 'new',
  };
  rowsOfCreations.set(change, row);
  return row;
}

/** Confirmed tasks with `changes` applied. */
export class Overlay {
  /** Changed rows; undefined: removed. */
  readonly touched = new Map<string, Row | undefined>();
  /** Lists whose done tasks are cleared. */
  readonly #cleared = new Set<string>();
  readonly #find: (id: string) => Task | undefined;

  /** @param find Returns the confirmed task with that id. */
  constructor(changes: readonly Change[], find: (id: string) => Task | undefined) {
    this.#find = find;
    for (const change of changes) this.#apply(change);
  }

  get isEmpty(): boolean {
    return this.touched.size === 0 && this.#cleared.size === 0;
  }

  #apply(change: Change): void {
    switch (change.kind) {
      case 'create': {
        const known = this.#find(change.id);
        this.touched.set(change.id, known ? { ...known, unsaved: 'changed' } : rowOf(change));
        return;
      }
      case 'edit':
        this.#update(change.id, (row) => withChanges(row, change.changes));
        return;
      case 'move':
        this.#update(change.id, (row) => ({ ...row, list: change.to }));
        return;
      case 'remove':
        this.touched.set(change.id, undefined);
        return;
      case 'clear-done':
        this.#cleared.add(change.list);
        for (const [id, row] of this.touched)
          if (row?.done && row.list === change.list) this.touched.set(id, undefined);
    }
  }

  #update(id: string, update: (row: Row) => Row): void {
    const row = this.find(id);
    if (row !== undefined) this.touched.set(id, { unsaved: 'changed', ...update(row) });
  }

  /** Returns the row for a confirmed task; undefined when the changes remove it. */
  row(task: Task): Row | undefined {
    if (this.touched.has(task.id)) return this.touched.get(task.id);
    return task.done && this.#cleared.has(task.list) ? undefined : task;
  }

  /** Returns the row of a task, confirmed or not. */
  find(id: string): Row | undefined {
    if (this.touched.has(id)) return this.touched.get(id);
    const task = this.#find(id);
    return task && this.row(task);
  }

  /** Returns the numbers of a list's tasks with the changes applied. */
  counts({ open, done }: TaskCounts, list: string): TaskCounts {
    const now = { open, done: this.#cleared.has(list) ? 0 : done };
    for (const [id, row] of this.touched) {
      const before = this.#find(id);
      const wasCleared = before?.done === true && this.#cleared.has(list);
      if (before?.list === list && !wasCleared) now[before.done ? 'done' : 'open']--;
      if (row?.list === list) now[row.done ? 'done' : 'open']++;
    }
    return { open: Math.max(0, now.open), done: Math.max(0, now.done) };
  }
}

/**
 * Returns the queue with the changes of a command added. An edit of a row whose creation was never sent is merged into
 * the creation, edits of one row are merged, and removing a row whose creation was never sent removes all of its changes.
 */
export function withAdded(queue: readonly QueuedChange[], added: readonly QueuedChange[]): readonly QueuedChange[] {
  const draft = new QueueDraft(queue, added);
  for (const change of added) draft.add(change);
  return draft.changes;
}

/** A queue to which a command is added. It is searched once, since a command may change thousands of tasks. */
class QueueDraft {
  /** Undefined: removed. */
  readonly #all: (QueuedChange | undefined)[];
  /** Places of the changes of each task of the command, and of "clear done" in each of its lists. */
  readonly #places = new Map<string, number[]>();

  constructor(queue: readonly QueuedChange[], added: readonly QueuedChange[]) {
    this.#all = [...queue];
    for (const change of added) for (const key of [keyOf(change), change.list]) this.#places.set(key, []);
    for (const [place, queued] of queue.entries()) this.#places.get(keyOf(queued))?.push(place);
  }

  get changes(): readonly QueuedChange[] {
    return this.#all.filter((queued) => queued !== undefined);
  }

  add(change: QueuedChange): void {
    if (this.#dropUnsent(change) || this.#merge(change)) return;
    this.#releaseBefore(change);
    this.#placesOf(keyOf(change)).push(this.#all.push(change) - 1);
  }

  #placesOf(key: string): number[] {
    return this.#places.get(key) ?? [];
  }

  /** Drops all changes of a removed row whose creation was never sent. */
  #dropUnsent(change: QueuedChange): boolean {
    if (change.kind !== 'remove' || change.state === 'held') return false;
    const places = this.#placesOf(change.id);
    const isUnsent = places.some((place) => {
      const queued = this.#all[place];
      return queued?.kind === 'create' && queued.state === 'waiting';
    });
    if (isUnsent) for (const place of places.splice(0)) this.#all[place] = undefined;
    return isUnsent;
  }

  #merge(change: QueuedChange): boolean {
    // A tick makes a successor and its undo removes it: each is sent by itself.
    if (change.kind !== 'edit' || change.changes.done !== undefined) return false;
    // A change after "clear done" stays after it: merged into an earlier one it would affect which tasks are cleared.
    const place = Math.max(this.#placesOf(change.id).at(-1) ?? -1, this.#placesOf(change.list).at(-1) ?? -1);
    const last = this.#all[place];
    const { changes } = change;
    if (last?.kind === 'create' && last.state === 'waiting') {
      const { name = last.name, ...fields } = changes;
      this.#all[place] = { ...last, name, fields: withoutNulls({ ...last.fields, ...fields }) };
      return true;
    }
    if (last?.kind !== 'edit' || last.state === 'sending' || last.state === 'held') return false;
    if (last.changes.done !== undefined || (last.base === undefined) !== (change.base === undefined)) return false;
    // The server may have the earlier note already, which is what this one was typed on.
    if (change.base && last.state === 'retrying') return false;
    this.#all[place] = { ...last, changes: { ...last.changes, ...changes } };
    return true;
  }

  /** Releases the held changes that have to be sent before `change`. */
  #releaseBefore(change: QueuedChange): void {
    if (change.kind === 'clear-done') return;
    const isTicked = change.kind === 'edit' && change.changes.done === true;
    for (const place of [...this.#placesOf(change.id), ...(isTicked ? this.#placesOf(change.list) : [])]) {
      const queued = this.#all[place];
      if (queued?.state === 'held') this.#all[place] = { ...queued, state: 'waiting' };
    }
  }
}

/** The task that a change concerns, or the list that is cleared: no task has the id of a list. */
function keyOf(change: Change): string {
  return change.kind === 'clear-done' ? change.list : change.id;
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): NewTask {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/**
 * Returns the queue with held changes released, as if they had been made now.
 *
 * @param command Its number; undefined: all.
 */
export function withReleased(queue: readonly QueuedChange[], command?: number): readonly QueuedChange[] {
  const isReleased = (queued: QueuedChange): boolean =>
    queued.state === 'held' && (command === undefined || queued.command === command);
  const held = queue.filter(isReleased);
  if (held.length === 0) return queue;
  const rest = queue.filter((queued) => !isReleased(queued));
  return withAdded(
    rest,
    held.map((change) => ({ ...change, state: 'waiting' })),
  );
}
