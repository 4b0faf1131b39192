import { dateOf, weekdayOf } from './days.js';
import { monthOf } from './months.js';
import { formatRule, makeRule, type RepeatRule } from './repeat-rule.js';

/** Returns the rules that are offered for a task due on that day, simple ones first. */
export function presetsFor(day: number): string[] {
  const weekday = weekdayOf(day);
  const [, month = 1, date = 1] = dateOf(day).split('-').map(Number);
  const rules = [
    makeRule('DAILY'),
    makeRule('WEEKLY', { weekdays: [0, 1, 2, 3, 4].map((workday) => ({ weekday: workday })) }),
    makeRule('WEEKLY', { weekdays: [{ weekday }] }),
    makeRule('WEEKLY', { interval: 2, weekdays: [{ weekday }] }),
    makeRule('MONTHLY', dayOfMonth(date)),
    makeRule('MONTHLY', { weekdays: [weekdayOfMonth(day)] }),
    makeRule('MONTHLY', { weekdays: [{ weekday: 4, ordinal: -1 }] }),
    makeRule('YEARLY', { months: [month], ...dayOfMonth(date) }),
  ];
  return [...new Set(rules.map(formatRule))];
}

/** Returns the day of a rule as the service completes it: the 29th to 31st are the last day of shorter months. */
export function dayOfMonth(date: number): Partial<RepeatRule> {
  if (date === 31) return { monthDays: [-1] };
  if (date < 29) return { monthDays: [date] };
  return { monthDays: Array.from({ length: date - 27 }, (_, place) => 28 + place), lastOnly: true };
}

/** Returns which weekday of its month a day is: the first Tuesday, or the last. */
export function weekdayOfMonth(day: number): { weekday: number; ordinal: number } {
  const isLast = monthOf(day, 0).last - day < 7;
  return { weekday: weekdayOf(day), ordinal: isLast ? -1 : Math.ceil(Number(dateOf(day).slice(8)) / 7) };
}
