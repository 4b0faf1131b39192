import { describe, expect, it } from '@jest/globals';
import { dateOf, dayNumber } from '../../../src/dates/days.js';
import { repeatInShort } from '../../../src/dates/repeat-in-short.js';
import { firstDay, formatRule, parseRule } from '../../../src/dates/repeat-rule.js';
import { repeatWords } from '../../../src/dates/repeat-words.js';

const RULES: readonly (readonly [string, string, string])[] = [
  ['FREQ=DAILY', 'every day', 'jeden Tag'],
  ['FREQ=DAILY;INTERVAL=3', 'every 3 days', 'alle 3 Tage'],
  ['FREQ=DAILY;COUNT=5', 'every day, 5 times', 'jeden Tag, 5-mal'],
  ['FREQ=DAILY;COUNT=1', 'every day, once more', 'jeden Tag, noch einmal'],
  ['FREQ=DAILY;UNTIL=20270103', 'every day, until 3 Jan 2027', 'jeden Tag, bis 3. Jan. 2027'],
  ['FREQ=DAILY;UNTIL=20270103T093000', 'every day, until 3 Jan 2027 09:30', 'jeden Tag, bis 3. Jan. 2027 09:30'],
  ['FREQ=WEEKLY', 'every week', 'jede Woche'],
  ['FREQ=WEEKLY;BYDAY=MO', 'every Monday', 'jeden Montag'],
  ['FREQ=WEEKLY;BYDAY=TH,MO', 'every Monday and Thursday', 'jeden Montag und Donnerstag'],
  ['FREQ=WEEKLY;BYDAY=MO,WE,FR', 'every Monday, Wednesday and Friday', 'jeden Montag, Mittwoch und Freitag'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every weekday', 'montags bis freitags'],
  ['FREQ=WEEKLY;BYDAY=SA,SU', 'every Saturday and Sunday', 'jeden Samstag und Sonntag'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU', 'every day', 'jeden Tag'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', 'every 2 weeks on Mon and Thu', 'alle 2 Wochen am Mo und Do'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU', 'every 2 weeks on Sun', 'alle 2 Wochen am So'],
  ['FREQ=MONTHLY', 'every month', 'jeden Monat'],
  ['FREQ=MONTHLY;BYMONTHDAY=1', 'every month on the 1st', 'jeden Monat am 1.'],
  ['FREQ=MONTHLY;BYMONTHDAY=22', 'every month on the 22nd', 'jeden Monat am 22.'],
  ['FREQ=MONTHLY;BYMONTHDAY=1,15', 'every month on the 1st and 15th', 'jeden Monat am 1. und 15.'],
  ['FREQ=MONTHLY;BYMONTHDAY=3,11,23', 'every month on the 3rd, 11th and 23rd', 'jeden Monat am 3., 11. und 23.'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'every month on the last day', 'jeden Monat am letzten Tag'],
  ['FREQ=MONTHLY;BYMONTHDAY=-2', 'every month on the 2nd last day', 'jeden Monat am vorletzten Tag'],
  ['FREQ=MONTHLY;BYMONTHDAY=-9', 'every month on the 9th last day', 'jeden Monat am 9.-letzten Tag'],
  [
    'FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1',
    'every month on the 29th or the last day',
    'jeden Monat am 29. oder am letzten Tag',
  ],
  [
    'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1',
    'every month on the 30th or the last day',
    'jeden Monat am 30. oder am letzten Tag',
  ],
  [
    'FREQ=MONTHLY;BYMONTHDAY=1,15;BYSETPOS=-1',
    'every month on the last that there is of the 1st and 15th',
    'jeden Monat am letzten vorhandenen Tag von 1. und 15.',
  ],
  ['FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=12', 'every 3 months on the 12th', 'alle 3 Monate am 12.'],
  ['FREQ=MONTHLY;BYDAY=1MO', 'every month on the first Monday', 'jeden Monat am ersten Montag'],
  ['FREQ=MONTHLY;BYDAY=5FR', 'every month on the fifth Friday', 'jeden Monat am fünften Freitag'],
  ['FREQ=MONTHLY;BYDAY=-1FR', 'every month on the last Friday', 'jeden Monat am letzten Freitag'],
  ['FREQ=MONTHLY;BYDAY=-2FR', 'every month on the second to last Friday', 'jeden Monat am vorletzten Freitag'],
  [
    'FREQ=MONTHLY;BYDAY=1MO,3MO',
    'every month on the first Monday and third Monday',
    'jeden Monat am ersten Montag und dritten Montag',
  ],
  ['FREQ=YEARLY', 'every year', 'jedes Jahr'],
  ['FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=3', 'every year on 3 January', 'jedes Jahr am 3. Januar'],
  ['FREQ=YEARLY;BYMONTH=3', 'every year in March', 'jedes Jahr im März'],
  [
    'FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=15',
    'every year in March and September on the 15th',
    'jedes Jahr im März und September am 15.',
  ],
  [
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1',
    'every year in February on the 29th or the last day',
    'jedes Jahr im Februar am 29. oder am letzten Tag',
  ],
  [
    'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1',
    'every year in December on the last day',
    'jedes Jahr im Dezember am letzten Tag',
  ],
  ['FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYMONTHDAY=3', 'every 2 years on 3 January', 'alle 2 Jahre am 3. Januar'],
];

describe('repeatWords', () => {
  it.each(RULES)('%s is "%s"', (rule, en, de) => {
    expect(repeatWords(rule, 'en')).toBe(en);
    expect(repeatWords(rule, 'de')).toBe(de);
  });

  it.each(['FREQ=HOURLY', 'FREQ=WEEKLY;BYDAY=XX', 'FREQ=DAILY;BYHOUR=9', 'FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2', 'x'])(
    'shows a rule that it does not know: %s',
    (rule) => {
      expect(repeatWords(rule, 'en')).toBe(`by a rule of its own (${rule})`);
      expect(repeatWords(rule, 'de')).toBe(`nach eigener Regel (${rule})`);
    },
  );
});

describe('formatRule', () => {
  it.each(RULES.map(([rule]) => rule))('writes %s as it was read', (rule) => {
    const read = parseRule(rule);
    expect(read && formatRule(read)).toBe(rule);
  });
});

describe('repeatInShort', () => {
  it.each([
    ['FREQ=DAILY', 'daily', 'täglich'],
    ['FREQ=WEEKLY;BYDAY=MO', 'weekly', 'wöchentlich'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'every 2 weeks', 'alle 2 Wochen'],
    ['FREQ=MONTHLY;BYMONTHDAY=1', 'monthly', 'monatlich'],
    ['FREQ=YEARLY;INTERVAL=10;BYMONTH=1;BYMONTHDAY=3', 'every 10 years', 'alle 10 Jahre'],
    ['FREQ=HOURLY', 'repeats', 'wiederholt'],
  ])('%s is "%s"', (rule, en, de) => {
    expect([repeatInShort(rule, 'en'), repeatInShort(rule, 'de')]).toEqual([en, de]);
  });
});

describe('firstDay', () => {
  it.each([
    ['FREQ=DAILY;INTERVAL=3', '2026-12-01'],
    ['FREQ=WEEKLY;BYDAY=TU', '2026-12-01'],
    ['FREQ=WEEKLY;BYDAY=MO', '2026-12-07'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SU', '2026-12-04'],
    ['FREQ=MONTHLY', '2026-12-01'],
    ['FREQ=MONTHLY;BYMONTHDAY=15', '2026-12-15'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', '2026-12-31'],
    ['FREQ=MONTHLY;BYDAY=-1FR', '2026-12-25'],
    ['FREQ=MONTHLY;BYDAY=1MO', '2026-12-07'],
    ['FREQ=MONTHLY;BYDAY=5TU', '2026-12-29'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1', '2027-02-28'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2028-02-29'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', '2026-12-01'],
  ])('of %s is %s', (text, date) => {
    const rule = parseRule(text);
    expect(rule && dateOf(firstDay(rule, dayNumber('2026-12-01')))).toBe(date);
  });
});
