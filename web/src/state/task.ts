import type { Task as Contract } from '@tasks/idl';

/** A task as the API returns it. */
export type Task = { readonly [Field in 'id' | 'name' | 'createdOn']: string } & { readonly done: boolean } & Optional;

/** The fields changed by a rename or a tick; unset fields are left unchanged. */
export type TaskChanges = { readonly name?: string; readonly done?: boolean } & Optional;

/** Fields of the contract that a task need not have. */
type Optional = {
  readonly [Field in Exclude<keyof Contract, 'id' | 'userId' | 'name' | 'createdOn' | 'done'>]?: NonNullable<
    Contract[Field]
  >;
};

/** A task in the list. `unsaved`: the shown state is not confirmed. */
export type Row = Task & { readonly unsaved?: boolean };

/** Number of the account's tasks. */
export interface TaskCounts {
  readonly open: number;
  readonly done: number;
}

export interface TaskQuery {
  readonly filter: 'all' | 'open' | 'done';
  /** Words that the name contains; empty: any. */
  readonly text: string;
}

/** Whether the list for `query` includes the task: the same rule as in the service. */
export function matches(task: Task, query: TaskQuery): boolean {
  if (query.filter === 'open' && task.done) return false;
  if (query.filter === 'done' && !task.done) return false;
  const name = searchable(task.name);
  return searchable(query.text)
    .split(/\s+/u)
    .every((word) => name.includes(word));
}

/** Without case and the marks of Latin, Greek and Cyrillic letters. */
function searchable(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
}

/** Order of the list: newest first, and by id within a millisecond. */
export function compareTasks(a: Task, b: Task): number {
  if (a.createdOn !== b.createdOn) return a.createdOn < b.createdOn ? 1 : -1;
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1;
}

/** Whether both show the same. */
export function isSameTask(task: Task, other: Task | undefined): boolean {
  if (other === undefined) return false;
  const fields = [...Object.keys(task), ...Object.keys(other)] as (keyof Task)[];
  return fields.every((field) => task[field] === other[field]);
}
