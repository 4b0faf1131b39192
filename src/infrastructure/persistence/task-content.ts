import { Task } from '../../domain/task.js';

/** What stores, backups and the migration keep of a task beside its id, owner and time. */
export abstract class TaskContent {
  readonly done?: boolean;
  readonly name?: string;
}

/** The types of the content, for MongoDB's schema. */
export const CONTENT_TYPES = { done: Boolean, name: String } as const satisfies Record<keyof TaskContent, unknown>;

/** Content as it was found: other writers of a collection may have stored anything. */
export type FoundContent = { readonly [Field in keyof TaskContent]?: unknown };

/** The content of a task, in a fixed order of fields: changes of a record compare its text. */
export function toContent({ done, name }: Task): Required<TaskContent> {
  return { done, name };
}

/**
 * The task of a stored content. What is missing is read as its default, as is a value of a wrong type.
 *
 * @param onDefect Called for a value of a wrong type, with what it is read as.
 */
export function fromContent(
  { id, userId, createdOn }: Pick<Task, 'id' | 'userId' | 'createdOn'>,
  { done, name }: FoundContent,
  onDefect: (field: keyof TaskContent, instead: string) => void = () => undefined,
): Task {
  const isDone = typeof done === 'boolean';
  const isName = typeof name === 'string';
  if (!isName && name != null) onDefect('name', 'empty');
  if (!isDone && done != null) onDefect('done', 'not done');
  return new Task(id, userId, isName ? name : '', createdOn, isDone && done);
}
