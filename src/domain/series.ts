import { nextOccurrence } from './occurrences.js';
import { formatRepeatRule, parseRepeatRule } from './repeat-rule.js';
import { Task } from './task.js';
import { repeatedDetails } from './task-details.js';
import { TaskError } from './task.errors.js';
import { DAY_MS, formatWallClock, parseWallClock, type WallClock } from './wall-clock.js';

const HOUR_MS = 3_600_000;

/** Date and rule of the task that follows a done one. */
interface NextInSeries {
  readonly dueOn: string;
  readonly repeat: string;
}

/** Returns what follows a task that is done; undefined for no repeat, a rule that has ended or one that can't be read. */
export function nextInSeries({ details: { dueOn, repeat } }: Task, now: WallClock): NextInSeries | undefined {
  if (dueOn === undefined || repeat === undefined) return undefined;
  try {
    const next = nextOccurrence(parseRepeatRule(repeat), parseWallClock(dueOn, 'dueOn'), now);
    return next && { dueOn: formatWallClock(next.due), repeat: formatRepeatRule(next.rule) };
  } catch (error) {
    // Other writers of a collection may have stored anything, and their task must not stay open for it.
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}

/** Returns the successor of a task. */
export function successorOf(task: Task, next: NextInSeries, id: string, createdOn: Date): Task {
  const details = { ...repeatedDetails(task.details), ...next };
  return new Task(id, task.userId, task.name, createdOn, false).with(details);
}

/** Text whose hash is the id of a task's successor: the same for all who tick the task, at whatever time. */
export function successorKey({ id, userId, details }: Task, attempt: number): string {
  return JSON.stringify(['successor of a task', userId, id, details.dueOn ?? null, attempt]);
}

/** Returns the day at UTC-12, where a day ends last: no caller is shown an occurrence of tomorrow as the next one. */
export function earliestDay(now: Date): WallClock {
  return { day: Math.floor((now.getTime() - 12 * HOUR_MS) / DAY_MS), minute: undefined };
}
