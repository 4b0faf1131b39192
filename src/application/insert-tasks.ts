import { BATCH_MAX_TASKS } from '@tasks/idl';
import { checkedTaskId, checkedUserId, Task, type Clock } from '../domain/task.js';
import type { TaskEdit } from '../domain/task-details.js';
import { TaskError } from '../domain/task.errors.js';
import type { TaskRepository } from './task.repository.js';

/** How far the clock of a caller may be ahead of this one. */
const CLOCK_DIFFERENCE_MS = 60_000;
const TIME_PATTERN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const DATE_LENGTH = 'yyyy-mm-dd'.length;
const FIRST_TIME = new Date('1900-01-01T00:00:00.000Z');

/** A task to insert, with the id and the times of the caller. */
export interface TaskToInsert extends TaskEdit {
  readonly id?: string | undefined;
  readonly createdOn?: string | undefined;
  readonly doneOn?: string | undefined;
}

interface InsertTasksInput {
  readonly userId: string;
  readonly tasks: readonly TaskToInsert[];
}

/** The stored task and whether it is new, or why it was rejected. */
export type InsertedTask = { readonly task: Task; readonly created: boolean } | { readonly rejection: TaskError };

/** Adds tasks under the ids of the caller, each by itself. Repeating the call returns the stored tasks, unchanged. */
export class InsertTasks {
  readonly #tasks: TaskRepository;
  readonly #now: Clock;

  constructor(tasks: TaskRepository, now: Clock) {
    this.#tasks = tasks;
    this.#now = now;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE */
  async execute(input: InsertTasksInput): Promise<InsertedTask[]> {
    const userId = checkedUserId(input.userId);
    const now = this.#now();
    const checked = checkedBatch(input.tasks, 'tasks').map((task) => newTask(task, userId, now));
    const tasks = checked.filter((task) => task instanceof Task);
    const created = tasks.length > 0 ? await this.#tasks.createAll(tasks) : [];
    const stored = created.values();
    return checked.map((task) => {
      if (task instanceof TaskError) return { rejection: task };
      const found = stored.next().value;
      return found ? { task: found.task, created: found.isNew } : { rejection: TaskError.idTaken() };
    });
  }
}

/**
 * Checks the number of tasks in one call.
 *
 * @param field The caller's name of them.
 * @throws TaskError INVALID_INPUT
 */
export function checkedBatch<Item>(items: readonly Item[] | undefined, field: string): readonly Item[] {
  if (items && items.length >= 1 && items.length <= BATCH_MAX_TASKS) return items;
  throw TaskError.invalid(field, `must be 1-${String(BATCH_MAX_TASKS)}`);
}

function newTask(task: TaskToInsert, userId: string, now: Date): Task | TaskError {
  try {
    const createdOn = pastTime(task.createdOn, 'createdOn', now);
    const doneOn = pastTime(task.doneOn, 'doneOn', now);
    return Task.create({
      ...task,
      id: checkedTaskId(task.id, 'id'),
      userId,
      createdOn,
      doneOn: task.done === true ? doneOn : undefined,
    });
  } catch (error) {
    if (error instanceof TaskError) return error;
    throw error;
  }
}

/** Returns the caller's time; now for an unset one or one of the future. */
function pastTime(text: string | undefined, field: string, now: Date): Date {
  if (text === undefined || text === '') return now;
  const time = new Date(TIME_PATTERN.test(text) ? text : NaN);
  // A Date counts the 30th of February as a day of March.
  if (!(time >= FIRST_TIME) || !time.toISOString().startsWith(text.slice(0, DATE_LENGTH)))
    throw TaskError.invalid(field, 'must be a time like 2026-11-23T21:45:00.647Z, from 1900 on');
  return time.getTime() > now.getTime() + CLOCK_DIFFERENCE_MS ? now : time;
}
