import { describe, expect, it } from '@jest/globals';
import { RateLimitedLog } from '../../src/logging/rate-limited-log.js';

describe('A rate-limited log', () => {
  it('writes one event a second, with the number of suppressed ones', () => {
    const written: number[] = [];
    let nowMs = 10_000;
    const log = new RateLimitedLog(1_000, () => nowMs);
    for (let event = 0; event < 2_500; event++) {
      log.add((leftOut) => written.push(leftOut));
      nowMs += 1;
    }
    expect(written).toEqual([0, 999, 999]);
  });

  it('writes every event at longer intervals', () => {
    const written: number[] = [];
    let nowMs = 0;
    const log = new RateLimitedLog(1_000, () => nowMs);
    for (let event = 0; event < 3; event++) {
      log.add((leftOut) => written.push(leftOut));
      nowMs += 1_000;
    }
    expect(written).toEqual([0, 0, 0]);
  });
});
