import type { LanguageCode } from '../i18n/language.js';
import { DAY_MS, dayNumber, timeOf } from './days.js';
import { formatDay } from './due-words.js';
import { parseRule, type Frequency, type RepeatRule } from './repeat-rule.js';

/** How a language says when something repeats. */
interface Grammar {
  readonly and: string;
  /** "every month", or "every 2 months". */
  every(frequency: Frequency, interval: number): string;
  readonly weekdays: readonly string[];
  readonly shortWeekdays: readonly string[];
  readonly months: readonly string[];
  readonly everyWorkday: string;
  readonly everyWeekend: string;
  /** "every Monday and Thursday". */
  everyWeekday(days: string): string;
  /** "on Mon and Thu". */
  onWeekdays(days: string): string;
  /** "15th". */
  monthDay(day: number): string;
  /** "last day", "2nd last day". */
  fromEnd(place: number): string;
  /** "first Monday", "last Friday". */
  ordinal(place: number, weekday: string): string;
  /** "on the 1st and 15th". */
  onDays(days: string): string;
  /** "on 3 January". */
  onDate(day: number, month: string): string;
  inMonths(months: string): string;
  /** The 29th, 30th or, in months without it, the last day. */
  orLast(day: string): string;
  lastOf(days: string): string;
  until(date: string): string;
  times(count: number): string;
  other(rule: string): string;
}

const monthNames = (language: LanguageCode): string[] =>
  Array.from({ length: 12 }, (_, month) => formatDay(Date.UTC(2026, month, 1) / DAY_MS, 'monthName', language));
/** From Monday; 2026-06-01 is one. */
const weekdayNames = (language: LanguageCode, style: 'weekdayName' | 'weekday'): string[] =>
  Array.from({ length: 7 }, (_, day) => formatDay(Date.UTC(2026, 5, 1 + day) / DAY_MS, style, language));

function englishOrdinal(number: number): string {
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return `${String(number)}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10]) ?? 'th'}`;
}

const EN_UNITS = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' };
const EN_PLACES = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
const DE_UNITS = {
  DAILY: ['jeden Tag', 'Tage'],
  WEEKLY: ['jede Woche', 'Wochen'],
  MONTHLY: ['jeden Monat', 'Monate'],
  YEARLY: ['jedes Jahr', 'Jahre'],
} as const;
const DE_PLACES = ['', 'ersten', 'zweiten', 'dritten', 'vierten', 'fünften'];
const DE_FROM_END = ['', 'letzten', 'vorletzten', 'drittletzten', 'viertletzten', 'fünftletzten'];

const GRAMMARS: Record<LanguageCode, Grammar> = {
  en: {
    and: 'and',
    every: (frequency, interval) =>
      interval === 1 ? `every ${EN_UNITS[frequency]}` : `every ${String(interval)} ${EN_UNITS[frequency]}s`,
    get weekdays() {
      return weekdayNames('en', 'weekdayName');
    },
    get shortWeekdays() {
      return weekdayNames('en', 'weekday');
    },
    get months() {
      return monthNames('en');
    },
    everyWorkday: 'every weekday',
    everyWeekend: 'every Saturday and Sunday',
    everyWeekday: (days) => `every ${days}`,
    onWeekdays: (days) => `on ${days}`,
    monthDay: englishOrdinal,
    fromEnd: (place) => (place === 1 ? 'last day' : `${englishOrdinal(place)} last day`),
    ordinal: (place, weekday) => {
      if (place > 0) return `${EN_PLACES[place] ?? englishOrdinal(place)} ${weekday}`;
      return place === -1 ? `last ${weekday}` : `${EN_PLACES[-place] ?? englishOrdinal(-place)} to last ${weekday}`;
    },
    onDays: (days) => `on the ${days}`,
    onDate: (day, month) => `on ${String(day)} ${month}`,
    inMonths: (months) => `in ${months}`,
    orLast: (day) => `${day} or the last day`,
    lastOf: (days) => `last that there is of the ${days}`,
    until: (date) => `until ${date}`,
    times: (count) => (count === 1 ? 'once more' : `${String(count)} times`),
    other: (rule) => `by a rule of its own (${rule})`,
  },
  de: {
    and: 'und',
    every: (frequency, interval) =>
      interval === 1 ? DE_UNITS[frequency][0] : `alle ${String(interval)} ${DE_UNITS[frequency][1]}`,
    get weekdays() {
      return weekdayNames('de', 'weekdayName');
    },
    get shortWeekdays() {
      return weekdayNames('de', 'weekday');
    },
    get months() {
      return monthNames('de');
    },
    everyWorkday: 'montags bis freitags',
    everyWeekend: 'jeden Samstag und Sonntag',
    everyWeekday: (days) => `jeden ${days}`,
    onWeekdays: (days) => `am ${days}`,
    monthDay: (day) => `${String(day)}.`,
    fromEnd: (place) => `${DE_FROM_END[place] ?? `${String(place)}.-letzten`} Tag`,
    ordinal: (place, weekday) =>
      `${(place > 0 ? DE_PLACES[place] : DE_FROM_END[-place]) ?? `${String(place)}.`} ${weekday}`,
    onDays: (days) => `am ${days}`,
    onDate: (day, month) => `am ${String(day)}. ${month}`,
    inMonths: (months) => `im ${months}`,
    orLast: (day) => `${day} oder am letzten Tag`,
    lastOf: (days) => `letzten vorhandenen Tag von ${days}`,
    until: (date) => `bis ${date}`,
    times: (count) => (count === 1 ? 'noch einmal' : `${String(count)}-mal`),
    other: (rule) => `nach eigener Regel (${rule})`,
  },
};

