import { REPEAT_MAX_LENGTH } from '@tasks/idl';
import { TaskError } from './task.errors.js';
import { calendarDate, checkedWallClock, twoDigits, type WallClock, weekdayOf } from './wall-clock.js';

const INTERVAL_MAX = 999;
const COUNT_MAX = 9_999;
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const UNTIL = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})00)?$/;

/** A day of the week in a rule. */
export interface RuleWeekday {
  /** 0 is Monday. */
  readonly weekday: number;
  /** Which of them in the month: 1 is the first, -1 the last; undefined in weekly rules. */
  readonly ordinal: number | undefined;
}

/** The part of RFC 5545's recurrence rules, without a start, that tasks repeat by. */
export interface RepeatRule {
  readonly frequency: (typeof FREQUENCIES)[number];
  /** 1-999 days, weeks, months or years between two periods with occurrences. */
  readonly interval: number;
  /** 1-12, of yearly rules. */
  readonly months: readonly number[];
  /** 1-31, or -1 to -31 from the end of the month; days that a month lacks are skipped. */
  readonly monthDays: readonly number[];
  readonly weekdays: readonly RuleWeekday[];
  /** Only the last day of each period's set (BYSETPOS=-1). */
  readonly lastOnly: boolean;
  /** First day of the week, 0 is Monday: decides which weeks an interval skips. */
  readonly weekStart: number;
  /** The last moment of an occurrence; a whole day includes all of it. */
  readonly until: WallClock | undefined;
  /** Number of occurrences left, that of the task included. */
  readonly count: number | undefined;
}

/**
 * Returns the rule of a text like `FREQ=MONTHLY;BYDAY=-1FR`, as RFC 5545 3.3.10 writes it.
 *
 * @throws TaskError INVALID_INPUT
 */
export function parseRepeatRule(text: string): RepeatRule {
  if (text.length > REPEAT_MAX_LENGTH) throw invalid(`must be at most ${String(REPEAT_MAX_LENGTH)} characters`);
  const parts = partsOf(text);
  const frequency = FREQUENCIES.find((name) => name === parts.get('FREQ'));
  if (frequency === undefined) throw invalid('must have FREQ=DAILY, WEEKLY, MONTHLY or YEARLY');
  const [until, count] = [parts.get('UNTIL'), parts.get('COUNT')];
  if (until !== undefined && count !== undefined) throw invalid('must not have both UNTIL and COUNT');
  const rule: RepeatRule = {
    frequency,
    interval: integerOf(parts.get('INTERVAL') ?? '1', 'INTERVAL', INTERVAL_MAX),
    months: listOf(parts.get('BYMONTH'), (part) => integerOf(part, 'BYMONTH', 12)),
    monthDays: listOf(parts.get('BYMONTHDAY'), (part) => signedOf(part, 'BYMONTHDAY', 31)),
    weekdays: listOf(parts.get('BYDAY'), ruleWeekdayOf),
    lastOnly: lastOnlyOf(parts.get('BYSETPOS')),
    weekStart: weekdayNamed(parts.get('WKST') ?? 'MO', 'WKST'),
    until: until === undefined ? undefined : untilOf(until),
    count: count === undefined ? undefined : integerOf(count, 'COUNT', COUNT_MAX),
  };
  checkParts(rule);
  return rule;
}

/**
 * Returns the rule with the parts that RFC 5545 would take from a start: the completed rule needs none, so that moving
 * one occurrence leaves the series. The 29th to 31st stand for the last day of shorter months, which a plain
 * `FREQ=MONTHLY` would skip.
 *
 * @param due The date of the task when the rule is set.
 * @throws TaskError INVALID_INPUT when a part can't be taken from one date.
 */
export function completedRepeatRule(rule: RepeatRule, due: WallClock): RepeatRule {
  const { frequency, months, monthDays, weekdays } = rule;
  if (frequency === 'DAILY' || weekdays.length > 0) return rule;
  if (frequency === 'WEEKLY') return { ...rule, weekdays: [{ weekday: weekdayOf(due.day), ordinal: undefined }] };
  const { month, date } = calendarDate(due.day);
  const completed = frequency === 'YEARLY' && months.length === 0 ? { ...rule, months: [month] } : rule;
  if (monthDays.length > 0) return completed;
  if (date === 31) return { ...completed, monthDays: [-1] };
  if (date <= 28) return { ...completed, monthDays: [date] };
  if (completed.months.length > 1) throw invalid('must have BYMONTHDAY with several months from the 29th or 30th on');
  return { ...completed, monthDays: date === 29 ? [28, 29] : [28, 29, 30], lastOnly: true };
}

