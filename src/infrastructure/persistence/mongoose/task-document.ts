import { Types } from 'mongoose';
import type { Task } from '../../../domain/task.js';
import type { StoreDefects } from '../store-defects.js';
import { fromContent, toContent } from '../task-content.js';
import { TASKS_COLLECTION } from './task.schema.js';
import type { TaskDocument } from './task.schema.js';

/** A document as stored: older writers of the collection may have stored anything. */
export type StoredDocument = { readonly [Field in keyof TaskDocument]?: unknown };

/** The time of a task whose document has none. Such tasks sort last. */
export const UNKNOWN_TIME = new Date('0001-01-01T00:00:00.000Z');
/** The maximum time of a `Date`. */
export const LAST_TIME = new Date(8.64e15);

/** The stored fields of a task, as agreed with other services. */
export function fromTask(task: Task): TaskDocument {
  const { id, userId, createdOn } = task;
  // In the order in which other services write them.
  const { name, ...content } = toContent(task);
  return { _id: new Types.ObjectId(id), userId, name, createdOn, ...content };
}

/**
 * Converts a user's document to a task; undefined when callers can't use its id. A value of a wrong type is read as a
 * default and reported. Never throws: an error here would look like one of MongoDB, also after a write.
 */
export function toTask(document: StoredDocument, userId: string, defects: StoreDefects): Task | undefined {
  const { _id } = document;
  if (!(_id instanceof Types.ObjectId)) {
    defects.report(
      `A document in ${TASKS_COLLECTION} has an _id that is not an ObjectId and is left out. Give it another _id`,
    );
    return undefined;
  }
  const id = _id.toHexString();
  const createdOn = timeOf(document, id, defects);
  return fromContent({ id, userId, createdOn }, withoutTextTimes(document), (field, instead) => {
    report(defects, id, field, instead);
  });
}

/** JSON has times as texts; in a document a text is a wrong type. */
function withoutTextTimes(document: StoredDocument): StoredDocument {
  const { doneOn, changedOn } = document;
  if (typeof doneOn !== 'string' && typeof changedOn !== 'string') return document;
  const timeOrWrong = (value: unknown): unknown => (typeof value === 'string' ? NaN : value);
  return { ...document, doneOn: timeOrWrong(doneOn), changedOn: timeOrWrong(changedOn) };
}

/** Whether MongoDB's order puts the document where its task belongs. */
export function isInPlace({ _id, createdOn }: StoredDocument): boolean {
  return _id instanceof Types.ObjectId && createdOn instanceof Date && createdOn > UNKNOWN_TIME;
}

function timeOf(document: StoredDocument, id: string, defects: StoreDefects): Date {
  if (isInPlace(document)) return document.createdOn as Date;
  report(defects, id, 'createdOn', 'unknown, and the task sorts last');
  return UNKNOWN_TIME;
}

function report(defects: StoreDefects, id: string, field: string, instead: string): void {
  defects.report(
    `Document ${id} in ${TASKS_COLLECTION} has a ${field} of a wrong type: it is read as ${instead}. Correct it`,
  );
}
