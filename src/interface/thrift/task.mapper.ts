import type { Health } from '../../application/check-health.js';
import type { TaskPage } from '../../application/page-tasks.js';
import type { TaskCounts } from '../../application/task.repository.js';
import { checkedTaskId, checkedTaskName, checkedUserId, type Task } from '../../domain/task.js';
import { Keeps } from './domain-rule.js';
import { isoDate } from './iso-date.js';
import type {
  Healthcheck,
  Task as TaskMessage,
  TaskCounts as TaskCountsMessage,
  TaskPage as TaskPageMessage,
} from '@tasks/idl';
import { IsOptional } from './validation.js';

// Fields are listed one by one, so that a new field of the domain is not exposed by accident.

/** Minimum size of a task on the wire, in bytes: the compact protocol, an empty name, the shortest user id. */
export const MIN_TASK_BYTES = 50;

/** Converts a task to its wire form. */
export function toTaskMessage({ id, userId, name, createdOn, done }: Task): TaskMessage {
  return { id, userId, name, createdOn: isoDate(createdOn), done };
}

/** The struct `Task` as an argument of `upsert`; `createdOn` is ignored. */
export class TaskFields implements TaskMessage {
  @IsOptional() @Keeps(checkedTaskId) readonly id?: string;
  @Keeps(checkedUserId) readonly userId: string;
  @IsOptional() @Keeps(checkedTaskName) readonly name?: string;
  readonly done?: boolean;

  constructor(sent: TaskFields) {
    this.id = sent.id;
    this.userId = sent.userId;
    this.name = sent.name;
    this.done = sent.done;
  }
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