/** Returns the text that `parseRepeatRule` reads, its parts in one order. */
export function formatRepeatRule(rule: RepeatRule): string {
  const parts = [`FREQ=${rule.frequency}`];
  if (rule.interval > 1) parts.push(`INTERVAL=${String(rule.interval)}`);
  if (rule.months.length > 0) parts.push(`BYMONTH=${rule.months.join(',')}`);
  if (rule.monthDays.length > 0) parts.push(`BYMONTHDAY=${rule.monthDays.join(',')}`);
  const days = rule.weekdays.map(({ weekday, ordinal }) => `${String(ordinal ?? '')}${WEEKDAYS[weekday] ?? ''}`);
  if (days.length > 0) parts.push(`BYDAY=${days.join(',')}`);
  if (rule.lastOnly) parts.push('BYSETPOS=-1');
  if (rule.weekStart > 0) parts.push(`WKST=${WEEKDAYS[rule.weekStart] ?? ''}`);
  if (rule.until !== undefined) parts.push(`UNTIL=${formatUntil(rule.until)}`);
  if (rule.count !== undefined) parts.push(`COUNT=${String(rule.count)}`);
  return parts.join(';');
}

function partsOf(text: string): Map<string, string> {
  const known = ['FREQ', 'INTERVAL', 'BYMONTH', 'BYMONTHDAY', 'BYDAY', 'BYSETPOS', 'WKST', 'UNTIL', 'COUNT'];
  const parts = new Map<string, string>();
  for (const part of text.toUpperCase().split(';')) {
    const [name = '', value = '', ...more] = part.split('=');
    if (!known.includes(name) || value === '' || more.length > 0) {
      throw invalid(`must be parts like FREQ=WEEKLY;BYDAY=MO, with the names ${known.join(', ')}`);
    }
    if (parts.has(name)) throw invalid(`must have ${name} only once`);
    parts.set(name, value);
  }
  return parts;
}

/** Which parts go together; a combination beyond these would mean different dates to different programs. */
function checkParts({ frequency, months, monthDays, weekdays, lastOnly }: RepeatRule): void {
  const hasOrdinals = weekdays.some(({ ordinal }) => ordinal !== undefined);
  const lacksOrdinals = weekdays.some(({ ordinal }) => ordinal === undefined);
  if (weekdays.length > 0 && frequency !== 'WEEKLY' && frequency !== 'MONTHLY') {
    throw invalid('must have BYDAY only with FREQ=WEEKLY or MONTHLY');
  }
  if (frequency === 'WEEKLY' && hasOrdinals) throw invalid('must have BYDAY like MO,TH with FREQ=WEEKLY');
  if (frequency === 'MONTHLY' && lacksOrdinals) throw invalid('must have BYDAY like 1MO or -1FR with FREQ=MONTHLY');
  if (months.length > 0 && frequency !== 'YEARLY') throw invalid('must have BYMONTH only with FREQ=YEARLY');
  if (monthDays.length > 0 && frequency !== 'MONTHLY' && frequency !== 'YEARLY') {
    throw invalid('must have BYMONTHDAY only with FREQ=MONTHLY or YEARLY');
  }
  if (monthDays.length > 0 && weekdays.length > 0) throw invalid('must not have both BYMONTHDAY and BYDAY');
  if (lastOnly && monthDays.length === 0) throw invalid('must have BYSETPOS only beside BYMONTHDAY');
}

function listOf<T>(value: string | undefined, partOf: (part: string) => T): T[] {
  const texts = [...new Set(value?.split(',') ?? [])];
  return texts.map(partOf);
}

function integerOf(text: string, name: string, max: number): number {
  const value = Number(text);
  if (/^\d{1,4}$/.test(text) && value >= 1 && value <= max) return value;
  throw invalid(`must have ${name} from 1 to ${String(max)}`);
}

function signedOf(text: string, name: string, max: number): number {
  const value = Number(text);
  if (/^[+-]?\d{1,2}$/.test(text) && value !== 0 && Math.abs(value) <= max) return value;
  throw invalid(`must have ${name} from 1 to ${String(max)}, or from -1 to -${String(max)}`);
}

function ruleWeekdayOf(text: string): RuleWeekday {
  const ordinal = text.slice(0, -2);
  return {
    weekday: weekdayNamed(text.slice(-2), 'BYDAY'),
    ordinal: ordinal === '' ? undefined : signedOf(ordinal, 'the number in BYDAY', 5),
  };
}

function weekdayNamed(text: string, part: string): number {
  const weekday = WEEKDAYS.indexOf(text);
  if (weekday >= 0) return weekday;
  throw invalid(`must have ${part} of ${WEEKDAYS.join(', ')}`);
}

function lastOnlyOf(text: string | undefined): boolean {
  if (text === undefined) return false;
  if (text === '-1') return true;
  throw invalid('must have no BYSETPOS but -1');
}

function untilOf(text: string): WallClock {
  const [, year = 0, month = 0, date = 0, hours, minutes] = (UNTIL.exec(text) ?? []).map(Number);
  const until = checkedWallClock({ year, month, date }, hours, minutes);
  if (until !== undefined) return until;
  throw invalid('must have UNTIL as a date like 20261231 or a time like 20261231T093000, without a time zone');
}

function formatUntil({ day, minute }: WallClock): string {
  const { year, month, date } = calendarDate(day);
  const text = `${String(year)}${twoDigits(month)}${twoDigits(date)}`;
  return minute === undefined ? text : `${text}T${twoDigits(Math.floor(minute / 60))}${twoDigits(minute % 60)}00`;
}

function invalid(rule: string): TaskError {
  return TaskError.invalid('repeat', rule);
}
