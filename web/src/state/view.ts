import { folded, foldedName, keyOf, type Row, type Task } from './task.js';

/** What the list shows. */
export type View =
  { readonly kind: 'today' | 'upcoming' | 'starred' | 'all' } | { readonly kind: 'list'; readonly list: string };

/** Order of the rows; `manual`: as the user put them. */
export type Sorting = 'manual' | 'due' | 'created';

/** Which open tasks are shown, and in which order. */
export interface Selection {
  readonly view: View;
  /** Words that the name contains; not empty: of all lists, whatever the view. */
  readonly text: string;
  readonly sorting: Sorting;
  /** The day after today, as `2026-12-02`. */
  readonly tomorrow: string;
}

export function isSameView(a: View, b: View): boolean {
  return a.kind === b.kind && (a.kind !== 'list' || (b.kind === 'list' && a.list === b.list));
}

/** Returns the rule for the tasks of a selection, open or done. */
export function matcherOf({ view, text, tomorrow }: Selection): (task: Task) => boolean {
  if (text !== '') {
    const words = folded(text).split(/\s+/u);
    return (task) => words.every((word) => foldedName(task).includes(word));
  }
  switch (view.kind) {
    case 'today':
      return ({ dueOn }) => dueOn !== undefined && dueOn < tomorrow;
    case 'upcoming':
      return ({ dueOn }) => dueOn !== undefined && dueOn >= tomorrow;
    case 'starred':
      return ({ starred }) => starred === true;
    case 'all':
      return () => true;
    case 'list':
      return ({ list }) => list === view.list;
  }
}

/** After every date. */
const NO_DATE = '~';

/** Returns the order of a selection's open tasks. */
export function comparatorOf({ view, text, sorting }: Selection): (a: Row, b: Row) => number {
  const byDay = text === '' && (view.kind === 'today' || view.kind === 'upcoming');
  if (byDay || sorting === 'due') return (a, b) => compare(a.dueOn ?? NO_DATE, b.dueOn ?? NO_DATE) || byKey(a, b);
  if (sorting === 'created') return (a, b) => newestFirst(a, b);
  return byKey;
}

/** Order of done tasks: the latest first. */
export function compareDone(a: Row, b: Row): number {
  return compare(b.doneOn ?? b.createdOn, a.doneOn ?? a.createdOn) || newestFirst(a, b);
}

function byKey(a: Row, b: Row): number {
  return compare(keyOf(a), keyOf(b)) || compare(b.id, a.id);
}

/** Order of the server's lists, open or done. */
export function newestFirst(a: Row, b: Row): number {
  return compare(b.createdOn, a.createdOn) || compare(b.id, a.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