/** Returns when a rule repeats: "every 2 weeks on Mon and Thu, until 3 Jan". */
export function repeatWords(text: string, language: LanguageCode): string {
  const grammar = GRAMMARS[language];
  const rule = parseRule(text);
  if (rule === undefined) return grammar.other(text);
  const parts = [occurrences(rule, grammar)];
  if (rule.until !== undefined) {
    const time = timeOf(rule.until);
    const day = formatDay(dayNumber(rule.until), 'year', language);
    parts.push(grammar.until(time === undefined ? day : `${day} ${time}`));
  }
  if (rule.count !== undefined) parts.push(grammar.times(rule.count));
  return parts.join(', ');
}

/** Returns the words that begin a line with a capital letter. */
export function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function occurrences(rule: RepeatRule, grammar: Grammar): string {
  const { frequency, interval } = rule;
  const every = grammar.every(frequency, interval);
  switch (frequency) {
    case 'DAILY':
      return every;
    case 'WEEKLY':
      return weekly(rule, grammar);
    case 'MONTHLY':
      return rule.monthDays.length + rule.weekdays.length === 0
        ? every
        : `${every} ${grammar.onDays(days(rule, grammar))}`;
    case 'YEARLY':
      return yearly(rule, grammar);
  }
}

function weekly(rule: RepeatRule, grammar: Grammar): string {
  const every = grammar.every('WEEKLY', rule.interval);
  const weekdays = rule.weekdays.map(({ weekday }) => weekday).sort((one, other) => one - other);
  const set = weekdays.join('');
  if (set === '') return every;
  if (set === '01234' && rule.interval === 1) return grammar.everyWorkday;
  if (set === '56' && rule.interval === 1) return grammar.everyWeekend;
  if (set === '0123456' && rule.interval === 1) return grammar.every('DAILY', 1);
  const named = (names: readonly string[]): string =>
    list(
      weekdays.map((day) => names[day] ?? ''),
      grammar,
    );
  return rule.interval === 1
    ? grammar.everyWeekday(named(grammar.weekdays))
    : `${every} ${grammar.onWeekdays(named(grammar.shortWeekdays))}`;
}

function yearly(rule: RepeatRule, grammar: Grammar): string {
  const every = grammar.every('YEARLY', rule.interval);
  const [month = 0] = rule.months;
  const [day = 0] = rule.monthDays;
  if (rule.months.length === 1 && rule.monthDays.length === 1 && day > 0) {
    return `${every} ${grammar.onDate(day, grammar.months[month - 1] ?? '')}`;
  }
  const months = list(
    rule.months.map((number) => grammar.months[number - 1] ?? ''),
    grammar,
  );
  const parts = [every];
  if (months !== '') parts.push(grammar.inMonths(months));
  if (rule.monthDays.length > 0) parts.push(grammar.onDays(days(rule, grammar)));
  return parts.join(' ');
}

/** The days of a month: "1st and 15th", "last Friday", "30th or the last day". */
function days({ monthDays, weekdays, lastOnly }: RepeatRule, grammar: Grammar): string {
  const named = [
    ...monthDays.map((day) => (day > 0 ? grammar.monthDay(day) : grammar.fromEnd(-day))),
    ...weekdays.map(({ weekday, ordinal }) => grammar.ordinal(ordinal ?? 1, grammar.weekdays[weekday] ?? '')),
  ];
  if (!lastOnly) return list(named, grammar);
  // The service completes the 29th and 30th so: the last of 28, 29, 30 that the month has.
  const isOneDay = monthDays.every((day, place) => day === 28 + place);
  return isOneDay ? grammar.orLast(named.at(-1) ?? '') : grammar.lastOf(list(named, grammar));
}

function list(words: readonly string[], { and }: Grammar): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${and} ${last}`;
}
