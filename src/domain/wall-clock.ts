import { TaskError } from './task.errors.js';

export const DAY_MS = 86_400_000;
const MINUTES_OF_HOUR = 60;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2999;
const WALL_CLOCK = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?$/;

/** A day of the reader's calendar without a time zone, and a time of that day where one is set. */
export interface WallClock {
  /** Days since 1970-01-01; negative before. */
  readonly day: number;
  /** Minutes since midnight; undefined for a whole day. */
  readonly minute: number | undefined;
}

export interface CalendarDate {
  readonly year: number;
  /** 1-12. */
  readonly month: number;
  /** 1-31. */
  readonly date: number;
}

/** The last day that a task can be due on. */
export const LAST_DAY = dayOf(LAST_YEAR, 12, 31);

/** Returns the number of a day; a date beyond the end of its month counts on into the next one. */
export function dayOf(year: number, month: number, date: number): number {
  return Date.UTC(year, month - 1, date) / DAY_MS;
}

/** Returns the parts of a day. */
export function calendarDate(day: number): CalendarDate {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, date: date.getUTCDate() };
}

/** Returns the day of the week: 0 is Monday, 6 is Sunday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7;
}

/**
 * Returns the wall clock that a text shows: `2026-12-01` or `2026-12-01T09:30`.
 *
 * @param field The caller's name of the text.
 * @throws TaskError INVALID_INPUT
 */
export function parseWallClock(text: string, field: string): WallClock {
  const [, year, month, date, hours, minutes] = (WALL_CLOCK.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || date === undefined) {
    throw TaskError.invalid(field, 'must be a date like 2026-12-01 or a date with a time like 2026-12-01T09:30');
  }
  const clock = checkedWallClock({ year, month, date }, hours, minutes);
  if (clock === undefined) {
    throw TaskError.invalid(field, `must be a date and time of the years ${String(FIRST_YEAR)}-${String(LAST_YEAR)}`);
  }
  return clock;
}

/**
 * Returns the wall clock of the parts, or undefined when no calendar from 1900 to 2999 or no clock shows them.
 *
 * @param hours NaN or undefined for a whole day, like `minutes`.
 */
export function checkedWallClock(parts: CalendarDate, hours = NaN, minutes = NaN): WallClock | undefined {
  const { year, month, date } = parts;
  if (year < FIRST_YEAR || year > LAST_YEAR) return undefined;
  const day = dayOf(year, month, date);
  const shown = calendarDate(day);
  if (shown.month !== month || shown.date !== date) return undefined;
  if (Number.isNaN(hours)) return { day, minute: undefined };
  return hours < 24 && minutes < MINUTES_OF_HOUR ? { day, minute: hours * MINUTES_OF_HOUR + minutes } : undefined;
}

/** Returns the text that `parseWallClock` reads. */
export function formatWallClock(clock: WallClock): string {
  const { year, month, date } = calendarDate(clock.day);
  const day = `${String(year)}-${twoDigits(month)}-${twoDigits(date)}`;
  if (clock.minute === undefined) return day;
  return `${day}T${twoDigits(Math.floor(clock.minute / MINUTES_OF_HOUR))}:${twoDigits(clock.minute % MINUTES_OF_HOUR)}`;
}

/** Returns a number below 100 as two digits. */
export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
