import { SEARCH_TEXT_MAX_LENGTH, USER_ID_MAX_LENGTH } from '@tasks/idl';
import { completedRepeatRule, formatRepeatRule, parseRepeatRule } from './repeat-rule.js';
import { hasOccurrences } from './occurrences.js';
import {
  changedDetails,
  checkedChanges,
  checkedText,
  detailsLength,
  equalDetails,
  hasDetails,
  NO_DETAILS,
  type TaskChanges,
  type TaskDetails,
  type TaskEdit,
} from './task-details.js';
import { TaskError } from './task.errors.js';
import { parseWallClock } from './wall-clock.js';

/** A task's id: 24 hexadecimal digits. Upper case is accepted, lower case is stored. */
const TASK_ID_PATTERN = /^[0-9a-f]{24}$/i;

/** 30 combining marks before another one, in Unicode's stream-safe format (UAX #15). */
const LONG_RUN_OF_MARKS = /\p{M}{30}(?=\p{M})/gu;
const COMBINING_GRAPHEME_JOINER = '\u034f';
/** Marks of Latin, Greek and Cyrillic letters; those of other scripts make other letters. */
const DIACRITICS = /[\u0300-\u034e\u0350-\u036f]/g;

/** Returns the current time. */
export type Clock = () => Date;

/** Generates the unique id of a new task: 24 hexadecimal digits, lower case. */
export type TaskIdGenerator = () => string;

/** A new task before validation. Unset fields get their defaults: no name, not done. */
export interface NewTask extends TaskEdit {
  readonly id: string;
  readonly userId: string;
  readonly createdOn: Date;
  readonly doneOn?: Date | undefined;
}

/** A task of one user. Immutable: a change is a new task. */
export class Task {
  /**
   * Creates a task from stored data without validation, since stored tasks may be older than today's rules.
   *
   * @param id 24 hexadecimal digits, lower case.
   * @param createdOn When it was added, in whole milliseconds.
   */
  constructor(
    readonly id: string,
    readonly userId: string,
    readonly name: string,
    readonly createdOn: Date,
    readonly done: boolean,
    readonly details: TaskDetails = NO_DETAILS,
  ) {}

  /**
   * Creates a new, valid task.
   *
   * @throws TaskError INVALID_INPUT
   */
  static create(fields: NewTask): Task {
    const { id, createdOn, doneOn } = fields;
    const empty = new Task(id, checkedUserId(fields.userId), '', createdOn, false);
    const task = empty.with(completedChanges(checkedChanges(fields), empty));
    return doneOn ? task.with({ doneOn }) : task;
  }

  /** Length of its texts, in UTF-16 units. */
  get textLength(): number {
    return this.name.length + detailsLength(this.details);
  }

  /** Returns this task with the set fields of `changes`. */
  with(changes: TaskChanges): Task {
    const { id, userId, createdOn } = this;
    const details = changedDetails(this.details, changes);
    return new Task(id, userId, changes.name ?? this.name, createdOn, changes.done ?? this.done, details);
  }

  /** Returns this task as that of another user. */
  ownedBy(userId: string): Task {
    return new Task(this.id, userId, this.name, this.createdOn, this.done, this.details);
  }

  /** Returns this task without its details, as callers of the first four methods know it. */
  withoutDetails(): Task {
    if (this.details === NO_DETAILS) return this;
    return new Task(this.id, this.userId, this.name, this.createdOn, this.done);
  }

  /** Whether the set fields of `expected` are as in this task; `null` matches an unset detail. */
  has(expected: TaskChanges): boolean {
    const { name = this.name, done = this.done } = expected;
    return name === this.name && done === this.done && hasDetails(this.details, expected);
  }

  /** Whether the other task has the same id and the same state. */
  equals(other: Task): boolean {
    return (
      this.id === other.id &&
      this.userId === other.userId &&
      this.name === other.name &&
      this.done === other.done &&
      this.createdOn.getTime() === other.createdOn.getTime() &&
      equalDetails(this.details, other.details)
    );
  }
}

/** Whether `completedChanges` depends on the task. */
export function needsTask({ dueOn, repeat }: TaskChanges): boolean {
  return dueOn === null || typeof repeat === 'string';
}

/**
 * Checks what changes have to keep together with the task, and completes a rule from the date that the task will have.
 *
 * @throws TaskError INVALID_INPUT
 */
export function completedChanges(changes: TaskChanges, { details }: Task): TaskChanges {
  if (!needsTask(changes)) return changes;
  const dueOn = changes.dueOn === undefined ? details.dueOn : changes.dueOn;
  const repeat = changes.repeat === undefined ? details.repeat : changes.repeat;
  if (repeat == null) return changes;
  if (dueOn == null) throw TaskError.invalid('repeat', 'must have a dueOn: clear both, or set both');
  if (changes.repeat === undefined) return changes;
  const due = parseWallClock(dueOn, 'dueOn');
  const rule = completedRepeatRule(parseRepeatRule(repeat), due);
  if (!hasOccurrences(rule, due)) throw TaskError.invalid('repeat', 'must have an occurrence after dueOn');
  return { ...changes, repeat: formatRepeatRule(rule) };
}

/**
 * Validates a task's id and returns its stored form.
 *
 * @param field The caller's name of the id: `taskId`.
 * @throws TaskError INVALID_INPUT
 */
export function checkedTaskId(value: unknown, field: string): string {
  if (typeof value === 'string' && TASK_ID_PATTERN.test(value)) return value.toLowerCase();
  throw TaskError.invalid(field, 'must be 24 hexadecimal digits');
}

/**
 * Validates the id of a user; an unset one is rejected like an empty one.
 *
 * @param field The caller's name of the id.
 * @throws TaskError INVALID_INPUT
 */
export function checkedUserId(value: unknown, field = 'userId'): string {
  if (typeof value !== 'string' || value === '') throw TaskError.invalid(field, 'must not be empty');
  return checkedText(value, USER_ID_MAX_LENGTH, field);
}

/**
 * Returns the search form of a name: without differences of case, diacritics and compatibility forms (Unicode NFKC). Runs
 * of marks are split as in Unicode's stream-safe format, since the time to normalize grows with the square of their
 * length.
 */
export function searchForm(text: string): string {
  const bounded = text.replace(LONG_RUN_OF_MARKS, `$&${COMBINING_GRAPHEME_JOINER}`);
  return bounded.normalize('NFKD').replace(DIACRITICS, '').normalize('NFC').toLowerCase();
}

/**
 * Validates a search text. One character can become 18 in its search form, whose length is limited as well.
 *
 * @param field The caller's name of it.
 * @returns Its search form.
 * @throws TaskError INVALID_INPUT
 */
export function checkedSearchText(value: string, field: string): string {
  return checkedText(searchForm(checkedText(value, SEARCH_TEXT_MAX_LENGTH, field)), SEARCH_TEXT_MAX_LENGTH, field);
}
