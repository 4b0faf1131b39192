import fc from 'fast-check';
import { completedRepeatRule, parseRepeatRule, type RepeatRule } from '../../src/domain/repeat-rule.js';
import { parseWallClock, type WallClock } from '../../src/domain/wall-clock.js';

/** A completed rule and the date of its task. */
export interface CompletedRule {
  readonly rule: RepeatRule;
  readonly due: WallClock;
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const firstDay = parseWallClock('2000-01-01', 'from').day;
const lastDay = parseWallClock('2100-12-31', 'to').day;

const several = (one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.uniqueArray(one, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
const weekday = fc.constantFrom(...WEEKDAYS);
const monthDay = fc.integer({ min: -28, max: 28 }).filter((day) => day !== 0);
const patterns = fc.oneof(
  fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY', 'FREQ=MONTHLY', 'FREQ=YEARLY'),
  fc.tuple(several(weekday), weekday).map(([days, start]) => `FREQ=WEEKLY;BYDAY=${days};WKST=${start}`),
  several(fc.tuple(fc.constantFrom('1', '2', '4', '-1', '-2'), weekday).map((parts) => parts.join(''))).map(
    (days) => `FREQ=MONTHLY;BYDAY=${days}`,
  ),
  several(monthDay.map(String)).map((days) => `FREQ=MONTHLY;BYMONTHDAY=${days}`),
  fc
    .tuple(several(fc.integer({ min: 1, max: 12 }).map(String)), monthDay)
    .map(([months, day]) => `FREQ=YEARLY;BYMONTH=${months};BYMONTHDAY=${String(day)}`),
);

/** Days of a wall clock, with and without a time. */
export const wallClocks: fc.Arbitrary<WallClock> = fc.record({
  day: fc.integer({ min: firstDay, max: lastDay }),
  minute: fc.option(fc.integer({ min: 0, max: 1_439 }), { nil: undefined }),
});

/** Rules that are complete for the date beside them, without an end. */
export const completedRules: fc.Arbitrary<CompletedRule> = fc
  .tuple(patterns, fc.integer({ min: 1, max: 12 }), wallClocks)
  .map(([pattern, interval, due]) => ({
    rule: completedRepeatRule(parseRepeatRule(`${pattern};INTERVAL=${String(interval)}`), due),
    due,
  }));
