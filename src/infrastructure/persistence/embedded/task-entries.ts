import type { Entry } from '@tasks/embedded-store';
import type { TaskPosition } from '../../../application/task.repository.js';
import { Task } from '../../../domain/task.js';

// How tasks are laid out in the embedded store. A user's entries lie together, oldest first:
//
//   c USER            how many of the user's tasks are open and done
//   d USER POSITION   (empty) the done tasks
//   i ID              USER POSITION of that task
//   o USER POSITION   (empty) the open tasks
//   t USER POSITION   the task: `1` when it is done, else `0`, then its name
//
// USER is the length of the user's id in three hexadecimal digits and the id, so that no user is the beginning of another.
// POSITION is the time in twelve digits that sort like it, also before 1970, then the task's id.

/** All entries of tasks: the content of a backup, since the others follow from them. */
export const TASK_ENTRIES = { gte: 't', lt: 'u' } as const;
/** All entries with numbers of tasks. */
export const COUNT_ENTRIES = { gte: 'c', lt: 'd' } as const;
/** Key that a health check writes. */
export const PROBE_KEY = 'h';

const USER_LENGTH_DIGITS = 3;
const TIME_DIGITS = 11;
const ID_DIGITS = 24;
const POSITION_LENGTH = 1 + TIME_DIGITS + ID_DIGITS;
/** Maximum absolute time of a Date, in milliseconds. */
const MAX_TIME_MS = 8_640_000_000_000_000;
const NEGATIVE = '0';
const POSITIVE = '1';
const AFTER_ALL = '2';
const DONE = '1';
const OPEN = '0';

/** Entries besides the tasks themselves. */
type TaskIndex = 'open' | 'done';

const LETTERS: Readonly<Record<TaskIndex, string>> = { open: 'o', done: 'd' };

/** The part of keys that identifies a user. */
export function userPart(userId: string): string {
  return userId.length.toString(16).padStart(USER_LENGTH_DIGITS, '0') + userId;
}

/** The part of keys that identifies a task: its user, then its position. */
export function taskPart(user: string, { createdOn, id }: TaskPosition): string {
  const time = createdOn.getTime();
  const digits = (time < 0 ? time + MAX_TIME_MS : time).toString(36).padStart(TIME_DIGITS, '0');
  return user + (time < 0 ? NEGATIVE : POSITIVE) + digits + id;
}

/** The key of the task itself. */
export function taskKey(task: string): string {
  return `t${task}`;
}

/** The key of a task in the list of the user's open or done tasks. */
export function indexKey(index: TaskIndex, task: string): string {
  return LETTERS[index] + task;
}

/** The key of a task's position by id. */
export function idKey(id: string): string {
  return `i${id}`;
}

/** The key of a user's numbers of tasks. */
export function countKey(user: string): string {
  return `c${user}`;
}

/** The range of a user's tasks, all or only open or done ones, up to a position. */
export function userRange(user: string, index?: TaskIndex, before?: TaskPosition): { gte: string; lt: string } {
  const start = (index === undefined ? 't' : LETTERS[index]) + user;
  return { gte: start, lt: before ? taskPart(start, before) : start + AFTER_ALL };
}

/** Extracts the part that identifies a task from its key or a list key. */
export function taskPartOf(key: string): string {
  return key.slice(1);
}

/** Extracts the user's part from a task's part. */
export function userPartOf(task: string): string {
  return task.slice(0, -POSITION_LENGTH);
}

/** Whether the task with that part belongs to the user. */
export function isOfUser(task: string, user: string): boolean {
  return task.length === user.length + POSITION_LENGTH && task.startsWith(user);
}

/** The stored value of a task. */
export function toValue({ done, name }: Pick<Task, 'done' | 'name'>): string {
  return (done ? DONE : OPEN) + name;
}

/** Parses an entry to a task. @throws Error when it is not one, or has a form that only a newer version knows. */
export function toTask([key, value]: Entry): Task {
  const positionAt = key.length - POSITION_LENGTH;
  const userId = key.slice(1 + USER_LENGTH_DIGITS, positionAt);
  const digits = parseInt(key.slice(positionAt + 1, positionAt + 1 + TIME_DIGITS), 36);
  const createdOn = new Date(key[positionAt] === NEGATIVE ? digits - MAX_TIME_MS : digits);
  if (positionAt < 1 + USER_LENGTH_DIGITS || Number.isNaN(createdOn.getTime()))
    throw new Error(`Not a task entry: ${key}`);
  const isDone = value.startsWith(DONE);
  // Read as a name, it would be written back as one by the next change.
  if (!isDone && !value.startsWith(OPEN)) throw new Error(`Written by a newer version: ${key}`);
  return new Task(key.slice(-ID_DIGITS), userId, value.slice(1), createdOn, isDone);
}

/** The entry of a task. */
export function toEntry(task: Task): Entry {
  return [taskKey(taskPart(userPart(task.userId), task)), toValue(task)];
}
