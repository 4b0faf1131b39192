import { casual, Chrono } from 'chrono-node/en';
import { weekdayOf } from './days.js';
import {
  dayOfNumbers,
  findDates,
  findRepeat,
  monthDay,
  phrase,
  prepare,
  toTime,
  WORKDAYS,
  type DayPhrase,
  type Groups,
  type Judge,
  type RepeatPhrase,
} from './grammar.js';
import { addMonths, lastDayOfMonth, monthOf, namedDays } from './months.js';
import {
  parseQuickAdd as parse,
  type QuickAddGrammar,
  type QuickAddOptions,
  type QuickAddResult,
} from './quick-add.js';
import { makeRule, type Frequency, type RepeatRule } from './repeat-rule.js';

const DAY =
  '(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?';
const DAYS = `${DAY}(?:(?: ?,| and| &) ?${DAY})*`;
const PLURAL = '(?:mon|tues|wednes|thurs|fri|satur|sun)days';
const NUMBER = '\\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve';
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const NTH = 'first|1st|second|2nd|third|3rd|fourth|4th|last';
const OF_MONTH = '(?: (?:of|in) (?:the|each|every) month)';

const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const NUMBERS = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', '', 'twelve'];
const UNITS: Readonly<Record<string, Frequency>> = { d: 'DAILY', w: 'WEEKLY', m: 'MONTHLY', y: 'YEARLY' };
const PLACES: Readonly<Record<string, number>> = {
  first: 1,
  '1st': 1,
  second: 2,
  '2nd': 2,
  third: 3,
  '3rd': 3,
  fourth: 4,
  '4th': 4,
  last: -1,
};

const weekday = (name = ''): number => WEEKDAYS.indexOf(name.slice(0, 2).toLowerCase());
const weekdays = (names = ''): { weekday: number }[] =>
  names
    .split(/\s*(?:,|&|\band\b)\s*/i)
    .filter((name) => name !== '')
    .map((name) => ({ weekday: weekday(name) }));
const count = (text = '1'): number => Number(text) || NUMBERS.indexOf(text.toLowerCase());
const month = (name = ''): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
const unit = (name = ''): Frequency => UNITS[name.charAt(0).toLowerCase()] ?? 'DAILY';

/** Returns the time of "tomorrow morning". */
function timeOfPart(words: string): string | undefined {
  if (/\bmorning/i.test(words)) return '09:00';
  if (/\bnoon/i.test(words)) return '12:00';
  if (/\bafternoon/i.test(words)) return '15:00';
  return /(?:\bevening|night)/i.test(words) ? '19:00' : undefined;
}

/** "the last Friday", "the first day". */
function nthOfMonth({ nth = '', day = '' }: Groups): RepeatRule {
  const ordinal = PLACES[nth.toLowerCase()] ?? 1;
  return /^day/i.test(day)
    ? makeRule('MONTHLY', { monthDays: [ordinal] })
    : makeRule('MONTHLY', { weekdays: [{ weekday: weekday(day), ordinal }] });
}

