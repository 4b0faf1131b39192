import type { TaskPage } from '../../application/page-tasks.js';
import type { Task } from '../../domain/task.js';
import { isoDate } from './iso-date.js';

/** The struct `Task` of the IDL. */
export interface TaskMessage {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly createdOn: string;
  readonly done: boolean;
}

/** The struct `TaskPage` of the IDL. */
export interface TaskPageMessage {
  readonly tasks: TaskMessage[];
  /** Unset on the last page. */
  readonly nextCursor?: string | undefined;
}

/** A task as it travels. Fields are listed one by one: a field that the domain gets tomorrow must not leak today. */
export function toTaskMessage({ id, userId, name, createdOn, done }: Task): TaskMessage {
  return { id, userId, name, createdOn: isoDate(createdOn), done };
}

/** A page as it travels. */
export function toTaskPageMessage({ tasks, next }: TaskPage): TaskPageMessage {
  return { tasks: tasks.map(toTaskMessage), nextCursor: next };
}
