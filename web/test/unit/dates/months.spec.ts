import { describe, expect, it } from '@jest/globals';
import { dateOf, dayNumber } from '../../../src/dates/days.js';
import { addMonths, dayAfterKey, monthOf, namedDays, weekStartOf } from '../../../src/dates/months.js';

const TODAY = dayNumber('2026-12-01');

describe('monthOf', () => {
  it('has whole weeks from Monday or Sunday', () => {
    const fromMonday = monthOf(TODAY, 0);
    expect(fromMonday.month).toBe('2026-12');
    expect(fromMonday.weeks.map((week) => week.length)).toEqual([7, 7, 7, 7, 7]);
    expect(fromMonday.weeks[0]?.map(dateOf).at(0)).toBe('2026-11-30');
    expect(monthOf(TODAY, 6).weeks[0]?.map(dateOf).at(0)).toBe('2026-11-29');
    expect(dateOf(fromMonday.last)).toBe('2026-12-31');
  });

  it('needs four weeks for February from a Monday', () => {
    expect(monthOf(dayNumber('2027-02-14'), 0).weeks).toHaveLength(4);
  });
});

describe('addMonths', () => {
  it.each([
    ['2026-12-01', 1, '2027-01-01'],
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-01-15', -13, '2024-12-15'],
  ])('%s and %i is %s', (from, months, to) => {
    expect(dateOf(addMonths(dayNumber(from), months))).toBe(to);
  });
});

describe('dayAfterKey', () => {
  it.each([
    ['ArrowLeft', false, '2026-11-30'],
    ['ArrowRight', false, '2026-12-02'],
    ['ArrowUp', false, '2026-11-24'],
    ['ArrowDown', false, '2026-12-08'],
    ['Home', false, '2026-11-30'],
    ['End', false, '2026-12-06'],
    ['PageUp', false, '2026-11-01'],
    ['PageDown', false, '2027-01-01'],
    ['PageUp', true, '2025-12-01'],
    ['PageDown', true, '2027-12-01'],
  ])('%s, shift %s: %s', (key, shift, to) => {
    expect(dateOf(dayAfterKey(key, shift, TODAY, 0) ?? 0)).toBe(to);
  });

  it('knows no other key, and weeks that begin on Sunday', () => {
    expect(dayAfterKey('Enter', false, TODAY, 0)).toBeUndefined();
    expect(dateOf(dayAfterKey('Home', false, TODAY, 6) ?? 0)).toBe('2026-11-29');
  });
});

describe('namedDays', () => {
  it.each([
    ['2026-11-30', '2026-12-05', '2026-12-07'],
    ['2026-12-01', '2026-12-05', '2026-12-07'],
    ['2026-12-04', '2026-12-05', '2026-12-07'],
    ['2026-12-05', '2026-12-12', '2026-12-07'],
    ['2026-12-06', '2026-12-12', '2026-12-07'],
  ])('on %s the weekend is %s and next week %s', (today, weekend, nextWeek) => {
    const days = namedDays(dayNumber(today));
    expect([days.weekend, days.nextWeek].map(dateOf)).toEqual([weekend, nextWeek]);
    expect(days.tomorrow).toBe(days.today + 1);
  });
});

describe('weekStartOf', () => {
  it('is Monday in Germany and Sunday in the United States', () => {
    expect([weekStartOf('de-DE'), weekStartOf('en-GB'), weekStartOf('en-US')]).toEqual([0, 0, 6]);
  });
});
