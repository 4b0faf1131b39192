import { describe, expect, it } from '@jest/globals';
import { Health } from '../../src/client/health.js';

describe('a server', () => {
  it('is ejected by the third time-out in a row', () => {
    const health = new Health();
    expect([health.timedOut(), health.timedOut(), health.timedOut()]).toEqual([false, false, true]);
  });

  it('is not ejected by time-outs between replies', () => {
    const health = new Health();
    for (let round = 0; round < 10; round++) {
      expect([health.timedOut(), health.timedOut()]).toEqual([false, false]);
      health.replied();
    }
  });

  it('is ejected again by the first time-out after its return, each time for longer', () => {
    const health = new Health();
    const pauses = Array.from({ length: 8 }, () => {
      while (!health.timedOut());
      return health.eject();
    });
    for (const [place, wholeMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000].entries()) {
      expect(pauses[place]).toBeGreaterThanOrEqual(wholeMs / 2);
      expect(pauses[place]).toBeLessThanOrEqual(wholeMs);
    }
    expect(health.timedOut()).toBe(true);
  });

  it('starts anew with a reply', () => {
    const health = new Health();
    for (let round = 0; round < 8; round++) health.eject();
    health.replied();
    expect(health.timedOut()).toBe(false);
    expect(health.eject()).toBeLessThanOrEqual(1_000);
  });
});
