/** A day, in milliseconds. */
export const DAY_MS = 86_400_000;

/** Whether the calendar has a day: `2026-02-28`, not `2026-02-30`. */
export function isCalendarDay(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
