import { DAY_MS, dateOf, dayNumber, weekdayOf } from './days.js';

/** A month as a calendar shows it. */
export interface Month {
  /** `2026-12`. */
  readonly month: string;
  /** Number of its first day. */
  readonly first: number;
  readonly last: number;
  /** Numbers of the days, week by week; the first and last week include days of the months beside it. */
  readonly weeks: readonly (readonly number[])[];
}

/**
 * Returns the month of a day.
 *
 * @param weekStart The first day of a week: 0 is Monday.
 */
export function monthOf(day: number, weekStart: number): Month {
  const month = dateOf(day).slice(0, 7);
  const first = dayNumber(`${month}-01`);
  const last = addMonths(first, 1) - 1;
  const start = first - ((weekdayOf(first) - weekStart + 7) % 7);
  const weeks: number[][] = [];
  for (let week = start; week <= last; week += 7) weeks.push(Array.from({ length: 7 }, (_, place) => week + place));
  return { month, first, last, weeks };
}

/** Returns the same day of another month, or its last day: 31 January and a month is 28 February. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), length)) / DAY_MS;
}

/**
 * Returns the last day of a month: without a year the next one.
 *
 * @param month From 1.
 */
export function lastDayOfMonth(month: number, year: string | undefined, today: number): number {
  const thisYear = Number(year ?? dateOf(today).slice(0, 4));
  const lastIn = (wanted: number): number => Date.UTC(wanted, month, 0) / DAY_MS;
  return year === undefined && lastIn(thisYear) < today ? lastIn(thisYear + 1) : lastIn(thisYear);
}

/** Returns the first day of the week where the locale is spoken; Monday where the browser does not know. */
export function weekStartOf(locale: string): number {
  interface WeekInfo {
    readonly firstDay: number;
  }
  const known = new Intl.Locale(locale) as Intl.Locale & { weekInfo?: WeekInfo; getWeekInfo?: () => WeekInfo };
  const { firstDay } = known.getWeekInfo?.() ?? known.weekInfo ?? { firstDay: 1 };
  return firstDay - 1;
}

/** Returns the day that a key of the date grid leads to from `day`; undefined for any other key. */
export function dayAfterKey(key: string, shift: boolean, day: number, weekStart: number): number | undefined {
  const place = (weekdayOf(day) - weekStart + 7) % 7;
  switch (key) {
    case 'ArrowLeft':
      return day - 1;
    case 'ArrowRight':
      return day + 1;
    case 'ArrowUp':
      return day - 7;
    case 'ArrowDown':
      return day + 7;
    case 'Home':
      return day - place;
    case 'End':
      return day + 6 - place;
    case 'PageUp':
      return addMonths(day, shift ? -12 : -1);
    case 'PageDown':
      return addMonths(day, shift ? 12 : 1);
    default:
      return undefined;
  }
}

/** The dates that are offered by name, in order. Weekend: Saturday; on Saturdays and Sundays the next one. */
export function namedDays(today: number): { today: number; tomorrow: number; weekend: number; nextWeek: number } {
  const weekday = weekdayOf(today);
  const monday = today + 7 - weekday;
  return { today, tomorrow: today + 1, weekend: weekday < 5 ? today + 5 - weekday : monday + 5, nextWeek: monday };
}
