import type {
  Edited,
  Healthcheck,
  Inserted,
  Task as TaskMessage,
  TaskCounts as TaskCountsMessage,
  TaskEdit,
  TaskPage as TaskPageMessage,
  TaskTotals as TaskTotalsMessage,
} from '@tasks/idl';
import type { Health } from '../../application/check-health.js';
import type { InsertedTask } from '../../application/insert-tasks.js';
import type { TaskPage } from '../../application/page-tasks.js';
import { checkedRevision } from '../../application/remove-task-if.js';
import type { EditedTask } from '../../application/task-editor.js';
import type { TaskCounts, TaskTotals } from '../../application/task.repository.js';
import { checkedTaskId, checkedUserId, type Task } from '../../domain/task.js';
import {
  checkedDueOn,
  checkedNote,
  checkedPosition,
  checkedRepeat,
  checkedTaskName,
} from '../../domain/task-details.js';
import { TaskError } from '../../domain/task.errors.js';
import { parseWallClock } from '../../domain/wall-clock.js';
import { Keeps } from './domain-rule.js';
import { isoDate } from './iso-date.js';
import { wireCode } from './task-error.filter.js';
import { IsOptional } from './validation.js';

// Fields are listed one by one, so that a new field of the domain is not exposed by accident.

/** Minimum size of a task on the wire, in bytes: the compact protocol, an empty name, the shortest user id. */
export const MIN_TASK_BYTES = 50;

/** Fields of `Task` that came after the first clients. */
const LATER_FIELDS = ['note', 'dueOn', 'starred', 'repeat', 'doneOn', 'position', 'changedOn'] as const;

/**
 * Converts a task to the wire form of the first four methods. Clients of that time fail at fields that they don't know:
 * the JSON protocol of thriftpy2 raises KeyError.
 */
export function toFirstTaskMessage({ id, userId, name, createdOn, done }: Task): TaskMessage {
  return { id, userId, name, createdOn: isoDate(createdOn), done };
}

/** Converts a task to its wire form. */
export function toTaskMessage({ id, userId, name, createdOn, done, details }: Task): TaskMessage {
  const { note, dueOn, starred, repeat, doneOn, position, changedOn } = details;
  // One literal: to spread another object into it takes V8 ten times as long, for each task of a list.
  return {
    id,
    userId,
    name,
    createdOn: isoDate(createdOn),
    done,
    note,
    dueOn,
    starred,
    repeat,
    doneOn: doneOn && isoDate(doneOn),
    position,
    changedOn: changedOn && isoDate(changedOn),
  };
}

/** The struct `Task` as an argument of `upsert`; `createdOn` is ignored. */
export class TaskFields implements TaskMessage {
  @IsOptional() @Keeps(checkedTaskId) readonly id?: string;
  @Keeps(checkedUserId) readonly userId: string;
  @IsOptional() @Keeps(checkedTaskName) readonly name?: string;
  readonly done?: boolean;

  /** @throws TaskError INVALID_INPUT for a later field: `upsert` would answer without it. */
  constructor(sent: TaskFields & TaskMessage) {
    const later = LATER_FIELDS.find((field) => sent[field] !== undefined);
    if (later !== undefined) throw TaskError.invalid(`task.${later}`, 'must not be set: use edit');
    this.id = sent.id;
    this.userId = sent.userId;
    this.name = sent.name;
    this.done = sent.done;
  }
}

/** The struct `TaskEdit`. */
export class TaskEditFields implements TaskEdit {
  @IsOptional() @Keeps(checkedTaskName) readonly name?: string;
  readonly done?: boolean;
  @IsOptional() @Keeps(checkedNote) readonly note?: string;
  @IsOptional() @Keeps(checkedDueOn) readonly dueOn?: string;
  readonly starred?: boolean;
  @IsOptional() @Keeps(checkedRepeat) readonly repeat?: string;
  @IsOptional() @Keeps(checkedPosition) readonly position?: string;
  @IsOptional() @Keeps(parseWallClock) readonly now?: string;
  @IsOptional() @Keeps(checkedRevision) readonly ifRevision?: string;

  constructor(sent: TaskEditFields) {
    this.name = sent.name;
    this.done = sent.done;
    this.note = sent.note;
    this.dueOn = sent.dueOn;
    this.starred = sent.starred;
    this.repeat = sent.repeat;
    this.position = sent.position;
    this.now = sent.now;
    this.ifRevision = sent.ifRevision;
  }
}

/** Converts an edited task and its successor to their wire form. */
export function toEdited({ task, successor }: EditedTask): Edited {
  return { task: toTaskMessage(task), successor: successor && toTaskMessage(successor) };
}

/** Converts the outcome of an insert to its wire form. */
export function toInserted(inserted: InsertedTask): Inserted {
  if ('task' in inserted) return { task: toTaskMessage(inserted.task), created: inserted.created };
  const { code, message } = inserted.rejection;
  return { created: false, code: wireCode(code), message };
}

/** Converts the numbers of users' tasks to their wire form. */
export function toTaskTotalsMessages(totals: ReadonlyMap<string, TaskTotals>): Map<string, TaskTotalsMessage> {
  return new Map(Array.from(totals, ([userId, numbers]) => [userId, toTaskTotalsMessage(numbers)]));
}

function toTaskTotalsMessage({ open, done, overdue, dueToday }: TaskTotals): TaskTotalsMessage {
  return { open: BigInt(open), done: BigInt(done), overdue: BigInt(overdue), dueToday: BigInt(dueToday) };
}

/** Converts a page to its wire form. */
export function toTaskPageMessage({ tasks, next }: TaskPage): TaskPageMessage {
  return { tasks: tasks.map(toTaskMessage), nextCursor: next };
}

/** Converts counts to their wire form. */
export function toTaskCountsMessage({ open, done }: TaskCounts): TaskCountsMessage {
  return { open: BigInt(open), done: BigInt(done) };
}

/** Converts health to its wire form, without the store's error, which is for operators. */
export function toHealthcheck({ ok, message }: Health): Healthcheck {
  return { ok, message };
}
