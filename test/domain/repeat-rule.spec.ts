import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { completedRepeatRule, formatRepeatRule, parseRepeatRule } from '../../src/domain/repeat-rule.js';
import { parseWallClock } from '../../src/domain/wall-clock.js';
import { completedRules } from '../support/repeat-rules.js';

const completed = (rule: string, due: string): string =>
  formatRepeatRule(completedRepeatRule(parseRepeatRule(rule), parseWallClock(due, 'dueOn')));

describe('A repeat rule', () => {
  it.each([
    ['FREQ=DAILY', '2026-12-01', 'FREQ=DAILY'],
    ['freq=daily;interval=3', '2026-12-01', 'FREQ=DAILY;INTERVAL=3'],
    ['FREQ=DAILY;INTERVAL=1;WKST=MO', '2026-12-01', 'FREQ=DAILY'],
    ['FREQ=WEEKLY', '2026-12-01', 'FREQ=WEEKLY;BYDAY=TU'],
    ['FREQ=WEEKLY;BYDAY=MO,TH,MO', '2026-12-01', 'FREQ=WEEKLY;BYDAY=MO,TH'],
    ['WKST=SU;BYDAY=SU;INTERVAL=2;FREQ=WEEKLY', '2026-12-01', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU'],
    ['FREQ=MONTHLY', '2026-12-28', 'FREQ=MONTHLY;BYMONTHDAY=28'],
    ['FREQ=MONTHLY', '2026-12-29', 'FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1'],
    ['FREQ=MONTHLY', '2026-12-30T09:30', 'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1'],
    ['FREQ=MONTHLY', '2026-12-31', 'FREQ=MONTHLY;BYMONTHDAY=-1'],
    ['FREQ=MONTHLY;BYMONTHDAY=15', '2026-12-31', 'FREQ=MONTHLY;BYMONTHDAY=15'],
    ['FREQ=MONTHLY;BYDAY=-1FR', '2026-12-01', 'FREQ=MONTHLY;BYDAY=-1FR'],
    ['FREQ=MONTHLY;BYDAY=+1MO,3MO', '2026-12-01', 'FREQ=MONTHLY;BYDAY=1MO,3MO'],
    ['FREQ=YEARLY', '2026-12-24', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24'],
    ['FREQ=YEARLY', '2028-02-29', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1'],
    ['FREQ=YEARLY;BYMONTH=3,9', '2026-12-24', 'FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=24'],
    ['FREQ=YEARLY;BYMONTHDAY=1', '2026-12-24', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1'],
    ['FREQ=DAILY;UNTIL=20261231', '2026-12-01', 'FREQ=DAILY;UNTIL=20261231'],
    ['FREQ=DAILY;UNTIL=20261231T093000', '2026-12-01', 'FREQ=DAILY;UNTIL=20261231T093000'],
    ['FREQ=DAILY;COUNT=5', '2026-12-01', 'FREQ=DAILY;COUNT=5'],
  ])('%s, set on a task due %s, is stored as %s', (rule, due, stored) => {
    expect(completed(rule, due)).toBe(stored);
  });

  it.each([
    ['', 'must be parts like FREQ=WEEKLY;BYDAY=MO'],
    ['RRULE:FREQ=DAILY', 'must be parts like FREQ=WEEKLY;BYDAY=MO'],
    ['FREQ=DAILY;', 'must be parts like FREQ=WEEKLY;BYDAY=MO'],
    ['FREQ=DAILY;BYHOUR=9', 'must be parts like FREQ=WEEKLY;BYDAY=MO'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'must have FREQ only once'],
    ['INTERVAL=2', 'must have FREQ=DAILY, WEEKLY, MONTHLY or YEARLY'],
    ['FREQ=HOURLY', 'must have FREQ=DAILY, WEEKLY, MONTHLY or YEARLY'],
    ['FREQ=DAILY;INTERVAL=0', 'must have INTERVAL from 1 to 999'],
    ['FREQ=DAILY;INTERVAL=1000', 'must have INTERVAL from 1 to 999'],
    ['FREQ=DAILY;INTERVAL=1.5', 'must have INTERVAL from 1 to 999'],
    ['FREQ=DAILY;COUNT=10000', 'must have COUNT from 1 to 9999'],
    ['FREQ=DAILY;COUNT=5;UNTIL=20261231', 'must not have both UNTIL and COUNT'],
    ['FREQ=DAILY;UNTIL=20260230', 'must have UNTIL as a date like 20261231'],
    ['FREQ=DAILY;UNTIL=20261231T093000Z', 'must have UNTIL as a date like 20261231'],
    ['FREQ=DAILY;BYDAY=MO', 'must have BYDAY only with FREQ=WEEKLY or MONTHLY'],
    ['FREQ=YEARLY;BYDAY=1MO', 'must have BYDAY only with FREQ=WEEKLY or MONTHLY'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'must have BYDAY like MO,TH with FREQ=WEEKLY'],
    ['FREQ=MONTHLY;BYDAY=MO', 'must have BYDAY like 1MO or -1FR with FREQ=MONTHLY'],
    ['FREQ=MONTHLY;BYDAY=6MO', 'must have the number in BYDAY from 1 to 5, or from -1 to -5'],
    ['FREQ=WEEKLY;BYDAY=XX', 'must have BYDAY of MO, TU, WE, TH, FR, SA, SU'],
    ['FREQ=WEEKLY;WKST=1MO', 'must have WKST of MO, TU, WE, TH, FR, SA, SU'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'must have BYMONTHDAY only with FREQ=MONTHLY or YEARLY'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'must have BYMONTHDAY from 1 to 31, or from -1 to -31'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'must have BYMONTHDAY from 1 to 31, or from -1 to -31'],
    ['FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=1MO', 'must not have both BYMONTHDAY and BYDAY'],
    ['FREQ=MONTHLY;BYMONTH=1', 'must have BYMONTH only with FREQ=YEARLY'],
    ['FREQ=YEARLY;BYMONTH=13', 'must have BYMONTH from 1 to 12'],
    ['FREQ=MONTHLY;BYSETPOS=-1', 'must have BYSETPOS only beside BYMONTHDAY'],
    ['FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=1', 'must have no BYSETPOS but -1'],
    [`FREQ=MONTHLY;BYMONTHDAY=${'1,'.repeat(200)}1`, 'must be at most 256 characters'],
  ])('rejects %j, naming what is wrong', (rule, message) => {
    expect(() => parseRepeatRule(rule)).toThrow(`repeat ${message}`);
  });

  it('asks for the day of several months that can lack it', () => {
    expect(() => completed('FREQ=YEARLY;BYMONTH=1,2', '2026-01-30')).toThrow(
      'repeat must have BYMONTHDAY with several months from the 29th or 30th on',
    );
  });

  it('reads its own text as the same rule, and completes it no further', () => {
    fc.assert(
      fc.property(completedRules, ({ rule, due }) => {
        const text = formatRepeatRule(rule);
        expect(parseRepeatRule(text)).toEqual(rule);
        expect(completedRepeatRule(rule, due)).toEqual(rule);
      }),
    );
  });
});
