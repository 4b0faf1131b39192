import { describe, expect, it } from '@jest/globals';
import { objectIdMaker } from '../../../src/state/object-id.js';

const maker = (now: number, value: number): (() => string) =>
  objectIdMaker({ now: () => now, randomBytes: (bytes) => bytes.fill(value) });

describe('objectIdMaker', () => {
  it('puts seconds, the random part and a counter into 24 hex digits', () => {
    const makeId = maker(0x6925c1f0 * 1000 + 999, 0x0a);
    expect(makeId()).toBe('6925c1f00a0a0a0a0a0a0a0b');
  });

  it('makes ids that sort in the order in which they were made', () => {
    const makeId = maker(1_700_000_000_000, 0x12);
    const ids = Array.from({ length: 300 }, makeId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(300);
  });

  it('leaves the counter room before it wraps', () => {
    const makeId = maker(0, 0xff);
    expect(makeId().slice(-6)).toBe('800000');
  });
});
