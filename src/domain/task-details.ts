import { NAME_MAX_LENGTH, NOTE_MAX_LENGTH, POSITION_MAX_LENGTH } from '@tasks/idl';
import { parseRepeatRule } from './repeat-rule.js';
import { TaskError } from './task.errors.js';
import { parseWallClock } from './wall-clock.js';

// Every list of the fields of a task that can change is in this file. Properties are written out, since going through a
// list of names takes microseconds a task.

/** Letters and digits of a sort key. */
const POSITION_PATTERN = /^[0-9A-Za-z]+$/;

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

/** Changes of a task; unset fields are left unchanged, `null` unsets a detail. */
export interface TaskChanges extends DetailChanges {
  readonly name?: string | undefined;
  readonly done?: boolean | undefined;
}

/** Changes as a caller sends them, before validation; an empty text clears a detail. */
export interface TaskEdit {
  readonly name?: string | undefined;
  readonly done?: boolean | undefined;
  readonly note?: string | undefined;
  readonly dueOn?: string | undefined;
  readonly starred?: boolean | undefined;
  readonly repeat?: string | undefined;
  readonly position?: string | undefined;
}

/** Fields of a task that can be compared with the stored ones, as stores read them; `null`: the field is unset. */
export type ComparedFields = Omit<TaskChanges, 'doneOn'>;

/** The details of the many tasks without any. */
export const NO_DETAILS: TaskDetails = Object.freeze({});

/**
 * Validates changes, each by itself: see `completedChanges`.
 *
 * @throws TaskError INVALID_INPUT
 */
export function checkedChanges(edit: TaskEdit): TaskChanges {
  const { name, done, note, dueOn, starred, repeat, position } = edit;
  if (name !== undefined) checkedTaskName(name);
  if (note !== undefined) checkedNote(note);
  if (dueOn !== undefined) checkedDueOn(dueOn);
  if (repeat !== undefined) checkedRepeat(repeat);
  if (position !== undefined) checkedPosition(position);
  return {
    name,
    done,
    note: note === '' ? null : note,
    dueOn: dueOn === '' ? null : dueOn,
    starred: starred === false ? null : starred,
    repeat: repeat === '' ? null : repeat,
    position: position === '' ? null : position,
  };
}

/** Whether no field is set. */
export function changesNothing(changes: TaskChanges): boolean {
  return changes.name === undefined && changes.done === undefined && isUnset(changes);
}

/** Returns the changes with what the service itself sets. */
export function withServiceFields(
  { name, done, note, dueOn, starred, repeat, position }: TaskChanges,
  { doneOn, changedOn, successor }: Pick<TaskChanges, 'doneOn' | 'changedOn' | 'successor'>,
): TaskChanges {
  return { name, done, note, dueOn, starred, repeat, doneOn, position, changedOn, successor };
}

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

/** What the next task of a series takes over as it is. */
export function repeatedDetails({ note, starred, position }: TaskDetails): DetailChanges {
  return { note, starred, position };
}

/** Returns the expectation that a task is unchanged. */
export function stateOf(task: {
  readonly name: string;
  readonly done: boolean;
  readonly details: TaskDetails;
}): Required<ComparedFields> {
  const { name, done, details } = task;
  const { note = null, dueOn = null, starred = null, repeat = null } = details;
  const { position = null, changedOn = null, successor = null } = details;
  return { name, done, note, dueOn, starred, repeat, position, changedOn, successor };
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

/** Length of the texts that can be long, in UTF-16 units. */
export function detailsLength({ note = '' }: TaskDetails): number {
  return note.length;
}

/**
 * Validates the name of a task.
 *
 * @param field The caller's name of it.
 * @throws TaskError INVALID_INPUT
 */
export function checkedTaskName(value: string, field = 'name'): string {
  return checkedText(value, NAME_MAX_LENGTH, field);
}

/** Validates a note. @throws TaskError INVALID_INPUT */
export function checkedNote(value: string, field = 'note'): string {
  return checkedText(value, NOTE_MAX_LENGTH, field);
}

/** Validates the date of a task; an empty text is none. @throws TaskError INVALID_INPUT */
export function checkedDueOn(value: string, field = 'dueOn'): string {
  if (value !== '') parseWallClock(value, field);
  return value;
}

/** Validates the rule of a task; an empty text is none. @throws TaskError INVALID_INPUT */
export function checkedRepeat(value: string): string {
  if (value !== '') parseRepeatRule(value);
  return value;
}

/** Validates the sort key of a task; an empty text is none. @throws TaskError INVALID_INPUT */
export function checkedPosition(value: string, field = 'position'): string {
  if (value === '' || (value.length <= POSITION_MAX_LENGTH && POSITION_PATTERN.test(value))) return value;
  throw TaskError.invalid(field, `must be 1-${String(POSITION_MAX_LENGTH)} of 0-9, A-Z and a-z`);
}

/** Validates a text that is stored. @throws TaskError INVALID_INPUT */
export function checkedText(value: string, maxLength: number, field: string): string {
  if (value.length > maxLength) throw TaskError.invalid(field, `must be at most ${String(maxLength)} characters`);
  // Half a surrogate pair has no UTF-8 form: a store would replace it, and two different users could become one.
  if (!value.isWellFormed()) throw TaskError.invalid(field, 'must be well-formed Unicode text');
  return value;
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
