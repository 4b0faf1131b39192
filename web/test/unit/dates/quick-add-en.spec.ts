import { describe, expect, it } from '@jest/globals';
import { parseQuickAdd } from '../../../src/dates/quick-add-en.js';
import type { QuickAddResult } from '../../../src/dates/quick-add.js';

/** A Tuesday. */
const NOW = '2026-12-01T10:00';
const LISTS = [
  { id: 'h', name: 'Home' },
  { id: 's', name: 'Summer house' },
];

const parse = (text: string, decisions = new Map<string, boolean>()): QuickAddResult =>
  parseQuickAdd(text, { now: NOW, lists: LISTS, decisions });

/** What is understood, briefly; `?`: offered. */
function summary({ chips }: QuickAddResult): string {
  return chips
    .map(
      ({ kind, value, dueOn, isCertain }) => `${isCertain ? '' : '?'}${[kind, value, dueOn].filter(Boolean).join(' ')}`,
    )
    .join(', ');
}

describe('parseQuickAdd, English', () => {
  it.each([
    // Days
    ['Call mum today', 'Call mum', 'due 2026-12-01'],
    ['Call mum tomorrow', 'Call mum', 'due 2026-12-02'],
    ['tomorrow call mum', 'call mum', 'due 2026-12-02'],
    ['Tomorrow, call mum', 'call mum', 'due 2026-12-02'],
    ['Call mum TOMORROW please', 'Call mum please', 'due 2026-12-02'],
    ['Call mum tmrw', 'Call mum', 'due 2026-12-02'],
    ['Call mum the day after tomorrow', 'Call mum', 'due 2026-12-03'],
    ['Call mum friday', 'Call mum', 'due 2026-12-04'],
    ['Call mum on friday', 'Call mum', 'due 2026-12-04'],
    ['Call mum by friday', 'Call mum', 'due 2026-12-04'],
    ['Pay rent due friday', 'Pay rent', 'due 2026-12-04'],
    ['Call mum this friday', 'Call mum', 'due 2026-12-04'],
    ['Call mum next friday', 'Call mum', 'due 2026-12-11'],
    ['Call mum tuesday', 'Call mum', 'due 2026-12-01'],
    ['Call mum monday', 'Call mum', 'due 2026-12-07'],
    ['Call bob wed', 'Call bob', 'due 2026-12-02'],
    ['Call bob on wed about it', 'Call bob about it', 'due 2026-12-02'],
    ['Tidy up at the weekend', 'Tidy up', 'due 2026-12-05'],
    ['Tidy up this weekend', 'Tidy up', 'due 2026-12-05'],
    ['Tidy up next weekend', 'Tidy up', 'due 2026-12-12'],
    ['Tidy up weekend', 'Tidy up', 'due 2026-12-05'],
    ['Plan weekend trip', 'Plan weekend trip', '?due 2026-12-05'],
    ['Plan next week', 'Plan', 'due 2026-12-07'],
    ['Meet Ann next week wednesday', 'Meet Ann', 'due 2026-12-09'],
    ['Meet Ann wednesday next week', 'Meet Ann', 'due 2026-12-09'],
    ['Budget next month', 'Budget', 'due 2027-01-01'],
    ['Invoice end of month', 'Invoice', 'due 2026-12-31'],
    ['Taxes by the end of February', 'Taxes', 'due 2027-02-28'],
    ['Taxes end of Dec', 'Taxes', 'due 2026-12-31'],
    ['Invoice by the end of the month', 'Invoice', 'due 2026-12-31'],
    ['Report by end of week', 'Report', 'due 2026-12-04'],
    ['Report eod', 'Report', 'due 2026-12-01'],
    ['Call back in 3 days', 'Call back', 'due 2026-12-04'],
    ['Call back in two weeks', 'Call back', 'due 2026-12-15'],
    ['Call back in 2 months', 'Call back', 'due 2027-02-01'],
    ['Call back in a month', 'Call back', 'due 2027-01-01'],
    // Dates
    ['Dentist 3 january', 'Dentist', 'due 2027-01-03'],
    ['Dentist 3rd of January', 'Dentist', 'due 2027-01-03'],
    ['Dentist january 3', 'Dentist', 'due 2027-01-03'],
    ['Dentist Dec 24', 'Dentist', 'due 2026-12-24'],
    ['Dentist 24 dec 2027', 'Dentist', 'due 2027-12-24'],
    ['Dentist 2027-02-28', 'Dentist', 'due 2027-02-28'],
    ['Dentist 24/12/2026', 'Dentist', 'due 2026-12-24'],
    ['Presents 12/24', 'Presents', 'due 2026-12-24'],
    ['Call the bank by 1/15 about the loan', 'Call the bank about the loan', 'due 2027-01-15'],
    ['Dentist 5/6/2027', 'Dentist 5/6/2027', '?due 2027-06-05'],
    ['Buy flowers 2 may', 'Buy flowers', 'due 2027-05-02'],
    ['Buy flowers on 2 may for Ann', 'Buy flowers for Ann', 'due 2027-05-02'],
    // Times
    ['Call mum tomorrow at 9', 'Call mum', 'due 2026-12-02T09:00'],
    ['Call mum tomorrow 9am', 'Call mum', 'due 2026-12-02T09:00'],
    ['Call mum tomorrow 18:30', 'Call mum', 'due 2026-12-02T18:30'],
    ['Call mum friday at 9:15 pm', 'Call mum', 'due 2026-12-04T21:15'],
    ['Call mum at 7pm tomorrow', 'Call mum', 'due 2026-12-02T19:00'],
    ['Call mum tomorrow morning', 'Call mum', 'due 2026-12-02T09:00'],
    ['Call mum tomorrow evening', 'Call mum', 'due 2026-12-02T19:00'],
    ['Call mum tonight', 'Call mum', 'due 2026-12-01T19:00'],
    ['Tidy up this weekend at 10am', 'Tidy up', 'due 2026-12-05T10:00'],
    ['Turn off the oven in 20 minutes', 'Turn off the oven', 'due 2026-12-01T10:20'],
    ['Call mum at 9pm', 'Call mum at 9pm', '?due 2026-12-01T21:00'],
    ['Call mum at 8', 'Call mum at 8', '?due 2026-12-02T08:00'],
    ['Call mum 18:00', 'Call mum 18:00', '?due 2026-12-01T18:00'],
    ['Meeting tomorrow 9-11am', 'Meeting tomorrow 9-11am', '?due 2026-12-02T09:00'],
    // Repeats
    ['Water the plants every day', 'Water the plants', 'repeat FREQ=DAILY 2026-12-01'],
    ['Pill every day at 9', 'Pill', 'repeat FREQ=DAILY 2026-12-02T09:00'],
    ['Pill every day 18:00', 'Pill', 'repeat FREQ=DAILY 2026-12-01T18:00'],
    ['Pill every morning', 'Pill', 'repeat FREQ=DAILY 2026-12-02T09:00'],
    ['Pill daily', 'Pill', 'repeat FREQ=DAILY 2026-12-01'],
    ['Daily standup', 'Daily standup', '?repeat FREQ=DAILY 2026-12-01'],
    ['Write weekly report', 'Write weekly report', '?repeat FREQ=WEEKLY 2026-12-01'],
    ['Bins every monday', 'Bins', 'repeat FREQ=WEEKLY;BYDAY=MO 2026-12-07'],
    ['Gym every mon, wed and fri', 'Gym', 'repeat FREQ=WEEKLY;BYDAY=MO,WE,FR 2026-12-02'],
    ['Gym every monday and thursday at 7pm', 'Gym', 'repeat FREQ=WEEKLY;BYDAY=MO,TH 2026-12-03T19:00'],
    ['Gym on mondays', 'Gym', 'repeat FREQ=WEEKLY;BYDAY=MO 2026-12-07'],
    ['Mail every weekday', 'Mail', 'repeat FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 2026-12-01'],
    ['Bins every 2 weeks', 'Bins', 'repeat FREQ=WEEKLY;INTERVAL=2 2026-12-01'],
    ['Bins every two weeks on friday', 'Bins', 'repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=FR 2026-12-04'],
    ['Bins every other week', 'Bins', 'repeat FREQ=WEEKLY;INTERVAL=2 2026-12-01'],
    ['Bins every other tuesday', 'Bins', 'repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=TU 2026-12-01'],
    ['Rent every month', 'Rent', 'repeat FREQ=MONTHLY 2026-12-01'],
    ['Rent every 15th', 'Rent', 'repeat FREQ=MONTHLY;BYMONTHDAY=15 2026-12-15'],
    ['Rent monthly on the 3rd', 'Rent', 'repeat FREQ=MONTHLY;BYMONTHDAY=3 2026-12-03'],
    ['Report every last friday', 'Report', 'repeat FREQ=MONTHLY;BYDAY=-1FR 2026-12-25'],
    ['Report every first monday of the month', 'Report', 'repeat FREQ=MONTHLY;BYDAY=1MO 2026-12-07'],
    ['Report every last day of the month', 'Report', 'repeat FREQ=MONTHLY;BYMONTHDAY=-1 2026-12-31'],
    ['Club every second friday', 'Club every second friday', '?repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=FR 2026-12-04'],
    ['Club every second friday of the month', 'Club', 'repeat FREQ=MONTHLY;BYDAY=2FR 2026-12-11'],
    ['Tax every quarter', 'Tax', 'repeat FREQ=MONTHLY;INTERVAL=3 2026-12-01'],
    ['Cake every 5 january', 'Cake', 'repeat FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5 2027-01-05'],
    ['Cake every year', 'Cake', 'repeat FREQ=YEARLY 2026-12-01'],
    ['Bins every week friday', 'Bins', 'repeat FREQ=WEEKLY 2026-12-01, due 2026-12-04'],
    ['Pill every day until 24 december', 'Pill', 'repeat FREQ=DAILY;UNTIL=20261224 2026-12-01'],
    ['Pill every 3 days from friday', 'Pill', 'repeat FREQ=DAILY;INTERVAL=3 2026-12-01, due 2026-12-04'],
    // Star and lists
    ['Call mum !', 'Call mum', 'star'],
    ['! Call mum', 'Call mum', 'star'],
    ['Call mum!', 'Call mum!', ''],
    ['Call mum #Home', 'Call mum', 'list h'],
    ['Paint #summer house tomorrow !', 'Paint', 'list s, due 2026-12-02, star'],
    ['Fix #Homework', 'Fix #Homework', ''],
    ['Fix issue #12', 'Fix issue #12', ''],
    // Doubtful, or nothing
    ['Buy 2 may flowers', 'Buy 2 may flowers', '?due 2027-05-02'],
    ['I may call mum', 'I may call mum', ''],
    ['Trip in may', 'Trip in may', '?due 2027-05-01'],
    ['Plan march', 'Plan march', '?due 2027-03-01'],
    ['Buy sun cream', 'Buy sun cream', '?due 2026-12-06'],
    ['Sell sat nav', 'Sell sat nav', '?due 2026-12-05'],
    ['Watch Black Friday deals', 'Watch Black Friday deals', '?due 2026-12-04'],
    ['Prepare the friday meeting', 'Prepare the friday meeting', '?due 2026-12-04'],
    ['Read friday’s paper', 'Read friday’s paper', '?due 2026-12-04'],
    ['Read 1/2 of the book', 'Read 1/2 of the book', '?due 2027-02-01'],
    ['Open 24/7', 'Open 24/7', '?due 2027-07-24'],
    ['Read chapter 12/24', 'Read chapter 12/24', '?due 2026-12-24'],
    ['Ship 12/24 boxes', 'Ship 12/24 boxes', '?due 2026-12-24'],
    ['Read for 20 minutes', 'Read for 20 minutes', ''],
    ['Bake for 2 hours', 'Bake for 2 hours', ''],
    ['Buy 5-6 apples', 'Buy 5-6 apples', ''],
    ['Buy 3 apples', 'Buy 3 apples', ''],
    ['Call room 1015', 'Call room 1015', ''],
    ['Do it now', 'Do it now', ''],
    ['Everyday shoes', 'Everyday shoes', ''],
    ['Read https://example.com/2026-12-24/tomorrow', 'Read https://example.com/2026-12-24/tomorrow', ''],
    ['Write to friday@example.com', 'Write to friday@example.com', ''],
    ['Clean up after last week', 'Clean up after last week', ''],
    ['Write about yesterday', 'Write about yesterday', ''],
    ['tomorrow', 'tomorrow', '?due 2026-12-02'],
    ['every day', 'every day', '?repeat FREQ=DAILY 2026-12-01'],
    ['Buy milk', 'Buy milk', ''],
    ['', '', ''],
  ])('%s', (text, name, understood) => {
    const result = parse(text);
    expect([result.name, summary(result)]).toEqual([name, understood]);
  });

  it('takes back and applies what the reader decides, by the text of the part', () => {
    const decisions = new Map([['due 2 may', true]]);
    expect(summary(parse('Buy 2 may flowers', decisions))).toBe('due 2027-05-02');
    expect(parse('Buy 2 may flowers', decisions).name).toBe('Buy flowers');
    expect(summary(parse('Call mum tomorrow', new Map([['due tomorrow', false]])))).toBe('?due 2026-12-02');
  });

  it('sets the fields of what is applied, a repeat with its first date', () => {
    const details = (text: string): object => parse(text).details;
    expect(details('Pill every day at 9 !')).toEqual({
      dueOn: '2026-12-02T09:00',
      repeat: 'FREQ=DAILY',
      starred: true,
    });
    expect(details('Pill every day at 9 from friday')).toMatchObject({
      dueOn: '2026-12-04T09:00',
      repeat: 'FREQ=DAILY',
    });
    expect(details('Call #Home tomorrow')).toEqual({ dueOn: '2026-12-02', list: 'h' });
    expect(details('Buy 2 may flowers')).toEqual({});
  });
});
