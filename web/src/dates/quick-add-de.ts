import { casual, Chrono } from 'chrono-node/de';
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

const DAY = '(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)';
const SHORT_DAY = '(?:mo|di|mi|do|fr|sa|so)\\.?';
const AND = '(?: ?,| und| &) ?(?:am )?';
const DAYS = `(?:${DAY}|${SHORT_DAY})(?:${AND}(?:${DAY}|${SHORT_DAY}))*`;
const NUMBER = '\\d{1,3}|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf';
const MONTH =
  '(?:jan(?:uar)?|jänner|feb(?:ruar)?|mär(?:z)?|mrz|apr(?:il)?|mai|juni?|juli?|aug(?:ust)?|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?|dez(?:ember)?)\\.?';
const NTH = 'ersten|1\\.|zweiten|2\\.|dritten|3\\.|vierten|4\\.|letzten';
const OF_MONTH = '(?: (?:im|des|eines jeden|jeden) Monats?)';
const PART = 'früh|morgen|vormittag|mittag|nachmittag|abend';

const WEEKDAYS = ['mo', 'di', 'mi', 'do', 'fr', 'sa', 'so'];
const MONTHS = ['ja', 'fe', 'm', 'ap', 'mai', 'jun', 'jul', 'au', 'se', 'ok', 'no', 'de'];
const NUMBERS = ['', '', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun', 'zehn', '', 'zwölf'];
const UNITS: Readonly<Record<string, Frequency>> = { t: 'DAILY', w: 'WEEKLY', m: 'MONTHLY', j: 'YEARLY' };
const PLACES: Readonly<Record<string, number>> = {
  ersten: 1,
  '1.': 1,
  zweiten: 2,
  '2.': 2,
  dritten: 3,
  '3.': 3,
  vierten: 4,
  '4.': 4,
  letzten: -1,
};

const weekday = (name = ''): number => (/^sonna/i.test(name) ? 5 : WEEKDAYS.indexOf(name.slice(0, 2).toLowerCase()));
const weekdays = (names = ''): { weekday: number }[] =>
  names
    .split(/\s*(?:,|&|\s(?:und|am)\s)\s*/i)
    .filter((name) => name !== '')
    .map((name) => ({ weekday: weekday(name) }));
const count = (text = ''): number => Number(text) || NUMBERS.indexOf(text.toLowerCase());
const unit = (name = ''): Frequency => UNITS[name.charAt(0).toLowerCase()] ?? 'DAILY';

function month(name = ''): number {
  const lower = name.toLowerCase();
  return lower.startsWith('mai') ? 5 : MONTHS.findIndex((start) => lower.startsWith(start)) + 1;
}

/** Returns the time of "morgen früh". */
function timeOfPart(words: string): string | undefined {
  if (/nachmittag/i.test(words)) return '15:00';
  if (/mittag/i.test(words) && !/vormittag/i.test(words)) return '12:00';
  if (/abend/i.test(words) && !/sonnabend$/i.test(words)) return '19:00';
  return /früh|vormittag|(?:heute|morgen|tag|jeden)\s*morgen/i.test(words) ? '09:00' : undefined;
}

function nthOfMonth({ nth = '', day = '' }: Groups): RepeatRule {
  const ordinal = PLACES[nth.toLowerCase()] ?? 1;
  return /^tag/i.test(day)
    ? makeRule('MONTHLY', { monthDays: [ordinal] })
    : makeRule('MONTHLY', { weekdays: [{ weekday: weekday(day), ordinal }] });
}

const REPEATS: readonly RepeatPhrase[] = [
  {
    pattern: phrase(`(?:an )?jeden (?<nth>${NTH}) (?<day>${DAY}|tag)${OF_MONTH}`),
    read: nthOfMonth,
  },
  { pattern: phrase(`(?:jeden Monat|monatlich) am (?<nth>${NTH}) (?<day>${DAY}|tag)`), read: nthOfMonth },
  { pattern: phrase(`(?:jeden Monat|monatlich) am (?<date>\\d{1,2})\\.`), read: monthDay },
  { pattern: phrase(`jeden (?<date>\\d{1,2})\\.${OF_MONTH}?(?! ?${DAY})`), read: monthDay },
  {
    pattern: phrase('jede[nrs]? (?:zweite[nrs]?|2\\.) (?<unit>tag|woche|monat|jahr)'),
    read: ({ unit: name }) => makeRule(unit(name), { interval: 2 }),
  },
  // "Jeden zweiten Freitag" is every other, or the second of each month.
  {
    pattern: phrase(`jeden (?<nth>${NTH}) (?<day>${DAY})`),
    read: (groups) =>
      PLACES[groups['nth']?.toLowerCase() ?? ''] === 2
        ? makeRule('WEEKLY', { interval: 2, weekdays: weekdays(groups['day']) })
        : nthOfMonth(groups),
    isCertain: ({ text }) => /ersten|1\.|letzten/i.test(text),
  },
  {
    pattern: phrase(`alle (?<number>${NUMBER}) (?<unit>tage|wochen|monate|jahre)(?: (?:am|immer) (?<days>${DAYS}))?`),
    read: ({ number, unit: name, days }) => {
      const interval = count(number);
      if (interval < 1) return undefined;
      return days === undefined || unit(name) !== 'WEEKLY'
        ? makeRule(unit(name), { interval })
        : makeRule('WEEKLY', { interval, weekdays: weekdays(days) });
    },
  },
  {
    pattern: phrase('(?:jeden (?:werktag|arbeitstag|wochentag)|werktags|wochentags|montags bis freitags)'),
    read: () => makeRule('WEEKLY', { weekdays: WORKDAYS }),
  },
  { pattern: phrase('jedes wochenende'), read: () => makeRule('WEEKLY', { weekdays: weekdays('sa') }) },
  {
    pattern: phrase(`(?:jede Woche|wöchentlich) am (?<days>${DAYS})`),
    read: ({ days }) => makeRule('WEEKLY', { weekdays: weekdays(days) }),
  },
  {
    pattern: phrase(`jeden (?<days>${DAYS})(?<part>${PART})?`),
    read: ({ days }) => makeRule('WEEKLY', { weekdays: weekdays(days) }),
    time: ({ part }) => part && timeOfPart(`tag${part}`),
  },
  {
    pattern: phrase(`(?:jedes jahr|jährlich) am (?<date>\\d{1,2})\\. ?(?<month>${MONTH})`),
    read: ({ date, month: name }) => makeRule('YEARLY', { months: [month(name)], monthDays: [Number(date)] }),
  },
  {
    pattern: phrase('(?:jedes quartal|vierteljährlich|quartalsweise)'),
    read: () => makeRule('MONTHLY', { interval: 3 }),
  },
  {
    pattern: phrase('jeden (?<part>morgen|vormittag|mittag|nachmittag|abend)'),
    read: () => makeRule('DAILY'),
    time: ({ part = '' }) => timeOfPart(`jeden ${part}`),
  },
  { pattern: phrase('jede[ns]? (?<unit>tag|woche|monat|jahr)'), read: ({ unit: name }) => makeRule(unit(name)) },
  { pattern: phrase('täglich'), read: () => makeRule('DAILY') },
  { pattern: phrase('wöchentlich'), read: () => makeRule('WEEKLY') },
  { pattern: phrase('monatlich'), read: () => makeRule('MONTHLY') },
  { pattern: phrase('jährlich'), read: () => makeRule('YEARLY') },
  {
    pattern: phrase(`(?:immer )?(?<days>${DAY}s(?:${AND}${DAY}s)*)`),
    read: ({ days }) => makeRule('WEEKLY', { weekdays: weekdays(days) }),
  },
];

const DAY_PHRASES: readonly DayPhrase[] = [
  { pattern: phrase('(?:am )?nächste[ns] wochenende'), read: (_, { today }) => today + 12 - weekdayOf(today) },
  {
    pattern: phrase('(?:an|am)? ?(?:diese[ms]|kommende[ns])? ?wochenende'),
    read: (_, { today }) => (weekdayOf(today) > 4 ? today : namedDays(today).weekend),
    isCertain: ({ isLast, text }) => isLast || /\s/.test(text),
  },
  {
    pattern: phrase(`(?:(?:am )?(?<day>${DAY}) )?nächste woche(?: (?:am )?(?<day2>${DAY}))?`),
    read: ({ day, day2 }, { today }) => namedDays(today).nextWeek + Math.max(0, weekday(day ?? day2)),
  },
  { pattern: phrase('(?:im )?nächsten monat'), read: (_, { today }) => monthOf(today, 0).last + 1 },
  { pattern: phrase('in (?:einem|1) monat'), read: (_, { today }) => addMonths(today, 1) },
  {
    pattern: phrase(`(?:bis )?(?:zum )?Ende (?<month>${MONTH})(?: (?<year>\\d{4}))?`),
    read: ({ month: name, year }, { today }) => lastDayOfMonth(month(name), year, today),
  },
  {
    pattern: phrase('(?:am |zum |bis )?(?:ende des monats|ende dieses monats|monatsende)'),
    read: (_, { today }) => monthOf(today, 0).last,
  },
  {
    pattern: phrase('(?:am |zum |bis )?(?:ende der woche|ende dieser woche)'),
    read: (_, { today }) => today + ((11 - weekdayOf(today)) % 7),
  },
  {
    pattern: phrase('(?<date>\\d{1,2})\\. ?(?<month>\\d{1,2})\\.(?: ?(?<year>\\d{4}|\\d\\d))?'),
    read: dayOfNumbers,
    // "Kapitel 1.2. lesen" is no date.
    isCertain: ({ text, before, isLast }) =>
      isLast || /\d{4}/.test(text) || PREPOSITION.test(before) || /\d:\d|uhr/i.test(text),
  },
  {
    pattern: phrase(`(?:am|bis zum|zum) (?<date>\\d{1,2})\\.(?! ?(?:\\d|${MONTH}))`),
    read: ({ date }, { today }) => {
      const day = Number(date);
      const month = monthOf(today, 0);
      if (day < 1 || day > month.last - month.first + 1) return undefined;
      return month.first + day - 1 < today ? addMonths(month.first, 1) + day - 1 : month.first + day - 1;
    },
    isCertain: ({ isLast }) => isLast,
  },
];

const TIME =
  /^,?\s+(?:(?:um|gegen|ab)\s+(?<hours>\d{1,2})(?:[:.](?<minutes>\d\d))?(?:\s*uhr)?|(?<hours2>\d{1,2}):(?<minutes2>\d\d)(?:\s*uhr)?|(?<hours3>\d{1,2})(?:[:.](?<minutes3>\d\d))?\s*uhr)(?=$|[\s.,;!?\ufffc])/i;

function readTime(after: string): { text: string; time: string } | undefined {
  const found = TIME.exec(after);
  const groups: Groups = found?.groups ?? {};
  const minutes = groups['minutes'] ?? groups['minutes2'] ?? groups['minutes3'];
  const time = toTime(groups['hours'] ?? groups['hours2'] ?? groups['hours3'], minutes);
  return found === null || time === undefined ? undefined : { text: found[0], time };
}

const PREPOSITION =
  /(?:^|\s)(?:fällig\s+)?(?:am|bis(?:\s+(?:zum|am|spätestens))?|spätestens|zum|ab|den|für|fällig)\s+$/i;
const BELONGS_TO_NOUN = /(?:^|\s)(?:der|die|das|dem|des|vom|von|seit|nach|beim|einen?|guten|schönen|gegen)\s+$/i;

const JUDGE: Judge = {
  isNone: ({ text }) =>
    /^(?:jetzt|für .*|während .*|letzte.*)$/i.test(text) || new RegExp(`^${SHORT_DAY}$`, 'i').test(text),
  isDoubtful: ({ text, before, isLast }) => {
    if (BELONGS_TO_NOUN.test(before)) return true;
    // The noun: "Guten Morgen", "der Morgen".
    if (/^Morgen$/.test(text) && before.trim() !== '') return true;
    if (/\d\/\d/.test(text)) return true;
    return /^\d{1,2}\.?\s*(?:mai|märz|august)$/i.test(text) && !/^\d{1,2}\./.test(text) && !isLast;
  },
  time: /:|uhr|^um\b|mitternacht/i,
  relative: /^in\s/i,
  timeOfPart,
};

/** Phrases with a part of the day, which chrono reads without a space: "Montagabend", "morgen früh". */
const PARTS: readonly DayPhrase[] = [
  {
    pattern: phrase(`(?:am |kommenden )?(?<day>${DAY}) ?(?<part>${PART})`),
    read: ({ day }, { today }) => today + ((weekday(day) - weekdayOf(today) + 7) % 7),
    time: ({ part }) => part && timeOfPart(`tag${part}`),
  },
  {
    pattern: phrase('(?<day>heute|morgen|übermorgen) früh'),
    read: ({ day = '' }, { today }) => today + ['heute', 'morgen', 'übermorgen'].indexOf(day.toLowerCase()),
    time: () => '09:00',
  },
  {
    pattern: phrase(`(?:am |kommenden )?(?<day>sonnabend)`),
    read: (_, { today }) => today + ((12 - weekdayOf(today)) % 7),
  },
];

const GRAMMAR: QuickAddGrammar = {
  findRepeat: (scan) => findRepeat(REPEATS, readTime, scan),
  findDates: (scan) => findDates([...PARTS, ...DAY_PHRASES], readTime, casual, JUDGE, scan),
  prepositions: PREPOSITION,
  until: /^bis/i,
};

/** Lets the first parse take no longer than others. */
export async function prepareQuickAdd(): Promise<void> {
  await prepare(
    [...REPEATS, ...PARTS, ...DAY_PHRASES],
    casual.parsers.map((parser) => new Chrono({ parsers: [parser], refiners: [] })),
  );
}

/** Returns the name and everything else that a German text for a new task says. */
export function parseQuickAdd(text: string, options: QuickAddOptions): QuickAddResult {
  return parse(text, GRAMMAR, options);
}
