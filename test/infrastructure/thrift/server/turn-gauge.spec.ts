import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { TurnGauge } from '../../../../src/infrastructure/thrift/server/turn-gauge.js';

const MAX_WAIT_MS = 3;

/** Takes the processor for so long in each turn, for 400 ms; whether a call at the end of the last one was too late. */
async function turnsOf(
  workMs: number,
  gauge: TurnGauge,
  rest = setImmediate as () => Promise<unknown>,
): Promise<boolean> {
  let late = false;
  for (const endMs = performance.now() + 400; performance.now() < endMs; await rest()) {
    gauge.isTooLate(performance.now());
    for (const doneMs = performance.now() + workMs; performance.now() < doneMs;);
    late = gauge.isTooLate(performance.now());
  }
  return late;
}

describe('a gauge of the event loop', () => {
  it('finds calls too late where turns follow each other without rest and take longer than calls may wait', async () => {
    const gauge = new TurnGauge(MAX_WAIT_MS);
    expect(await turnsOf(5 * MAX_WAIT_MS, gauge)).toBe(true);
    await setImmediate();
    expect(gauge.isTooLate(performance.now())).toBe(false);
  });

  it('finds none too late while turns are short, however many there are', async () => {
    expect(await turnsOf(MAX_WAIT_MS / 10, new TurnGauge(MAX_WAIT_MS))).toBe(false);
  });

  it('finds none too late while there is rest between turns, however long they are', async () => {
    expect(await turnsOf(3 * MAX_WAIT_MS, new TurnGauge(MAX_WAIT_MS), () => delay(10))).toBe(false);
  });

  it('lets a burst pass', () => {
    const gauge = new TurnGauge(MAX_WAIT_MS);
    gauge.isTooLate(performance.now());
    for (const doneMs = performance.now() + 20; performance.now() < doneMs;);
    expect(gauge.isTooLate(performance.now())).toBe(false);
  });

  it('forgets a verdict after a pause', async () => {
    const gauge = new TurnGauge(MAX_WAIT_MS);
    await turnsOf(5 * MAX_WAIT_MS, gauge);
    await delay(300);
    gauge.isTooLate(performance.now());
    for (const doneMs = performance.now() + 20; performance.now() < doneMs;);
    expect(gauge.isTooLate(performance.now())).toBe(false);
  });
});
