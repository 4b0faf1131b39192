/** A task as the API returns it. */
export interface Task {
  readonly id: string;
  readonly name: string;
  readonly done: boolean;
  /** ISO 8601. */
  readonly createdOn: string;
}

/** What a rename or a tick changes; unset fields are left unchanged. */
export interface TaskChanges {
  readonly name?: string;
  readonly done?: boolean;
}

/** A task in the list: with `unsaved`, the server has not confirmed what is shown. */
export interface Row extends Task {
  readonly unsaved?: boolean;
}

/** How many tasks the account has. */
export interface TaskCounts {
  readonly open: number;
  readonly done: number;
}

/** Which tasks the list shows. */
export interface TaskQuery {
  readonly filter: 'all' | 'open' | 'done';
  /** Text that the name contains; empty: any. */
  readonly text: string;
}

/** Longest task name that the service accepts, in UTF-16 units. */
export const TASK_NAME_MAX_LENGTH = 4_096;

/** Whether the list for `query` shows the task: the rule that the service applies as well. */
export function matches(task: Task, query: TaskQuery): boolean {
  if (query.filter === 'open' && task.done) return false;
  if (query.filter === 'done' && !task.done) return false;
  return query.text === '' || searchable(task.name).includes(searchable(query.text));
}

function searchable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Order of the list: newest first, and by id within a millisecond. */
export function compareTasks(a: Task, b: Task): number {
  if (a.createdOn !== b.createdOn) return a.createdOn < b.createdOn ? 1 : -1;
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1;
}
