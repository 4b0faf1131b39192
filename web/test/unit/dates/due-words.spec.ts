import { describe, expect, it } from '@jest/globals';
import { dateOf, dayNumber, weekdayOf, withTime } from '../../../src/dates/days.js';
import { dueAtLength, dueWords } from '../../../src/dates/due-words.js';

/** A Tuesday. */
const NOW = '2026-12-01T10:00';

describe('dueWords', () => {
  it.each([
    ['2026-12-01', 'Today', 'Heute', false],
    ['2026-12-01T10:00', 'Today 10:00', 'Heute 10:00', false],
    ['2026-12-01T09:59', 'Today 09:59', 'Heute 09:59', true],
    ['2026-12-01T23:59', 'Today 23:59', 'Heute 23:59', false],
    ['2026-12-02', 'Tomorrow', 'Morgen', false],
    ['2026-12-02T09:30', 'Tomorrow 09:30', 'Morgen 09:30', false],
    ['2026-12-03', 'Thu', 'Do', false],
    ['2026-12-04T08:00', 'Fri 08:00', 'Fr 08:00', false],
    ['2026-12-07', 'Mon', 'Mo', false],
    ['2026-12-08', '8 Dec', '8. Dez.', false],
    ['2027-01-03', '3 Jan', '3. Jan.', false],
    ['2027-05-29', '29 May', '29. Mai', false],
    ['2027-06-01', '1 Jun 2027', '1. Juni 2027', false],
    ['2028-02-29', '29 Feb 2028', '29. Feb. 2028', false],
    ['2026-11-30', 'Yesterday', 'Gestern', true],
    ['2026-11-29', '29 Nov', '29. Nov.', true],
    ['2026-11-24T08:15', '24 Nov 08:15', '24. Nov. 08:15', true],
    ['2026-01-01', '1 Jan', '1. Jan.', true],
    ['2025-12-31', '31 Dec 2025', '31. Dez. 2025', true],
    ['1900-01-01', '1 Jan 1900', '1. Jan. 1900', true],
    ['2999-12-31', '31 Dec 2999', '31. Dez. 2999', false],
  ])('%s is "%s", "%s"', (dueOn, en, de, isOverdue) => {
    expect(dueWords(dueOn, NOW, 'en')).toMatchObject({ text: en, isOverdue });
    expect(dueWords(dueOn, NOW, 'de')).toMatchObject({ text: de, isOverdue });
  });
});

describe('dueAtLength', () => {
  it.each([
    ['2026-12-02T09:30', /^Tomorrow, Wednesday,? 2 December 09:30$/, /^Morgen, Mittwoch, 2. Dezember 09:30$/],
    ['2026-12-04', /^Friday,? 4 December 2026$/, /^Freitag, 4. Dezember 2026$/],
  ])('%s is %s, %s', (dueOn, en, de) => {
    expect(dueAtLength(dueOn, NOW, 'en')).toMatch(en);
    expect(dueAtLength(dueOn, NOW, 'de')).toMatch(de);
  });
});

describe('Days', () => {
  it.each(['1900-01-01', '1970-01-01', '2024-02-29', '2026-12-01', '2999-12-31'])('count %s and back', (date) => {
    expect(dateOf(dayNumber(date))).toBe(date);
    expect(dayNumber(`${date}T23:59`)).toBe(dayNumber(date));
  });

  it('have a weekday from Monday on, also before 1970', () => {
    expect(weekdayOf(dayNumber('2026-12-01'))).toBe(1);
    expect(weekdayOf(dayNumber('1969-12-28'))).toBe(6);
  });

  it('take a time and lose it', () => {
    expect(withTime('2026-12-01', '09:30')).toBe('2026-12-01T09:30');
    expect(withTime('2026-12-01T09:30', undefined)).toBe('2026-12-01');
  });
});
