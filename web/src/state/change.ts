import type { Row, Task, TaskChanges, TaskCounts } from './task.js';

/** One change that the user made and the server has not confirmed. */
export type Change =
  | { readonly kind: 'create'; readonly id: string; readonly name: string; readonly createdOn: string }
  | { readonly kind: 'patch'; readonly id: string; readonly changes: TaskChanges }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'clear-done' };

/**
 * A change in the queue. `held`: can still be withdrawn, not sent yet. `waiting`: never sent. `sending`: in flight.
 * `retrying`: sent at least once without an answer, so the server may have carried it out.
 */
export type QueuedChange = Change & {
  readonly sequence: number;
  readonly state: 'held' | 'waiting' | 'sending' | 'retrying';
};

/** What the list shows when `changes` are applied to what the server confirmed. */
export class Overlay {
  readonly #touched = new Map<string, Row | undefined>();
  readonly #created: string[] = [];
  #cleared = false;

  /** @param find The confirmed task with that id. */
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
        if (find(id) === undefined) this.#created.push(id);
        this.#touched.set(id, { ...(find(id) ?? { id, name, createdOn, done: false }), unsaved: true });
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

  /** The row for a confirmed task; undefined when the changes remove it. */
  row(task: Task): Row | undefined {
    return this.#touched.has(task.id) ? this.#touched.get(task.id) : this.#confirmed(task);
  }

  /** Rows that the server has not confirmed at all, newest first. */
  created(): Row[] {
    return [...new Set(this.#created)]
      .reverse()
      .map((id) => this.#touched.get(id))
      .filter((row) => row !== undefined);
  }

  /** `counts` as they will be when the changes are confirmed. */
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
 * The queue with `change` added. A rename of a row whose creation was never sent becomes part of that creation, changes to
 * one row become one, and removing a row whose creation was never sent drops everything about it.
 */
export function withChange(queue: readonly QueuedChange[], change: QueuedChange): QueuedChange[] {
  const concerns = (queued: QueuedChange): boolean =>
    queued.kind !== 'clear-done' && change.kind !== 'clear-done' && queued.id === change.id;
  if (change.kind === 'remove' && change.state !== 'held') {
    const unsent = queue.some((queued) => queued.kind === 'create' && queued.state === 'waiting' && concerns(queued));
    if (unsent) return queue.filter((queued) => !concerns(queued));
  }
  if (change.kind === 'patch') {
    // A change behind "clear done" stays behind it: merged into an earlier one it would decide what is cleared.
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

/** The queue with the held change `sequence` free to go, as if it had been made now. */
export function withReleased(queue: readonly QueuedChange[], sequence: number): readonly QueuedChange[] {
  const held = queue.find((queued) => queued.sequence === sequence && queued.state === 'held');
  if (held === undefined) return queue;
  const rest = queue.filter((queued) => queued !== held);
  return withChange(rest, { ...held, state: 'waiting' });
}

/** Whether a held change has to reach the server before `change` does. */
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
