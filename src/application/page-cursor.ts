import { checkedTaskId } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskPosition } from './task.repository.js';

/** Base-36 milliseconds since 1970, a dot, a task id. */
const CURSOR_PATTERN = /^(-?[0-9a-z]{1,11})\.([0-9a-f]{24})$/;

/**
 * A place in a list as a string for the caller to hand back. It holds nothing but the time and id of a task that the
 * caller has just been given, and says nothing about whose list it is for: the user is asked for with every page.
 */
export function encodeCursor(position: TaskPosition): string {
  return `${position.createdOn.getTime().toString(36)}.${position.id}`;
}

/**
 * The position that a cursor encodes.
 *
 * @param field What the caller calls the cursor.
 * @throws TaskError INVALID_INPUT for anything that `encodeCursor` never made.
 */
export function decodeCursor(cursor: string, field: string): TaskPosition {
  const [, time, id] = CURSOR_PATTERN.exec(cursor) ?? [];
  const createdOn = new Date(parseInt(time ?? '', 36));
  if (Number.isNaN(createdOn.getTime())) throw TaskError.invalid(field, 'must be the `nextCursor` of an earlier page');
  return { createdOn, id: checkedTaskId(id, field) };
}
