import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasOccurrences, nextOccurrence } from '../../src/domain/occurrences.js';
import { completedRepeatRule, formatRepeatRule, parseRepeatRule } from '../../src/domain/repeat-rule.js';
import { formatWallClock, parseWallClock } from '../../src/domain/wall-clock.js';
import { completedRules, wallClocks } from '../support/repeat-rules.js';

function next(rule: string, due: string, now: string): string | undefined {
  const clock = parseWallClock(due, 'dueOn');
  const found = nextOccurrence(completedRepeatRule(parseRepeatRule(rule), clock), clock, parseWallClock(now, 'now'));
  if (found === undefined) return undefined;
  return [formatWallClock(found.due), ...(found.rule.count === undefined ? [] : [String(found.rule.count)])].join(' ');
}

describe('The next occurrence', () => {
  it.each([
    // Ticked early, on its day, and late.
    ['FREQ=DAILY', '2026-12-01', '2026-11-30T10:00', '2026-12-02'],
    ['FREQ=DAILY', '2026-12-01', '2026-12-01T23:59', '2026-12-02'],
    ['FREQ=DAILY', '2026-09-01', '2026-12-01T10:00', '2026-12-02'],
    ['FREQ=DAILY;INTERVAL=3', '2026-11-01', '2026-12-01', '2026-12-04'],
    // A time of day passes on its own day.
    ['FREQ=DAILY', '2026-11-30T09:30', '2026-12-01T09:29', '2026-12-01T09:30'],
    ['FREQ=DAILY', '2026-11-30T09:30', '2026-12-01T09:30', '2026-12-02T09:30'],
    ['FREQ=DAILY', '2026-11-30T09:30', '2026-11-30T08:00', '2026-12-01T09:30'],
    ['FREQ=DAILY', '2026-11-30T00:00', '2026-12-01', '2026-12-01T00:00'],
    ['FREQ=WEEKLY', '2026-12-01', '2026-12-01', '2026-12-08'],
    ['FREQ=WEEKLY;BYDAY=MO,TH', '2026-12-03', '2026-12-03', '2026-12-07'],
    ['FREQ=WEEKLY;BYDAY=MO,TH', '2026-08-03', '2026-12-01', '2026-12-03'],
    // Moved off its weekday: the series stays.
    ['FREQ=WEEKLY;BYDAY=MO', '2026-12-02', '2026-12-02', '2026-12-07'],
    // Which weeks are skipped depends on the first day of the week.
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU', '2026-12-01', '2026-12-01', '2026-12-06'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU', '2026-12-01', '2026-12-01', '2026-12-13'],
    // The ends of months.
    ['FREQ=MONTHLY', '2027-01-31', '2027-01-31', '2027-02-28'],
    ['FREQ=MONTHLY', '2027-01-30', '2027-01-30', '2027-02-28'],
    ['FREQ=MONTHLY', '2027-01-29', '2027-01-29', '2027-02-28'],
    ['FREQ=MONTHLY', '2028-01-30', '2028-01-30', '2028-02-29'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', '2027-02-28', '2027-02-28', '2027-03-31'],
    ['FREQ=MONTHLY;BYMONTHDAY=31', '2027-01-31', '2027-01-31', '2027-03-31'],
    ['FREQ=MONTHLY;INTERVAL=3', '2026-11-30', '2026-12-01', '2027-02-28'],
    ['FREQ=MONTHLY;BYDAY=-1FR', '2026-11-27', '2026-12-01', '2026-12-25'],
    ['FREQ=MONTHLY;BYDAY=5MO', '2026-11-30', '2026-12-01', '2027-03-29'],
    ['FREQ=YEARLY', '2028-02-29', '2028-03-01', '2029-02-28'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2028-02-29', '2028-03-01', '2032-02-29'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1', '2031-02-28', '2031-03-01', '2032-02-29'],
    // The end of the rule.
    ['FREQ=DAILY;UNTIL=20261202', '2026-12-01', '2026-12-01', '2026-12-02'],
    ['FREQ=DAILY;UNTIL=20261202', '2026-12-02', '2026-12-01', undefined],
    ['FREQ=DAILY;UNTIL=20261202', '2026-12-01T23:00', '2026-12-01', '2026-12-02T23:00'],
    ['FREQ=DAILY;UNTIL=20261202T093000', '2026-12-01T09:31', '2026-12-01', undefined],
    ['FREQ=DAILY;UNTIL=20261202T093000', '2026-12-01T09:30', '2026-12-01', '2026-12-02T09:30'],
    ['FREQ=DAILY;COUNT=3', '2026-12-01', '2026-12-01', '2026-12-02 2'],
    ['FREQ=DAILY;COUNT=2', '2026-12-01', '2026-12-01', '2026-12-02 1'],
    ['FREQ=DAILY;COUNT=1', '2026-12-01', '2026-12-01', undefined],
    ['FREQ=DAILY;COUNT=5', '2026-12-01', '2026-12-03', '2026-12-04 2'],
    ['FREQ=DAILY;COUNT=3', '2026-12-01', '2026-12-03', undefined],
    // Nothing is due after 2999.
    ['FREQ=YEARLY', '2998-06-01', '2998-06-01', '2999-06-01'],
    ['FREQ=YEARLY', '2999-06-01', '2999-06-01', undefined],
  ])('of %s, due %s and done %s, is %s', (rule, due, now, expected) => {
    expect(next(rule, due, now)).toBe(expected);
  });

  it('comes after both dates, on a day of the rule, and no day of the rule is skipped', () => {
    fc.assert(
      fc.property(completedRules, wallClocks, ({ rule, due }, now) => {
        const found = nextOccurrence(rule, due, now);
        if (found === undefined) throw new Error(`${formatRepeatRule(rule)} has no end, but also no next occurrence`);
        expect(found.due.minute).toBe(due.minute);
        expect(found.due.day).toBeGreaterThan(due.day);
        expect(found.due.day).toBeGreaterThanOrEqual(now.day);
        // Step by step from the date of the task, nothing lies between.
        const dayBefore = { day: found.due.day - 1, minute: 24 * 60 - 1 };
        expect(nextOccurrence(rule, due, dayBefore)?.due.day).toBe(found.due.day);
      }),
    );
  });

  it('of a counted rule is the same date with as many fewer as were passed', () => {
    fc.assert(
      fc.property(completedRules, fc.integer({ min: 1, max: 40 }), fc.nat(400), ({ rule, due }, count, late) => {
        const now = { day: due.day + late, minute: undefined };
        let [passed, day] = [0, due.day];
        while (passed < count && day <= due.day + late) {
          const after = nextOccurrence(rule, due, { day, minute: due.minute });
          if (after === undefined) break;
          passed += 1;
          day = after.due.day;
          if (due.minute !== undefined && day >= now.day) break;
        }
        const found = nextOccurrence({ ...rule, count }, due, now);
        expect(found?.rule.count).toBe(passed < count ? count - passed : undefined);
        if (found !== undefined) expect(found.due.day).toBe(nextOccurrence(rule, due, now)?.due.day);
      }),
    );
  });

  it('is found without passing the days of a thousand years', () => {
    expect(next('FREQ=DAILY;INTERVAL=7', '1900-01-01', '2999-01-01')).toBe('2999-01-07');
    expect(next('FREQ=DAILY;COUNT=9999', '1900-01-01', '2999-01-01')).toBeUndefined();
  });
});

describe('A rule', () => {
  it.each([
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', '2026-12-01', false],
    ['FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31', '2026-12-01', false],
    ['FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30', '2026-02-01', false],
    ['FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29', '2100-02-28', true],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2026-12-01', true],
    ['FREQ=DAILY;COUNT=1', '2026-12-01', true],
  ])('%s, set on %s, has a day to come back on: %s', (rule, due, expected) => {
    const clock = parseWallClock(due, 'dueOn');
    expect(hasOccurrences(completedRepeatRule(parseRepeatRule(rule), clock), clock)).toBe(expected);
  });
});
