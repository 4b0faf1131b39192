import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { TurnGauge } from '../../../../src/infrastructure/thrift/server/turn-gauge.js';

const MAX_CALLS = 10;

/** How many of `calls` calls in one turn are too many. */
function tooManyOf(calls: number, gauge: TurnGauge): number {
  let tooMany = 0;
  for (let i = 0; i < calls; i++) if (gauge.isTooMany(performance.now())) tooMany++;
  return tooMany;
}

function work(timeMs: number): void {
  for (const endMs = performance.now() + timeMs; performance.now() < endMs;);
}

/** For 500 ms, turns of 5 ms with so many calls each; how many of the last turn were too many. */
async function turnsOf(calls: number, gauge: TurnGauge, restMs = 0): Promise<number> {
  let tooMany = 0;
  for (const endMs = performance.now() + 500; performance.now() < endMs;) {
    tooMany = tooManyOf(calls, gauge);
    work(5);
    await (restMs > 0 ? delay(restMs) : setImmediate());
  }
  return tooMany;
}

describe('a gauge of the event loop', () => {
  it('finds too many calls where full turns follow each other without rest: those beyond the limit', async () => {
    expect(await turnsOf(25, new TurnGauge(MAX_CALLS))).toBe(15);
  });

  it('finds none while turns have fewer, however long they take', async () => {
    expect(await turnsOf(MAX_CALLS, new TurnGauge(MAX_CALLS))).toBe(0);
  });

  it('finds none while there is rest between turns, however full they are', async () => {
    expect(await turnsOf(25, new TurnGauge(MAX_CALLS), 10)).toBe(0);
  });

  it('lets a burst pass, and another one later', async () => {
    const gauge = new TurnGauge(MAX_CALLS);
    for (let burst = 0; burst < 5; burst++) {
      expect(tooManyOf(500, gauge)).toBe(0);
      work(20);
      await delay(130);
    }
  });

  it('forgets its verdict after a pause', async () => {
    const gauge = new TurnGauge(MAX_CALLS);
    expect(await turnsOf(25, gauge)).toBeGreaterThan(0);
    await delay(200);
    expect(tooManyOf(25, gauge)).toBe(0);
  });
});
