import { DAY_MS, weekdayOf } from './days.js';

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const UNTIL = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d)?Z?$/;
/** Days after which the first date of a rule is looked for no further: a leap day comes every eight years at worst. */
const SEARCHED_DAYS = 8 * 366;

export type Frequency = (typeof FREQUENCIES)[number];

/** A day of the week in a rule. */
interface RuleWeekday {
  /** 0 is Monday. */
  readonly weekday: number;
  /** Which of them in the month: 1 is the first, -1 the last; undefined in weekly rules. */
  readonly ordinal?: number | undefined;
}

/** A rule that a task repeats by. The service completes it: see `completedRepeatRule` there. */
export interface RepeatRule {
  readonly frequency: Frequency;
  readonly interval: number;
  /** 1-12, of yearly rules. */
  readonly months: readonly number[];
  /** 1-31, or -1 to -31 from the end of the month. */
  readonly monthDays: readonly number[];
  readonly weekdays: readonly RuleWeekday[];
  /** Only the last of `monthDays` that a month has. */
  readonly lastOnly: boolean;
  readonly weekStart?: string | undefined;
  /** The last moment: `2026-12-31`, or with a time. */
  readonly until?: string | undefined;
  /** Number of occurrences left, that of the task included. */
  readonly count?: number | undefined;
}

/** Returns a rule with these parts and no others. */
export function makeRule(frequency: Frequency, parts: Partial<RepeatRule> = {}): RepeatRule {
  return { interval: 1, months: [], monthDays: [], weekdays: [], lastOnly: false, ...parts, frequency };
}

/** Returns the rule of a text like `FREQ=MONTHLY;BYDAY=-1FR`; undefined for one that this page does not know. */
export function parseRule(text: string): RepeatRule | undefined {
  const parts = new Map<string, string>();
  for (const part of text.toUpperCase().split(';')) {
    const [name = '', value = ''] = part.split('=');
    parts.set(name, value);
  }
  const take = (name: string): string | undefined => {
    const value = parts.get(name);
    parts.delete(name);
    return value;
  };
  const unit = take('FREQ');
  const frequency = FREQUENCIES.find((name) => name === unit);
  const weekdays = (take('BYDAY')?.split(',') ?? []).map(weekdayFrom);
  const until = take('UNTIL');
  const count = take('COUNT');
  const lastOnly = take('BYSETPOS');
  const rule = {
    interval: Number(take('INTERVAL') ?? 1),
    months: numbersOf(take('BYMONTH')),
    monthDays: numbersOf(take('BYMONTHDAY')),
    weekdays: weekdays.filter((day) => day !== undefined),
    lastOnly: lastOnly === '-1',
    weekStart: take('WKST'),
    until: until === undefined ? undefined : untilFrom(until),
    count: count === undefined ? undefined : Number(count),
  };
  const numbers = [rule.interval, rule.count ?? 1, ...rule.months, ...rule.monthDays];
  const isKnown =
    parts.size === 0 &&
    rule.weekdays.length === weekdays.length &&
    (until === undefined || rule.until !== undefined) &&
    (lastOnly === undefined || rule.lastOnly) &&
    numbers.every((number) => Number.isInteger(number) && number !== 0);
  return frequency !== undefined && isKnown ? { frequency, ...rule } : undefined;
}

/** Returns the text of a rule. */
export function formatRule(rule: RepeatRule): string {
  const parts = [`FREQ=${rule.frequency}`];
  const add = (name: string, values: readonly (string | number | undefined)[]): void => {
    if (values.length > 0 && values[0] !== undefined) parts.push(`${name}=${values.join(',')}`);
  };
  if (rule.interval > 1) add('INTERVAL', [rule.interval]);
  add('BYMONTH', rule.months);
  add('BYMONTHDAY', rule.monthDays);
  add(
    'BYDAY',
    rule.weekdays.map(({ weekday, ordinal }) => `${String(ordinal ?? '')}${WEEKDAYS[weekday] ?? ''}`),
  );
  if (rule.lastOnly) add('BYSETPOS', [-1]);
  add('WKST', [rule.weekStart]);
  if (rule.until !== undefined) {
    const [date = '', time] = rule.until.replaceAll(/[-:]/g, '').split('T');
    add('UNTIL', [time === undefined ? date : `${date}T${time}00`]);
  }
  add('COUNT', [rule.count]);
  return parts.join(';');
}

/**
 * Returns the first day from `from` on that a rule names, whatever its interval; `from` where it names none. A task
 * without a date gets it when a repeat is chosen.
 */
export function firstDay(rule: RepeatRule, from: number): number {
  for (let day = from; day < from + SEARCHED_DAYS; day++) if (isNamed(rule, day)) return day;
  return from;
}

function isNamed({ months, monthDays, weekdays, lastOnly }: RepeatRule, day: number): boolean {
  const date = new Date(day * DAY_MS);
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (months.length > 0 && !months.includes(month + 1)) return false;
  if (monthDays.length > 0) {
    const named = monthDays
      .map((one) => (one > 0 ? one : length + 1 + one))
      .filter((one) => one >= 1 && one <= length)
      .sort((one, other) => one - other);
    return (lastOnly ? named.slice(-1) : named).includes(dayOfMonth);
  }
  if (weekdays.length === 0) return true;
  return weekdays.some(({ weekday, ordinal }) => {
    if (weekday !== weekdayOf(day)) return false;
    if (ordinal === undefined) return true;
    const place = ordinal > 0 ? Math.ceil(dayOfMonth / 7) : -Math.ceil((length + 1 - dayOfMonth) / 7);
    return place === ordinal;
  });
}

function numbersOf(text: string | undefined): number[] {
  return text === undefined ? [] : text.split(',').map(Number);
}

function weekdayFrom(text: string): RuleWeekday | undefined {
  const [, ordinal, name = ''] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  const weekday = WEEKDAYS.indexOf(name);
  return weekday < 0 ? undefined : { weekday, ordinal: ordinal === undefined ? undefined : Number(ordinal) };
}

function untilFrom(text: string): string | undefined {
  const [, year, month, date, hours, minutes] = UNTIL.exec(text) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const day = `${year}-${month}-${date}`;
  return hours === undefined ? day : `${day}T${hours}:${minutes ?? '00'}`;
}
