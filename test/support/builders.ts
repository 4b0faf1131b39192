import { Task } from '../../src/domain/task.js';

const FIRST_DAY_MS = Date.UTC(2026, 10, 23, 21, 45, 0, 647);

/** The time `milliseconds` after 2026-11-23T21:45:00.647Z. */
export function instant(milliseconds = 0): Date {
  return new Date(FIRST_DAY_MS + milliseconds);
}

/** The 24-digit id of number `n`: ids rise with their numbers. */
export function taskId(n: number): string {
  return n.toString(16).padStart(24, '0');
}

/** A simple task of alice, with these fields. */
export function aTask(fields: Partial<Pick<Task, 'id' | 'userId' | 'name' | 'createdOn' | 'done'>> = {}): Task {
  const { id = taskId(1), userId = 'alice', name = 'buy milk', createdOn = instant(), done = false } = fields;
  return new Task(id, userId, name, createdOn, done);
}