const REPEATS: readonly RepeatPhrase[] = [
  {
    pattern: phrase(`every other (?:(?<unit>day|week|month|year)|(?<day>${DAY}))`),
    read: ({ unit: name, day }) =>
      day === undefined
        ? makeRule(unit(name), { interval: 2 })
        : makeRule('WEEKLY', { interval: 2, weekdays: weekdays(day) }),
  },
  { pattern: phrase(`every (?<nth>${NTH}) (?<day>${DAY}|day)${OF_MONTH}`), read: nthOfMonth },
  { pattern: phrase(`(?:on )?the (?<nth>${NTH}) (?<day>${DAY}|day) (?:of|in) (?:each|every) month`), read: nthOfMonth },
  { pattern: phrase(`(?:every month|monthly) on the (?<nth>${NTH}) (?<day>${DAY}|day)`), read: nthOfMonth },
  { pattern: phrase(`(?:every month|monthly) on the (?<date>\\d{1,2})(?:st|nd|rd|th)`), read: monthDay },
  { pattern: phrase(`every (?<date>\\d{1,2})(?:st|nd|rd|th)${OF_MONTH}?`), read: monthDay },
  // "Every second Friday" is the second of each month, or every other.
  {
    pattern: phrase(`every (?<nth>${NTH}) (?<day>${DAY})`),
    read: (groups) =>
      PLACES[groups['nth']?.toLowerCase() ?? ''] === 2
        ? makeRule('WEEKLY', { interval: 2, weekdays: weekdays(groups['day']) })
        : nthOfMonth(groups),
    isCertain: ({ text }) => /\b(?:first|1st|last)\b/i.test(text),
  },
  {
    pattern: phrase(`every (?<number>${NUMBER}) (?<unit>days?|weeks?|months?|years?)(?: on (?<days>${DAYS}))?`),
    read: ({ number, unit: name, days }) => {
      const interval = count(number);
      if (interval < 1) return undefined;
      return days === undefined || unit(name) !== 'WEEKLY'
        ? makeRule(unit(name), { interval })
        : makeRule('WEEKLY', { interval, weekdays: weekdays(days) });
    },
  },
  { pattern: phrase('every (?:week|work|business) ?days?'), read: () => makeRule('WEEKLY', { weekdays: WORKDAYS }) },
  {
    pattern: phrase('(?:on )?weekdays'),
    read: () => makeRule('WEEKLY', { weekdays: WORKDAYS }),
    isCertain: ({ isLast, text }) => isLast || /^on/i.test(text),
  },
  { pattern: phrase('every weekend'), read: () => makeRule('WEEKLY', { weekdays: weekdays('sat') }) },
  {
    pattern: phrase(`(?:every week|weekly) on (?<days>${DAYS})`),
    read: ({ days }) => makeRule('WEEKLY', { weekdays: weekdays(days) }),
  },
  { pattern: phrase(`every (?<days>${DAYS})`), read: ({ days }) => makeRule('WEEKLY', { weekdays: weekdays(days) }) },
  {
    pattern: phrase(
      `(?:every|each) (?:(?<date>\\d{1,2})(?:st|nd|rd|th)? (?:of )?(?<month>${MONTH})|(?<month2>${MONTH}) (?<date2>\\d{1,2})(?:st|nd|rd|th)?)`,
    ),
    read: ({ date, month: name, date2, month2 }) =>
      makeRule('YEARLY', { months: [month(name ?? month2)], monthDays: [Number(date ?? date2)] }),
  },
  {
    pattern: phrase('every quarter|quarterly'),
    read: () => makeRule('MONTHLY', { interval: 3 }),
    isCertain: ({ isLast, text }) => isLast || /^every/i.test(text),
  },
  {
    pattern: phrase('every (?<part>morning|afternoon|evening|night)'),
    read: () => makeRule('DAILY'),
    time: ({ part = '' }) => timeOfPart(part),
  },
  { pattern: phrase('every (?<unit>day|week|month|year)'), read: ({ unit: name }) => makeRule(unit(name)) },
  // "Weekly report" is a name, "water the plants weekly" is not.
  {
    pattern: phrase('(?<unit>daily|weekly|monthly|yearly|annually)'),
    read: ({ unit: name = '' }) => makeRule(unit(name.replace(/^a/i, 'y'))),
    isCertain: ({ isLast }) => isLast,
  },
  {
    pattern: phrase(`(?:on )?(?<days>${PLURAL}(?:(?: ?,| and| &) ?${PLURAL})*)`),
    read: ({ days }) => makeRule('WEEKLY', { weekdays: weekdays(days) }),
    isCertain: ({ isLast, text }) => isLast || /^on/i.test(text),
  },
];

const DAY_PHRASES: readonly DayPhrase[] = [
  { pattern: phrase('(?:the )?day after tomorrow'), read: (_, { today }) => today + 2 },
  {
    pattern: phrase('next weekend'),
    read: (_, { today }) => today + 12 - weekdayOf(today),
  },
  {
    pattern: phrase('(?:at |on |over |by )?(?:the |this )?weekend'),
    read: (_, { today }) => (weekdayOf(today) > 4 ? today : namedDays(today).weekend),
    isCertain: ({ isLast, text }) => isLast || /\s/.test(text),
  },
  {
    pattern: phrase(`(?:(?<day>${DAY}) )?next week(?: (?:on )?(?<day2>${DAY}))?`),
    read: ({ day, day2 }, { today }) => namedDays(today).nextWeek + Math.max(0, weekday(day ?? day2)),
  },
  { pattern: phrase('next month'), read: (_, { today }) => monthOf(today, 0).last + 1 },
  {
    pattern: phrase(`(?:(?:by|until|before) )?(?:the )?end of (?<month>${MONTH})(?: (?<year>\\d{4}))?`),
    read: ({ month: name, year }, { today }) => lastDayOfMonth(month(name), year, today),
  },
  {
    pattern: phrase('(?:at |by )?(?:the )?(?:end of (?:the |this )?month|eom)'),
    read: (_, { today }) => monthOf(today, 0).last,
  },
  {
    pattern: phrase('(?:by )?(?:the )?(?:end of (?:the |this )?week|eow)'),
    read: (_, { today }) => today + ((11 - weekdayOf(today)) % 7),
  },
  { pattern: phrase('(?:by )?(?:the )?(?:end of (?:the )?day|eod)'), read: (_, { today }) => today },
  {
    pattern: phrase('(?<date>\\d{1,2})/(?<month>\\d{1,2})(?:/(?<year>\\d{4}))?'),
    read: (groups, scan) =>
      dayOfNumbers(
        Number(groups['month']) > 12 ? { ...groups, date: groups['month'], month: groups['date'] } : groups,
        scan,
      ),
    // 5/6 is the 5th of June or the 6th of May, 24/7 neither, and 12/24 may be a part of something.
    isCertain: ({ text, before, isLast }) => {
      const [first = 0, second = 0, year] = text.split('/').map(Number);
      if (year !== undefined) return first > 12 || second > 12 || first === second;
      return second > 12 && (PREPOSITION.test(before) || (isLast && !PART.test(before)));
    },
  },
  { pattern: phrase('in (?:a|one) month'), read: (_, { today }) => addMonths(today, 1) },
];

