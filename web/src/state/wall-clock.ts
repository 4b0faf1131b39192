/** Returns the reader's day, as `2026-12-01`. @param days Number of days after that time. */
export function dayOf(milliseconds: number, days = 0): string {
  const date = new Date(milliseconds);
  date.setDate(date.getDate() + days);
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Returns the reader's day and time, as `2026-12-01T09:30`. */
export function wallClockOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return `${dayOf(milliseconds)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
