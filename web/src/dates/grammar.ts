import type { Chrono, ParsedResult } from 'chrono-node';
import { dateOf, dayNumber, withTime } from './days.js';
import { blanked, type FoundDate, type FoundRepeat, type Scan } from './quick-add.js';
import { makeRule, type RepeatRule } from './repeat-rule.js';

/** A phrase of a language. */
interface Phrase {
  readonly pattern: RegExp;
  /** Whether the phrase can't mean anything else here. Default: it can't. */
  readonly isCertain?: (around: Around) => boolean;
  /** The time that the words say: "every morning". */
  readonly time?: (groups: Groups) => string | undefined;
}

/** Words that repeat; `read` gets the groups of the pattern. */
export interface RepeatPhrase extends Phrase {
  readonly read: (groups: Groups, scan: Scan) => RepeatRule | undefined;
}

/** Words for a day; `read` returns its number. */
export interface DayPhrase extends Phrase {
  readonly read: (groups: Groups, scan: Scan) => number | undefined;
}

export type Groups = Readonly<Partial<Record<string, string>>>;

/** A part of the text and what is beside it. */
export interface Around {
  readonly text: string;
  readonly before: string;
  readonly after: string;
  /** Whether nothing but punctuation follows, or parts that are understood. */
  readonly isLast: boolean;
}

/** Monday to Friday. */
export const WORKDAYS = [0, 1, 2, 3, 4].map((weekday) => ({ weekday }));

/** The same day of each month, by the group `date`; undefined for a day that no month has. */
export function monthDay({ date = '' }: Groups): RepeatRule | undefined {
  const day = Number(date);
  return day >= 1 && day <= 31 ? makeRule('MONTHLY', { monthDays: [day] }) : undefined;
}

/** Makes the pattern of whole words: a space matches any white space, ` ?` also none. */
export function phrase(words: string): RegExp {
  const spaced = words.replaceAll(' ?', '\\s*').replaceAll(' ', '\\s+');
  return new RegExp(`(^|[\\s(,;])(${spaced})(?=$|[\\s),.;:!?\ufffc])`, 'iu');
}

interface Match {
  readonly index: number;
  readonly text: string;
  readonly groups: Groups;
  readonly around: Around;
}

function match(pattern: RegExp, text: string): Match | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const index = found.index + (found[1] ?? '').length;
  const words = found[2] ?? '';
  return { index, text: words, groups: found.groups ?? {}, around: around(text, index, words.length) };
}

function around(text: string, index: number, length: number): Around {
  const after = text.slice(index + length);
  return {
    text: text.slice(index, index + length),
    before: text.slice(0, index),
    after,
    isLast: /^[\s.,;:!?\ufffc]*$/.test(after),
  };
}

/** Reads a time right after a phrase: its words and the time, such as `09:30`. */
export type TimeReader = (after: string) => { readonly text: string; readonly time: string } | undefined;

export function findRepeat(
  phrases: readonly RepeatPhrase[],
  readTime: TimeReader,
  scan: Scan,
): FoundRepeat | undefined {
  for (const { pattern, read, time: ownTime, isCertain } of phrases) {
    const found = match(pattern, scan.text);
    const rule = found && read(found.groups, scan);
    if (found === undefined || rule === undefined) continue;
    const time = readTime(found.around.after);
    const text = found.text + (time?.text ?? '');
    const place = around(scan.text, found.index, text.length);
    const at = time?.time ?? ownTime?.(found.groups);
    return { index: found.index, text, rule, time: at, isCertain: isCertain?.(place) ?? true };
  }
  return undefined;
}

function findDays(phrases: readonly DayPhrase[], readTime: TimeReader, scan: Scan): FoundDate[] {
  const dates: FoundDate[] = [];
  for (const { pattern, read, time: ownTime, isCertain } of phrases) {
    const found = match(pattern, scan.text);
    const day = found && read(found.groups, scan);
    if (found === undefined || day === undefined || day < scan.today) continue;
    const time = readTime(found.around.after);
    const text = found.text + (time?.text ?? '');
    const place = around(scan.text, found.index, text.length);
    const dueOn = withTime(dateOf(day), time?.time ?? ownTime?.(found.groups));
    dates.push({ index: found.index, text, dueOn, isCertain: isCertain?.(place) ?? true });
  }
  return dates;
}

/** Returns the number of the day of a date like `2026-12-01`; undefined for one that no calendar has. */
export function calendarDay(date: string): number | undefined {
  const day = dayNumber(date);
  // Some browsers read 31 February as a day of March, others as none.
  return Number.isNaN(day) || dateOf(day) !== date ? undefined : day;
}

