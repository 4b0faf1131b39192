export const DAY_MS = 86_400_000;

/** Returns the number of the day of a date like `2026-12-01` or `2026-12-01T09:30`: days since 1970. */
export function dayNumber(date: string): number {
  return Date.parse(date.slice(0, 10)) / DAY_MS;
}

/** Returns the date of a day's number. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Returns the time of a date like `2026-12-01T09:30`; undefined for a whole day. */
export function timeOf(date: string): string | undefined {
  return date.slice(11) || undefined;
}

/** Returns the date with that time, or as a whole day. */
export function withTime(date: string, time: string | undefined): string {
  const day = date.slice(0, 10);
  return time === undefined ? day : `${day}T${time}`;
}

/** Returns the day of the week: 0 is Monday, 6 is Sunday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7;
}
