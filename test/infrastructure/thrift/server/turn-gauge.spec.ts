import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { TurnGauge } from '../../../../src/infrastructure/thrift/server/turn-gauge.js';

const MAX_CALLS = 10;

function work(timeMs: number): void {
  for (const endMs = performance.now() + timeMs; performance.now() < endMs;);
}

/** How many of `calls` calls in one turn are refused, when each takes so long. */
function refusedOf(calls: number, gauge: TurnGauge, eachMs = 0): number {
  let refused = 0;
  for (let i = 0; i < calls; i++) {
    if (gauge.isTooMany(performance.now())) refused++;
    else work(eachMs);
  }
  return refused;
}

/** For 800 ms, turns of so many calls; how many of the last turn were refused. */
async function turnsOf(calls: number, gauge: TurnGauge, restMs = 0, eachMs = 0.4): Promise<number> {
  let refused = 0;
  for (const endMs = performance.now() + 800; performance.now() < endMs;) {
    refused = refusedOf(calls, gauge, eachMs);
    await (restMs > 0 ? delay(restMs) : setImmediate());
  }
  return refused;
}

describe('a gauge of the event loop', () => {
  it('finds too many calls where full turns follow each other without rest: those that come late in a turn', async () => {
    const refused = await turnsOf(100, new TurnGauge(MAX_CALLS));
    expect(refused).toBeGreaterThanOrEqual(90);
    expect(refused).toBeLessThan(100);
  });

  it('finds none while turns have fewer, however long they take', async () => {
    expect(await turnsOf(MAX_CALLS, new TurnGauge(MAX_CALLS))).toBe(0);
  });

  it('finds none while turns are short, however many calls are in them', async () => {
    expect(await turnsOf(100, new TurnGauge(MAX_CALLS), 0, 0.02)).toBe(0);
  });

  it('finds none while there is rest between turns, however full they are', async () => {
    expect(await turnsOf(100, new TurnGauge(MAX_CALLS), 10)).toBe(0);
  });

  it('lets a burst pass, and another one later', async () => {
    const gauge = new TurnGauge(MAX_CALLS);
    for (let burst = 0; burst < 5; burst++) {
      expect(refusedOf(500, gauge)).toBe(0);
      work(20);
      await delay(230);
    }
  });

  it('forgets its verdict after a pause', async () => {
    const gauge = new TurnGauge(MAX_CALLS);
    expect(await turnsOf(100, gauge)).toBeGreaterThan(0);
    await delay(300);
    expect(refusedOf(100, gauge, 0.4)).toBe(0);
  });
});
