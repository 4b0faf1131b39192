import { isUnset, NO_DETAILS, type Successor, type TaskDetails } from '../../domain/task-details.js';
import { Task } from '../../domain/task.js';

/** What stores, backups and the migration keep of a task beside its id, owner and time. JSON has dates as texts. */
export abstract class TaskContent implements TaskDetails {
  readonly done?: boolean;
  readonly name?: string;
  readonly note?: string;
  readonly dueOn?: string;
  readonly starred?: true;
  readonly repeat?: string;
  readonly doneOn?: Date;
  readonly position?: string;
  readonly changedOn?: Date;
  readonly successor?: Successor;
}

/** The types of the content, for MongoDB's schema. */
export const CONTENT_TYPES = {
  done: Boolean,
  name: String,
  note: String,
  dueOn: String,
  starred: Boolean,
  repeat: String,
  doneOn: Date,
  position: String,
  changedOn: Date,
  successor: Object,
} as const satisfies Record<keyof TaskContent, unknown>;

/** Content as it was found: other writers of a collection may have stored anything. */
export type FoundContent = { readonly [Field in keyof TaskContent]?: unknown };

/** Called for a value of a wrong type, with what it is read as. */
type OnDefect = (field: keyof TaskContent, instead: string) => void;

/** Content as it is stored: every task has a name and is done or not. */
type StoredContent = { readonly [Field in keyof TaskContent]: TaskContent[Field] } & {
  readonly done: boolean;
  readonly name: string;
};

/** The content of a task, without what is unset, in a fixed order of fields: changes of a record compare its text. */
export function toContent({ done, name, details }: Task): StoredContent {
  if (details === NO_DETAILS) return { done, name };
  const set = Object.entries(details).filter(([, value]) => value !== undefined);
  return { done, name, ...(Object.fromEntries(set) as Partial<StoredContent>) };
}

/** The task of a stored content. What is missing is read as its default, as is a value of a wrong type. */
export function fromContent(
  { id, userId, createdOn }: Pick<Task, 'id' | 'userId' | 'createdOn'>,
  content: FoundContent,
  onDefect: OnDefect = () => undefined,
): Task {
  const { done, name } = content;
  const isDone = typeof done === 'boolean';
  const isName = typeof name === 'string';
  if (!isName && name != null) onDefect('name', 'empty');
  if (!isDone && done != null) onDefect('done', 'not done');
  return new Task(id, userId, isName ? name : '', createdOn, isDone && done, detailsOf(content, onDefect));
}

function detailsOf(content: FoundContent, onDefect: OnDefect): TaskDetails {
  const { note, dueOn, starred, repeat, doneOn, position, changedOn, successor } = content;
  // Most tasks have none.
  const any = note ?? dueOn ?? starred ?? repeat ?? doneOn ?? position ?? changedOn ?? successor;
  if (any == null) return NO_DETAILS;
  const valueOf = <Value>(
    field: keyof TaskDetails,
    found: unknown,
    read: (found: unknown) => Value,
  ): Value | undefined => {
    if (found == null) return undefined;
    const value = read(found);
    if (value === undefined) onDefect(field, 'unset');
    return value;
  };
  const details: TaskDetails = {
    note: valueOf('note', note, textOf),
    dueOn: valueOf('dueOn', dueOn, textOf),
    starred: valueOf('starred', starred, flagOf) || undefined,
    repeat: valueOf('repeat', repeat, textOf),
    doneOn: valueOf('doneOn', doneOn, timeOf),
    position: valueOf('position', position, textOf),
    changedOn: valueOf('changedOn', changedOn, timeOf),
    successor: valueOf('successor', successor, successorOf),
  };
  return isUnset(details) ? NO_DETAILS : details;
}

// Return the value that a detail was stored as; undefined for one of a wrong type.

function flagOf(found: unknown): boolean | undefined {
  return typeof found === 'boolean' ? found : undefined;
}

function textOf(found: unknown): string | undefined {
  return typeof found === 'string' ? found : undefined;
}

function timeOf(found: unknown): Date | undefined {
  const time = typeof found === 'string' ? new Date(found) : found;
  return time instanceof Date && !Number.isNaN(time.getTime()) ? time : undefined;
}

const SUCCESSOR_ID = /^[0-9a-f]{24}$/;

function successorOf(found: unknown): Successor | undefined {
  const { id, revision } = found as Partial<Record<keyof Successor, unknown>>;
  const isId = typeof id === 'string' && SUCCESSOR_ID.test(id);
  return isId && typeof revision === 'string' ? { id, revision } : undefined;
}