const TIME =
  /^,?\s+(?:(?:at|@)\s*(?<hours>\d{1,2})(?:[:.](?<minutes>\d\d))?\s*(?<half>[ap]\.?m)?|(?<hours2>\d{1,2}):(?<minutes2>\d\d)\s*(?<half2>[ap]\.?m)?|(?<hours3>\d{1,2})\s*(?<half3>[ap]\.?m))\.?(?=$|[\s,;!?\ufffc])/i;

function readTime(after: string): { text: string; time: string } | undefined {
  const found = TIME.exec(after);
  const groups: Groups = found?.groups ?? {};
  const half = (groups['half'] ?? groups['half2'] ?? groups['half3'])?.charAt(0).toLowerCase();
  const hours = groups['hours'] ?? groups['hours2'] ?? groups['hours3'];
  const time = toTime(hours, groups['minutes'] ?? groups['minutes2'], half);
  return found === null || time === undefined ? undefined : { text: found[0], time };
}

const PREPOSITION = /(?:^|\s)(?:(?:due|starting|at the latest) )?(?:by|on|until|till|before|for|due|from)\s+$/i;
/** Words that are something else as well. */
const AMBIGUOUS = /^(?:\d{1,2}\s+)?(?:sun|sat|may|mar|march|august)\.?(?:\s+\d{1,2})?$/i;
/** Words before a number out of another. */
const PART = /\b(?:chapters?|parts?|pages?|lessons?|episodes?|weeks?|days?|steps?|rooms?|no\.?)\s+$/i;
const SHORT_WEEKDAY = /^(?:mon|tues?|wed|thurs?|thu|fri)\.?$/i;
const PART_OF_NAME = /\b(?:black|good|casual|cyber|ash|palm|easter|boxing|taco|fat)\s+$/i;
/** "Every 3 days from Friday" begins then. */
const BELONGS_TO_NOUN = /\b(?:the|of|since|after|last|my|our|his|her|their|a)\s+$|[^\ufffc\s]\s+from\s+$/i;

const JUDGE: Judge = {
  isNone: ({ text }) =>
    /^(?:now|this (?:week|month|year|quarter)|last .*)$/i.test(text) ||
    (/^(?:for\b|(?:about |around )?(?:an?|\d+|one|two|three|four|five|six|ten|few|half|several)\b.*\b(?:s|sec|secs|seconds?|m|min|mins|minutes?|h|hr|hrs|hours?|d|days?|w|weeks?|mo|months?|y|yrs?|years?)\b)/i.test(
      text,
    ) &&
      !/(?:later|from now|hence)$/i.test(text)),
  isDoubtful: ({ text, before, isLast }) => {
    const hasPreposition = PREPOSITION.test(before) || /^(?:on|next|this)\b/i.test(text);
    if (PART_OF_NAME.test(before) || BELONGS_TO_NOUN.test(before)) return true;
    if (AMBIGUOUS.test(text)) return !(hasPreposition || (isLast && /\d/.test(text)));
    return SHORT_WEEKDAY.test(text) && !hasPreposition && !isLast;
  },
  time: /:|\d\s*[ap]\.?m|^at\b|noon|midnight/i,
  relative: /^(?:in|within)\s|(?:later|from now|hence)$/i,
  timeOfPart,
};

const GRAMMAR: QuickAddGrammar = {
  findRepeat: (scan) => findRepeat(REPEATS, readTime, scan),
  findDates: (scan) => findDates(DAY_PHRASES, readTime, casual, JUDGE, scan),
  prepositions: PREPOSITION,
  until: /^(?:until|till)\b/i,
};

/** Lets the first parse take no longer than others. */
export async function prepareQuickAdd(): Promise<void> {
  await prepare(
    [...REPEATS, ...DAY_PHRASES],
    casual.parsers.map((parser) => new Chrono({ parsers: [parser], refiners: [] })),
  );
}

/** Returns the name and everything else that an English text for a new task says. */
export function parseQuickAdd(text: string, options: QuickAddOptions): QuickAddResult {
  return parse(text, GRAMMAR, options);
}
