import { LOCALES, type LanguageCode } from '../i18n/language.js';
import { DAY_MS, dayNumber, timeOf } from './days.js';

/** A date that is further away than this shows its year, if it isn't this year's. */
const NEAR_DAYS = 180;

const RELATIVE: Record<LanguageCode, Readonly<Record<number, string>>> = {
  en: { [-1]: 'Yesterday', 0: 'Today', 1: 'Tomorrow' },
  de: { [-1]: 'Gestern', 0: 'Heute', 1: 'Morgen' },
};

const FORMATS = {
  weekday: { weekday: 'short' },
  weekdayName: { weekday: 'long' },
  day: { day: 'numeric', month: 'short' },
  year: { day: 'numeric', month: 'short', year: 'numeric' },
  dayName: { weekday: 'long', day: 'numeric', month: 'long' },
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  monthName: { month: 'long' },
} as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats a day. Making a format takes longer than using one a hundred times, so they are kept. */
export function formatDay(day: number, style: keyof typeof FORMATS, language: LanguageCode): string {
  const key = language + style;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], { ...FORMATS[style], timeZone: 'UTC' });
  formats.set(key, format);
  return format.format(day * DAY_MS);
}

/**
 * Returns when a task is due, briefly: "Today", "Tomorrow 09:30", "Fri", "3 Jan".
 *
 * @param now The reader's wall clock, such as `2026-12-01T10:00`.
 */
export function dueWords(
  dueOn: string,
  now: string,
  language: LanguageCode,
): { readonly text: string; readonly time: string | undefined; readonly isOverdue: boolean } {
  const time = timeOf(dueOn);
  const day = dayText(dueOn, now, language);
  const isOverdue = dueOn.slice(0, 10) < now.slice(0, 10) || (time !== undefined && dueOn < now);
  return { text: time === undefined ? day : `${day} ${time}`, time, isOverdue };
}

/** Returns when a task is due, at length: "Tomorrow, Wednesday 2 December 09:30", "Friday 4 December 2026". */
export function dueAtLength(dueOn: string, now: string, language: LanguageCode): string {
  const day = dayNumber(dueOn);
  const relative = RELATIVE[language][day - dayNumber(now)];
  const text =
    relative === undefined ? formatDay(day, 'full', language) : `${relative}, ${formatDay(day, 'dayName', language)}`;
  return [text, timeOf(dueOn)].filter(Boolean).join(' ');
}

function dayText(dueOn: string, now: string, language: LanguageCode): string {
  const day = dayNumber(dueOn);
  const distance = day - dayNumber(now);
  const relative = RELATIVE[language][distance];
  if (relative !== undefined) return relative;
  if (distance > 0 && distance < 7) return formatDay(day, 'weekday', language);
  const isNear = dueOn.slice(0, 4) === now.slice(0, 4) || (distance > 0 && distance < NEAR_DAYS);
  return formatDay(day, isNear ? 'day' : 'year', language);
}
