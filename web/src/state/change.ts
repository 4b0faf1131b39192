import type { Row, Task, TaskChanges, TaskCounts } from './task.js';

/** A change by the user that the server has not confirmed. */
export type Change =
  | { readonly kind: 'create'; readonly id: string; readonly name: string; readonly createdOn: string }
  | { readonly kind: 'patch'; readonly id: string; readonly changes: TaskChanges }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'clear-done' };

/**
 * A change in the queue. `held`: not sent yet, can still be withdrawn. `waiting`: never sent. `sending`: in flight.
 * `retrying`: sent at least once without an answer, so the server may have executed it.
 */
export type QueuedChange = Change & {
  readonly sequence: number;
  readonly state: 'held' | 'waiting' | 'sending' | 'retrying';
};

/** The row of a creation, so that thousands of unsaved rows are not rendered again with each change of one. */
const rowsOfCreations = new WeakMap<Change, Row>();

/** Returns the list as shown: confirmed tasks with `changes` applied. */
export class Overlay {
  readonly #touched = new Map<string, Row | undefined>();
  readonly #created: string[] = [];
  #cleared = false;

  /** @param find Returns the confirmed task with that id. */
  constructor(
    readonly changes: readonly Change[],
    find: (id: string) => Task | undefined,
  ) {
    for (const change of changes) this.#apply(change, find);
  }

  #apply(change: Change, find: (id: string) => Task | undefined): void {
    switch (change.kind) {
      case 'create': {
        const { id, name, createdOn } = change;
        const known = find(id);
        const row = rowsOfCreations.get(change) ?? { id, name, createdOn, done: false, unsaved: true };
        rowsOfCreations.set(change, row);
        if (known === undefined) this.#created.push(id);
        this.#touched.set(id, known ? { ...known, unsaved: true } : row);
        return;
      }
      case 'patch': {
        const row = this.#touched.has(change.id) ? this.#touched.get(change.id) : this.#confirmed(find(change.id));
        if (row !== undefined) this.#touched.set(change.id, { ...row, ...change.changes, unsaved: true });
        return;
      }
      case 'remove':
        this.#touched.set(change.id, undefined);
        return;
      case 'clear-done':
        this.#cleared = true;
        for (const [id, row] of this.#touched) if (row?.done) this.#touched.set(id, undefined);
    }
  }

  #confirmed(task: Task | undefined): Task | undefined {
    return this.#cleared && task?.done ? undefined : task;
  }

  /** Returns the row for a confirmed task; undefined when the changes remove it. */
  row(task: Task): Row | undefined {
    return this.#touched.has(task.id) ? this.#touched.get(task.id) : this.#confirmed(task);
  }

  /** Returns rows without a confirmed task, newest first. */
  created(): Row[] {
    return [...new Set(this.#created)]
      .reverse()
      .map((id) => this.#touched.get(id))
      .filter((row) => row !== undefined);
  }

  /** Returns `counts` with the changes applied. */
  counts(counts: TaskCounts, find: (id: string) => Task | undefined): TaskCounts {
    let { open, done } = counts;
    if (this.#cleared) done = 0;
    for (const [id, row] of this.#touched) {
      const before = this.#confirmed(find(id));
      if (before?.done === false) open--;
      if (before?.done === true) done--;
      if (row?.done === false) open++;
      if (row?.done === true) done++;
    }
    return { open: Math.max(0, open), done: Math.max(0, done) };
  }
}

/**
 * Returns the queue with `change` added. A rename of a row whose creation was never sent is merged into the creation,
 * changes of one row are merged, and removing a row whose creation was never sent removes all of its changes.
 */
export function withChange(queue: readonly QueuedChange[], change: QueuedChange): QueuedChange[] {
  const concerns = (queued: QueuedChange): boolean =>
    queued.kind !== 'clear-done' && change.kind !== 'clear-done' && queued.id === change.id;
  if (change.kind === 'remove' && change.state !== 'held') {
    const unsent = queue.some((queued) => queued.kind === 'create' && queued.state === 'waiting' && concerns(queued));
    if (unsent) return queue.filter((queued) => !concerns(queued));
  }
  if (change.kind === 'patch') {
    // A change after "clear done" stays after it: merged into an earlier one it would affect which tasks are cleared.
    const cleared = queue.findLastIndex((queued) => queued.kind === 'clear-done');
    const last = queue.slice(cleared + 1).findLast(concerns);
    if (last?.kind === 'create' && last.state === 'waiting' && change.changes.done === undefined) {
      return replace(queue, last, { ...last, name: change.changes.name ?? last.name });
    }
    if (last?.kind === 'patch' && last.state !== 'sending') {
      return replace(queue, last, { ...last, changes: { ...last.changes, ...change.changes } });
    }
  }
  return [...queue.map((queued) => (conflicts(queued, change) ? released(queued) : queued)), change];
}

/** Returns the queue with the held change `sequence` released, as if it had been made now. */
export function withReleased(queue: readonly QueuedChange[], sequence: number): readonly QueuedChange[] {
  const held = queue.find((queued) => queued.sequence === sequence && queued.state === 'held');
  if (held === undefined) return queue;
  const rest = queue.filter((queued) => queued !== held);
  return withChange(rest, { ...held, state: 'waiting' });
}

/** Whether a held change has to be sent before `change`. */
function conflicts(queued: QueuedChange, change: Change): boolean {
  if (queued.state !== 'held') return false;
  if (queued.kind === 'clear-done') return change.kind === 'patch' && change.changes.done === true;
  return change.kind !== 'clear-done' && queued.id === change.id;
}

function released(queued: QueuedChange): QueuedChange {
  return queued.state === 'held' ? { ...queued, state: 'waiting' } : queued;
}

function replace(queue: readonly QueuedChange[], old: QueuedChange, now: QueuedChange): QueuedChange[] {
  return queue.map((queued) => (queued === old ? now : queued));
}
