import { describe, expect, it } from '@jest/globals';
import { dayNumber } from '../../../src/dates/days.js';
import { presetsFor } from '../../../src/dates/repeat-presets.js';

describe('presetsFor', () => {
  it.each([
    ['2026-12-01', 'FREQ=MONTHLY;BYMONTHDAY=1', 'FREQ=MONTHLY;BYDAY=1TU', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1'],
    ['2026-12-25', 'FREQ=MONTHLY;BYMONTHDAY=25', 'FREQ=MONTHLY;BYDAY=-1FR', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25'],
    ['2026-12-31', 'FREQ=MONTHLY;BYMONTHDAY=-1', 'FREQ=MONTHLY;BYDAY=-1TH', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1'],
    [
      '2028-02-29',
      'FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1',
      'FREQ=MONTHLY;BYDAY=-1TU',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1',
    ],
  ])('on %s', (date, ...monthlyAndYearly) => {
    const presets = presetsFor(dayNumber(date));
    expect(presets.slice(0, 2)).toEqual(['FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR']);
    expect(presets).toEqual(expect.arrayContaining([...monthlyAndYearly, 'FREQ=MONTHLY;BYDAY=-1FR']));
    expect(new Set(presets).size).toBe(presets.length);
  });
});
