/** The task that a done one with a repeat made. */
export interface Successor {
  readonly id: string;
  /** Its revision as it was made. */
  readonly revision: string;
}

/** What a task can have beyond its name and check mark. Most tasks have none of it. */
export interface TaskDetails {
  readonly note?: string | undefined;
  /** A wall clock: `2026-12-01` or `2026-12-01T09:30`. */
  readonly dueOn?: string | undefined;
  /** Unset: no star. */
  readonly starred?: true | undefined;
  /** A completed rule. */
  readonly repeat?: string | undefined;
  readonly doneOn?: Date | undefined;
  readonly position?: string | undefined;
  /** Unset: never changed. */
  readonly changedOn?: Date | undefined;
  readonly successor?: Successor | undefined;
}

/** Changes of details: unset ones are left unchanged, `null` unsets one. */
export type DetailChanges = { readonly [Detail in keyof TaskDetails]?: TaskDetails[Detail] | null };

/** The details of the many tasks without any. */
export const NO_DETAILS: TaskDetails = Object.freeze({});

/** Names of the details, in the order in which they are stored. */
export const DETAIL_NAMES = [
  'note',
  'dueOn',
  'starred',
  'repeat',
  'doneOn',
  'position',
  'changedOn',
  'successor',
] as const satisfies readonly (keyof TaskDetails)[];

/** Returns the details after the changes; other fields of `changes` are ignored. */
export function changedDetails(details: TaskDetails, changes: DetailChanges): TaskDetails {
  if (hasDetails(details, changes)) return details;
  const changed: Partial<Record<keyof TaskDetails, unknown>> = {};
  let isEmpty = true;
  for (const name of DETAIL_NAMES) {
    const value = changes[name] === undefined ? details[name] : changes[name];
    if (value == null) continue;
    changed[name] = value;
    isEmpty = false;
  }
  return isEmpty ? NO_DETAILS : (changed as TaskDetails);
}

/** Whether the set fields of `expected` are as in these details; `null` matches an unset one. */
export function hasDetails(details: TaskDetails, expected: DetailChanges): boolean {
  return DETAIL_NAMES.every((name) => expected[name] === undefined || isSame(details[name], expected[name]));
}

/** Whether two tasks have the same details. */
export function equalDetails(one: TaskDetails, other: TaskDetails): boolean {
  return one === other || DETAIL_NAMES.every((name) => isSame(one[name], other[name]));
}

type Detail = TaskDetails[keyof TaskDetails] | null;

function isSame(one: Detail, other: Detail): boolean {
  if (one == null || other == null) return one == other;
  if (one instanceof Date) return other instanceof Date && one.getTime() === other.getTime();
  if (typeof one !== 'object') return one === other;
  return typeof other === 'object' && 'id' in other && one.id === other.id && one.revision === other.revision;
}
