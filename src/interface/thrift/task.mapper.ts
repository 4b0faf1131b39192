import type { Health } from '../../application/check-health.js';
import type { TaskPage } from '../../application/page-tasks.js';
import type { TaskCounts } from '../../application/task.repository.js';
import type { Task } from '../../domain/task.js';
import { isoDate } from './iso-date.js';
import type {
  Healthcheck,
  Task as TaskMessage,
  TaskCounts as TaskCountsMessage,
  TaskPage as TaskPageMessage,
} from '@tasks/idl';

// Fields are listed one by one: one that the domain gets tomorrow must not leak today.

/** What a task takes on the wire at least, in bytes: the compact protocol, an empty name, the shortest id of a user. */
export const LEAST_TASK_BYTES = 50;

/** A task as it travels. */
export function toTaskMessage({ id, userId, name, createdOn, done }: Task): TaskMessage {
  return { id, userId, name, createdOn: isoDate(createdOn), done };
}

/** A page as it travels. */
export function toTaskPageMessage({ tasks, next }: TaskPage): TaskPageMessage {
  return { tasks: tasks.map(toTaskMessage), nextCursor: next };
}

/** Counts as they travel. */
export function toTaskCountsMessage({ open, done }: TaskCounts): TaskCountsMessage {
  return { open: BigInt(open), done: BigInt(done) };
}

/** Health as it travels: what the store failed with is for operators. */
export function toHealthcheck({ ok, message }: Health): Healthcheck {
  return { ok, message };
}
