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
 * Returns the queue with `change` added. An edit of a row whose creation was never sent is merged into the creation,
 * edits of one row are merged, and removing a row whose creation was never sent removes all of its changes.
 */
export function withChange(queue: readonly QueuedChange[], change: QueuedChange): readonly QueuedChange[] {
  const concerns = (queued: QueuedChange): boolean =>
    queued.kind !== 'clear-done' && change.kind !== 'clear-done' && queued.id === change.id;
  if (change.kind === 'remove' && change.state !== 'held') {
    const unsent = queue.some((queued) => queued.kind === 'create' && queued.state === 'waiting' && concerns(queued));
    if (unsent) return queue.filter((queued) => !concerns(queued));
  }
  const merged = change.kind === 'edit' ? withMergedEdit(queue, change, concerns) : undefined;
  if (merged) return merged;
  const isBehindHeld = queue.some((queued) => conflicts(queued, change));
  return [
    ...(isBehindHeld ? queue.map((queued) => (conflicts(queued, change) ? released(queued) : queued)) : queue),
    change,
  ];
}

function withMergedEdit(
  queue: readonly QueuedChange[],
  change: QueuedChange & { kind: 'edit' },
  concerns: (queued: QueuedChange) => boolean,
): readonly QueuedChange[] | undefined {
  const place = queue.findLastIndex((queued) => concerns(queued) || isClearOf(queued, change.list));
  const last = queue[place];
  const { changes } = change;
  // A tick makes a successor and its undo removes it: each is sent by itself.
  if (changes.done !== undefined) return undefined;
  if (last?.kind === 'create' && last.state === 'waiting') {
    const { name = last.name, ...fields } = changes;
    return queue.with(place, { ...last, name, fields: withoutNulls({ ...last.fields, ...fields }) });
  }
  if (last?.kind !== 'edit' || last.state === 'sending' || last.state === 'held') return undefined;
  if (last.changes.done !== undefined || (last.base === undefined) !== (change.base === undefined)) return undefined;
  // The server may have the earlier note already, which is what this one was typed on.
  if (change.base && last.state === 'retrying') return undefined;
  return queue.with(place, { ...last, changes: { ...last.changes, ...changes } });
}

/** A change after "clear done" stays after it: merged into an earlier one it would affect which tasks are cleared. */
function isClearOf(queued: QueuedChange, list: string): boolean {
  return queued.kind === 'clear-done' && queued.list === list;
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): NewTask {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Returns the queue with the held changes of a command released, as if they had been made now. */
export function withReleased(queue: readonly QueuedChange[], command: number): readonly QueuedChange[] {
  const isHeld = (queued: QueuedChange): boolean => queued.command === command && queued.state === 'held';
  const rest = queue.filter((queued) => !isHeld(queued));
  if (rest.length === queue.length) return queue;
  const held = queue.filter(isHeld);
  return held.reduce<readonly QueuedChange[]>((all, change) => withChange(all, { ...change, state: 'waiting' }), rest);
}

/** Whether a held change has to be sent before `change`. */
function conflicts(queued: QueuedChange, change: Change): boolean {
  if (queued.state !== 'held') return false;
  if (queued.kind === 'clear-done') {
    return change.kind === 'edit' && change.list === queued.list && change.changes.done === true;
  }
  return change.kind !== 'clear-done' && queued.id === change.id;
}

function released(queued: QueuedChange): QueuedChange {
  return queued.state === 'held' ? { ...queued, state: 'waiting' } : queued;
}
