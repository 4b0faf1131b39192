import { checkedTaskId } from '../domain/task.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskPosition } from './task.repository.js';

/** Base-36 milliseconds since 1970, a dot, a task id. */
const CURSOR_PATTERN = /^(-?[0-9a-z]{1,11})\.([0-9a-f]{24})$/;

/**
 * Encodes a position in a list as a string for the caller to pass back. It contains only the time and id of a task that
 * the caller has just received, not the user: every page has its own user argument.
 */
export function encodeCursor(position: TaskPosition): string {
  return `${position.createdOn.getTime().toString(36)}.${position.id}`;
}

/**
 * Returns the position that a cursor encodes.
 *
 * @param field The caller's name of the cursor.
 * @throws TaskError INVALID_INPUT for anything that `encodeCursor` never returned.
 */
export function decodeCursor(cursor: string, field: string): TaskPosition {
  const [, time, id] = CURSOR_PATTERN.exec(cursor) ?? [];
  const createdOn = new Date(parseInt(time ?? '', 36));
  if (Number.isNaN(createdOn.getTime())) throw TaskError.invalid(field, 'must be the `nextCursor` of an earlier page');
  return { createdOn, id: checkedTaskId(id, field) };
}
