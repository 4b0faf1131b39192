import { LOCALES, type LanguageCode } from './language.js';

/** Formats a time briefly: the time of day for today, otherwise the date. */
export function shortDate(iso: string, language: LanguageCode): string {
  const [date, now] = [new Date(iso), new Date()];
  if (date.toDateString() === now.toDateString()) return format(date, language, { hour: 'numeric', minute: '2-digit' });
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return format(date, language, { day: 'numeric', month: 'short', ...year });
}

/** Formats the time of day, to the second. */
export function clockTime(milliseconds: number, language: LanguageCode): string {
  return format(new Date(milliseconds), language, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
}

export function fullDate(iso: string, language: LanguageCode): string {
  return format(new Date(iso), language, { dateStyle: 'full', timeStyle: 'short' });
}

function format(date: Date, language: LanguageCode, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALES[language], options).format(date);
}
