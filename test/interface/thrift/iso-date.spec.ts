import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoDate } from '../../../src/interface/thrift/iso-date.js';

describe('isoDate', () => {
  it('returns the same as toISOString, for any dates in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.date({ noInvalidDate: true })), (dates) => {
        expect(dates.map(isoDate)).toEqual(dates.map((date) => date.toISOString()));
      }),
    );
  });

  it.each([0, -1, 86_399_999, 86_400_000, -86_400_000, 951_782_399_999, 253_402_300_800_000, -62_198_755_200_000])(
    'is right at the edge %d',
    (ms) => {
      for (const near of [ms - 1, ms, ms + 1]) expect(isoDate(new Date(near))).toBe(new Date(near).toISOString());
    },
  );

  it('tells apart times that share a slot of the recent texts, in any order', () => {
    const times = [0, 1_024, 2 ** 32, -1_024, 1_024, 0, 2 ** 32 + 1_024, 0];
    expect(times.map((ms) => isoDate(new Date(ms)))).toEqual(times.map((ms) => new Date(ms).toISOString()));
  });

  it('throws for an invalid date, and is right afterwards', () => {
    expect(() => isoDate(new Date(NaN))).toThrow(RangeError);
    expect(isoDate(new Date(5))).toBe('1970-01-01T00:00:00.005Z');
  });
});
