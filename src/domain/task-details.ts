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

/** Returns the details after the changes; other fields of `changes` are ignored. */
export function changedDetails(details: TaskDetails, changes: DetailChanges): TaskDetails {
  if (isUnset(changes)) return details;
  const changed: TaskDetails = {
    note: changedValue(details.note, changes.note),
    dueOn: changedValue(details.dueOn, changes.dueOn),
    starred: changedValue(details.starred, changes.starred),
    repeat: changedValue(details.repeat, changes.repeat),
    doneOn: changedValue(details.doneOn, changes.doneOn),
    position: changedValue(details.position, changes.position),
    changedOn: changedValue(details.changedOn, changes.changedOn),
    successor: changedValue(details.successor, changes.successor),
  };
  return isUnset(changed) ? NO_DETAILS : changed;
}

/** Whether the set fields of `expected` are as in these details; `null` matches an unset one. */
export function hasDetails(details: TaskDetails, expected: DetailChanges): boolean {
  return (
    isExpected(details.note, expected.note) &&
    isExpected(details.dueOn, expected.dueOn) &&
    isExpected(details.starred, expected.starred) &&
    isExpected(details.repeat, expected.repeat) &&
    isExpected(details.doneOn, expected.doneOn) &&
    isExpected(details.position, expected.position) &&
    isExpected(details.changedOn, expected.changedOn) &&
    isExpected(details.successor, expected.successor)
  );
}

/** Whether two tasks have the same details. */
export function equalDetails(one: TaskDetails, other: TaskDetails): boolean {
  return one === other || (hasDetails(one, other) && hasDetails(other, one));
}

// Nearly all tasks have no details. Properties are named above and below, since a list of names takes microseconds a task.

/** Whether none of the details is set, nor `null`. */
export function isUnset(changes: DetailChanges): boolean {
  return (
    changes.note === undefined &&
    changes.dueOn === undefined &&
    changes.starred === undefined &&
    changes.repeat === undefined &&
    changes.doneOn === undefined &&
    changes.position === undefined &&
    changes.changedOn === undefined &&
    changes.successor === undefined
  );
}

type Detail = TaskDetails[keyof TaskDetails] | null;

function changedValue<Value>(value: Value | undefined, change: Value | null | undefined): Value | undefined {
  return change === undefined ? value : (change ?? undefined);
}

function isExpected(value: Detail, expected: Detail): boolean {
  if (expected === undefined || value === expected) return true;
  if (expected === null || value == null) return value === undefined && expected === null;
  if (expected instanceof Date) return value instanceof Date && value.getTime() === expected.getTime();
  if (typeof expected !== 'object' || typeof value !== 'object') return false;
  return 'id' in value && value.id === expected.id && value.revision === expected.revision;
}
