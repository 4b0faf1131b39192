export interface Task {
  readonly id: string;
  readonly name: string;
  readonly done: boolean;
  /** ISO 8601. */
  readonly createdOn: string;
}

/** The fields changed by a rename or a tick; unset fields are left unchanged. */
export interface TaskChanges {
  readonly name?: string;
  readonly done?: boolean;
}

/** A task in the list. `unsaved`: the shown state is not confirmed. */
export interface Row extends Task {
  readonly unsaved?: boolean;
}

/** Number of the account's tasks. */
export interface TaskCounts {
  readonly open: number;
  readonly done: number;
}

export interface TaskQuery {
  readonly filter: 'all' | 'open' | 'done';
  /** Text that the name contains; empty: any. */
  readonly text: string;
}

/** Maximum length of a task name, in UTF-16 units. */
export const TASK_NAME_MAX_LENGTH = 4_096;

/** Whether the list for `query` includes the task: the same rule as in the service. */
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

/** Whether both show the same. */
export function isSameTask(task: Task, other: Task | undefined): boolean {
  return task.name === other?.name && task.done === other.done && task.createdOn === other.createdOn;
}
