import { describe, expect, it } from '@jest/globals';
import { calendarDate, formatWallClock, parseWallClock, weekdayOf } from '../../src/domain/wall-clock.js';

describe('A wall clock', () => {
  it.each([
    '1900-01-01',
    '1969-12-31',
    '2026-12-01',
    '2028-02-29',
    '2999-12-31',
    '2026-12-01T00:00',
    '2026-12-01T23:59',
  ])('reads %s and shows it again', (text) => {
    expect(formatWallClock(parseWallClock(text, 'dueOn'))).toBe(text);
  });

  it.each(['2026-12-01 ', '2026-12-1', '2026-12-01T9:30', '2026-12-01T09:30:00', '2026-12-01T09:30Z', '', 'today'])(
    'rejects the text %j, showing the form',
    (text) => {
      expect(() => parseWallClock(text, 'dueOn')).toThrow(
        'dueOn must be a date like 2026-12-01 or a date with a time like 2026-12-01T09:30',
      );
    },
  );

  it.each([
    '1899-12-31',
    '3000-01-01',
    '2026-02-29',
    '2026-00-10',
    '2026-13-01',
    '2026-04-31',
    '2026-12-01T24:00',
    '2026-12-01T09:60',
  ])('rejects %s, which no calendar or clock shows', (text) => {
    expect(() => parseWallClock(text, 'dueOn')).toThrow('dueOn must be a date and time of the years 1900-2999');
  });

  it('sorts by time as its text does', () => {
    const texts = ['2026-12-01', '2026-12-01T00:00', '2026-12-01T09:30', '2026-12-02'];
    expect(texts.toSorted()).toEqual(texts);
  });

  it('knows the day of the week on both sides of 1970', () => {
    expect(
      ['1969-12-29', '2026-11-30', '2026-12-06'].map((text) => weekdayOf(parseWallClock(text, 'dueOn').day)),
    ).toEqual([0, 0, 6]);
  });

  it('knows the parts of a day', () => {
    expect(calendarDate(parseWallClock('2028-02-29T09:30', 'dueOn').day)).toEqual({ year: 2028, month: 2, date: 29 });
  });
});
