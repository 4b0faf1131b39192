import type { RepeatRule } from './repeat-rule.js';
import { calendarDate, dayOf, LAST_DAY, type WallClock, weekdayOf } from './wall-clock.js';

/** Number of periods in a row without an occurrence after which a rule counts as one without any. */
const MAX_EMPTY_PERIODS = 1_000;

/** The occurrence after one that was completed. */
export interface NextOccurrence {
  readonly due: WallClock;
  /** The rule with the number of occurrences that are left. */
  readonly rule: RepeatRule;
}

/**
 * Returns the first occurrence after both the date of the completed one and `now`; undefined when the rule has ended.
 * With an interval above 1 periods are counted from `due`; otherwise the completed rule alone decides.
 *
 * @param rule Completed by `completedRepeatRule`.
 * @param due The date of the occurrence that was completed; its time of day, where there is one, is kept.
 * @param now The caller's wall clock; a whole day counts as its beginning.
 */
export function nextOccurrence(rule: RepeatRule, due: WallClock, now: WallClock): NextOccurrence | undefined {
  const isLaterToday = due.minute !== undefined && due.minute > (now.minute ?? -1);
  const earliest = Math.max(due.day + 1, isLaterToday ? now.day : now.day + 1);
  let left = rule.count;
  // Only a counted rule has to pass its occurrences one by one, and the count limits them.
  const from = left === undefined ? earliest : due.day + 1;
  for (const day of occurrencesFrom(rule, due.day, from)) {
    if (left !== undefined && --left < 1) return undefined;
    if (day < earliest) continue;
    const next = { day, minute: due.minute };
    return isAfter(next, rule.until) ? undefined : { due: next, rule: { ...rule, count: left } };
  }
  return undefined;
}

/** Whether a completed rule has an occurrence after the date of its task, wherever the rule ends. */
export function hasOccurrences(rule: RepeatRule, due: WallClock): boolean {
  return occurrencesFrom(rule, due.day, due.day + 1).next().done !== true;
}

/** Returns the days of the rule from `from` on, in order. */
function* occurrencesFrom(rule: RepeatRule, anchor: number, from: number): Generator<number, void> {
  let empty = 0;
  for (let period = periodsBetween(rule, anchor, from); empty < MAX_EMPTY_PERIODS; period++, empty++) {
    for (const day of daysOf(rule, anchor, period * rule.interval)) {
      if (day > LAST_DAY) return;
      if (day < from) continue;
      empty = 0;
      yield day;
    }
  }
}

/** Returns how many whole intervals lie between the periods of two days, the later one's own not counted. */
function periodsBetween({ frequency, interval, weekStart }: RepeatRule, anchor: number, day: number): number {
  switch (frequency) {
    case 'DAILY':
      return Math.floor((day - anchor) / interval);
    case 'WEEKLY':
      return Math.floor((startOfWeek(day, weekStart) - startOfWeek(anchor, weekStart)) / 7 / interval);
    case 'MONTHLY':
      return Math.floor((monthNumber(day) - monthNumber(anchor)) / interval);
    case 'YEARLY':
      return Math.floor((calendarDate(day).year - calendarDate(anchor).year) / interval);
  }
}

/** Returns the days of the rule in the day, week, month or year that is `distance` of them after the anchor's. */
function daysOf(rule: RepeatRule, anchor: number, distance: number): number[] {
  switch (rule.frequency) {
    case 'DAILY':
      return [anchor + distance];
    case 'WEEKLY': {
      const start = startOfWeek(anchor, rule.weekStart) + 7 * distance;
      return inOrder(rule.weekdays.map(({ weekday }) => start + ((weekday - rule.weekStart + 7) % 7)));
    }
    case 'MONTHLY': {
      const month = monthNumber(anchor) + distance;
      return lastOf(rule, daysOfMonth(rule, Math.floor(month / 12), (month % 12) + 1));
    }
    case 'YEARLY': {
      const year = calendarDate(anchor).year + distance;
      return lastOf(rule, inOrder(rule.months.flatMap((month) => daysOfMonth(rule, year, month))));
    }
  }
}

function daysOfMonth(rule: RepeatRule, year: number, month: number): number[] {
  const [first, last] = [dayOf(year, month, 1), dayOf(year, month + 1, 0)];
  const dates = rule.monthDays.map((date) => (date > 0 ? first + date - 1 : last + date + 1));
  const weekdays = rule.weekdays.map(({ weekday, ordinal = 1 }) => {
    if (ordinal > 0) return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (ordinal - 1);
    return last - ((weekdayOf(last) - weekday + 7) % 7) + 7 * (ordinal + 1);
  });
  return inOrder([...dates, ...weekdays].filter((day) => day >= first && day <= last));
}

function lastOf({ lastOnly }: RepeatRule, days: number[]): number[] {
  return lastOnly ? days.slice(-1) : days;
}

function inOrder(days: readonly number[]): number[] {
  return [...new Set(days)].sort((one, other) => one - other);
}

function startOfWeek(day: number, weekStart: number): number {
  return day - ((weekdayOf(day) - weekStart + 7) % 7);
}

/** Months since the year 0. */
function monthNumber(day: number): number {
  const { year, month } = calendarDate(day);
  return year * 12 + month - 1;
}

function isAfter(due: WallClock, until: WallClock | undefined): boolean {
  if (until === undefined || due.day < until.day) return false;
  return due.day > until.day || (until.minute !== undefined && (due.minute ?? 0) > until.minute);
}
