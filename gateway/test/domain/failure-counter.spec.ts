import { describe, expect, it } from '@jest/globals';
import { BackOff, type FailureCounter, FailureTally, uncounted } from '../../src/domain/failure-counter.js';

const NOON = new Date('2026-01-01T12:00:00Z');

function later(milliseconds: number): Date {
  return new Date(NOON.getTime() + milliseconds);
}

describe('a back-off', () => {
  const rule = new BackOff({ freeFailures: 4, firstWaitMs: 1_000, maxWaitMs: 900_000, memoryMs: 86_400_000 });

  it('delays by 1 s after the 5th failure, doubling up to 15 min', () => {
    let counter: FailureCounter | undefined;
    const waits: number[] = [];
    for (let failure = 1; failure <= 20; failure++) {
      counter = rule.counted(counter, NOON);
      waits.push(rule.waitMs(counter, NOON) / 1_000);
    }
    expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900]);
  });

  it('permits the next attempt after the delay', () => {
    const counter = { count: 6, since: NOON, expiresOn: later(86_400_000) };
    expect(rule.waitMs(counter, later(1_999))).toBe(1);
    expect(rule.waitMs(counter, later(2_000))).toBe(0);
  });

  it('expires a day after the last failure', () => {
    const counter = rule.counted({ count: 20, since: later(-10), expiresOn: later(10) }, NOON);
    expect(counter).toMatchObject({ count: 21 });
    expect(rule.counted(counter, later(86_400_000))).toMatchObject({ count: 1 });
  });
});

describe('a tally', () => {
  const rule = new FailureTally({ maxFailures: 2, windowMs: 1_000 });

  it('is exceeded from the maximum to the end of its window, and delays nothing', () => {
    const one = rule.counted(undefined, NOON);
    expect(rule.isExceeded(one, later(400))).toBe(false);
    const two = rule.counted(one, later(400));
    expect(rule.isExceeded(two, later(999))).toBe(true);
    expect(rule.isExceeded(two, later(1_000))).toBe(false);
    expect(rule.waitMs()).toBe(0);
    expect(rule.counted(two, later(1_000))).toMatchObject({ count: 1, since: later(1_000) });
  });
});

describe('a counter', () => {
  it('is removed with its last failure', () => {
    const counter = { count: 2, since: NOON, expiresOn: NOON };
    expect(uncounted(counter)).toEqual({ ...counter, count: 1 });
    expect(uncounted(uncounted(counter))).toBeUndefined();
    expect(uncounted(undefined)).toBeUndefined();
  });
});
