import type { Task as Contract, TaskEdit as ContractEdit } from '@tasks/idl';
import { creationKey } from './position.js';

type Always = 'id' | 'name' | 'createdOn' | 'done';
/** Fields that an edit never removes. */
type Kept = 'name' | 'done' | 'starred';

/** A task as the API returns it, with its list. Fields without a value are missing. */
export type Task = { readonly [Field in Always]: NonNullable<Contract[Field]> } & {
  /** Public id of its list. */
  readonly list: string;
  /** Length of the whole note: `note` is its beginning, but for the open task. */
  readonly noteLength?: number;
  /** Numbers of the lines of the note that are steps. */
  readonly steps?: { readonly done: number; readonly total: number };
} & {
  readonly [Field in Exclude<keyof Contract, Always | 'userId'>]?: NonNullable<Contract[Field]>;
};

/** Fields of an edit; unset ones are left unchanged, null removes one. */
export type TaskChanges = { readonly [Field in Kept]?: NonNullable<Task[Field]> } & {
  readonly [Field in Exclude<keyof ContractEdit, Kept | 'now' | 'ifRevision'>]?: NonNullable<
    ContractEdit[Field]
  > | null;
};

/** Fields of a new task beside its name. */
export type NewTask = Partial<Pick<Task, Exclude<keyof TaskChanges, 'name'>>>;

/** A task in the list. `unsaved`: the shown state is not confirmed; `new`: the server does not have it yet. */
export type Row = Task & { readonly unsaved?: 'new' | 'changed' };

/** Numbers of tasks of a list. */
export interface TaskCounts {
  readonly open: number;
  readonly done: number;
}

const keys = new WeakMap<Task, string>();

/** Sort key of the manual order; that of a task that the server does not have yet is before all others. */
export function keyOf(task: Row): string {
  const known = keys.get(task);
  if (known !== undefined) return known;
  const key = task.position ?? (task.unsaved === 'new' ? ' ' : '') + creationKey(task.createdOn, task.id);
  keys.set(task, key);
  return key;
}

const foldedNames = new WeakMap<Task, string>();

/** Returns the name as `folded` does, computed once. */
export function foldedName(task: Task): string {
  const known = foldedNames.get(task);
  if (known !== undefined) return known;
  const name = folded(task.name);
  foldedNames.set(task, name);
  return name;
}

const IS_ASCII = /^[\0-\x7f]*$/;

/** Without case and the marks of Latin, Greek and Cyrillic letters. */
export function folded(text: string): string {
  if (IS_ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
}

/** Whether the task has the beginning of its note only. */
export function isCut({ note, noteLength }: Task): boolean {
  return (noteLength ?? 0) > (note?.length ?? 0);
}

/** Returns the task after an edit, as the server will confirm it. */
export function withChanges<T extends Task>(task: T, changes: TaskChanges): T {
  const removed = new Set(Object.entries(changes).flatMap(([field, value]) => (value === null ? [field] : [])));
  if (changes.note !== undefined) for (const field of ['steps', 'noteLength']) removed.add(field);
  if (changes.done === false) removed.add('doneOn');
  const kept = Object.entries({ ...task, ...changes }).filter(([field]) => !removed.has(field));
  return { ...Object.fromEntries(kept), ...(changes.note ? noteFields(changes.note) : {}) } as T;
}

const STEP = /^[ \t]*[-*+] \[([ xX])\](?=\s|$)/gm;

/** The fields that the server derives from a note. */
export function noteFields(note: string): Pick<Task, 'note' | 'noteLength' | 'steps'> {
  const marks = [...note.matchAll(STEP)].map(([, mark]) => mark);
  const done = marks.filter((mark) => mark !== ' ').length;
  return { note, noteLength: note.length, ...(marks.length > 0 && { steps: { done, total: marks.length } }) };
}

/** Returns the changes that restore the fields which `changes` sets. */
export function inverseOf(task: Task, changes: TaskChanges): TaskChanges {
  const before: Record<string, unknown> = {};
  for (const field of Object.keys(changes) as (keyof TaskChanges)[]) {
    before[field] = task[field] ?? (field === 'starred' ? false : null);
  }
  return before;
}

/** Whether both show the same. Thousands are compared at once, so it makes no lists of fields. */
export function isSameTask(task: Task, other: Task | undefined): boolean {
  if (other === undefined) return false;
  return task === other || (hasFieldsOf(task, other) && hasFieldsOf(other, task));
}

function hasFieldsOf(task: Task, other: Task): boolean {
  for (const name in other) {
    const field = name as keyof Task;
    if (task[field] === other[field]) continue;
    if (field !== 'steps' || task.steps?.done !== other.steps?.done || task.steps?.total !== other.steps?.total)
      return false;
  }
  return true;
}