/** Returns the day of a date in numbers: without a year this year's, or next year's if that is over. */
export function dayOfNumbers({ date = '', month = '', year }: Groups, { today }: Scan): number | undefined {
  const thisYear = Number(dateOf(today).slice(0, 4));
  const dayIn = (wanted: number): number | undefined =>
    calendarDay([String(wanted), month.padStart(2, '0'), date.padStart(2, '0')].join('-'));
  if (year !== undefined) return dayIn(year.length === 2 ? 2000 + Number(year) : Number(year));
  const day = dayIn(thisYear);
  return day === undefined || day < today ? dayIn(thisYear + 1) : day;
}

/** Returns the time of an hour as it is said, such as `09:30`; undefined when no clock shows it. */
export function toTime(hours: string | undefined, minutes = '0', half?: string): string | undefined {
  const said = Number(hours ?? NaN);
  const hour = half === undefined ? said : (said % 12) + (half === 'p' ? 12 : 0);
  if (!(hour < 24) || Number(minutes) > 59 || (half !== undefined && said > 12)) return undefined;
  return `${String(hour).padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}

/** What a language says about a date that chrono found. */
export interface Judge {
  /** Whether it is no date at all: a duration, a number. */
  isNone(around: Around): boolean;
  /** Whether it may mean something else. */
  isDoubtful(around: Around): boolean;
  /** Whether a time without a day is one, and not just a number. */
  readonly time: RegExp;
  /** Words like "in 3 months", whose day is meant. */
  readonly relative: RegExp;
  /** Returns the time of a part of the day: "tomorrow morning". */
  timeOfPart(words: string): string | undefined;
}

/** Returns the dates that the phrases and chrono find, those of the phrases first. */
export function findDates(
  phrases: readonly DayPhrase[],
  readTime: TimeReader,
  chrono: Chrono,
  judge: Judge,
  scan: Scan,
): FoundDate[] {
  const days = findDays(phrases, readTime, scan);
  const rest = days.reduce((text, { index, text: words }) => blanked(text, index, index + words.length), scan.text);
  const results = chrono.parse(rest, new Date(scan.now), { forwardDate: true });
  return [...days, ...judged(results, judge, { ...scan, text: rest })];
}

/** Time after which the preparation lets others work. */
const SLICE_MS = 4;

/**
 * Uses each pattern, since patterns are compiled by their first uses: else the first letter that is typed would wait for
 * all of them.
 *
 * @param chronos Each with one parser.
 */
export async function prepare(phrases: readonly Phrase[], chronos: readonly Chrono[]): Promise<void> {
  const uses = [
    ...phrases.map(
      ({ pattern }) =>
        (text: string) =>
          pattern.test(text),
    ),
    ...chronos.map((chrono) => (text: string) => chrono.parse(text)),
  ];
  let start = performance.now();
  for (const use of uses) {
    // The second use compiles to machine code.
    for (const text of ['a', 'b']) use(text);
    if (performance.now() - start < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    start = performance.now();
  }
}

/** Returns the dates that chrono found, judged. */
function judged(results: readonly ParsedResult[], judge: Judge, { text, now, today }: Scan): FoundDate[] {
  const dates: FoundDate[] = [];
  for (const result of results) {
    const words = result.text.trim();
    const index = result.index + result.text.indexOf(words);
    const place = around(text, index, words.length);
    const { start } = result;
    const hasTime = start.isCertain('hour');
    const hasDay = start.isCertain('day') || start.isCertain('weekday') || judge.relative.test(words);
    const isTimeOnly = !hasDay && !start.isCertain('month');
    if (judge.isNone(place) || (isTimeOnly && !judge.time.test(words))) continue;
    const two = (part: number | null): string => String(part ?? 0).padStart(2, '0');
    const day = `${String(start.get('year'))}-${two(start.get('month'))}-${two(start.get('day'))}`;
    const time = hasTime ? `${two(start.get('hour'))}:${two(start.get('minute'))}` : judge.timeOfPart(words);
    const dueOn = withTime(day, time);
    const isPast = !(dayNumber(day) >= today);
    if (Number.isNaN(dayNumber(day)) || (isPast && !/\d{4}/.test(words))) continue;
    const isWhole = /^$|^[\s),.;:!?\ufffc]/.test(place.after);
    const isOver = time !== undefined && dueOn < now;
    const isCertain = hasDay && isWhole && !isPast && !isOver && result.end == null && !judge.isDoubtful(place);
    dates.push({ index, text: words, dueOn, isCertain });
  }
  return dates;
}
