import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../src/client/backoff.js';

const options = { firstMs: 40, maxMs: 1_000 };

/** A thousand pauses after `failures` failures, in rising order. */
function pausesAfter(failures: number): [least: number, ...others: number[], greatest: number] {
  const pauses = Array.from({ length: 1_000 }, () => backoffMs(failures, options));
  return pauses.sort((a, b) => a - b) as [number, ...number[], number];
}

describe('the pause before another attempt', () => {
  it('is zero without failures', () => {
    expect(backoffMs(0, options)).toBe(0);
  });

  it.each([
    [1, 40],
    [2, 80],
    [3, 160],
    [5, 640],
    [6, 1_000],
    [60, 1_000],
    [5_000, 1_000],
  ])('after %d failures is anywhere from half of %d ms to all of it', (failures, wholeMs) => {
    const pauses = pausesAfter(failures);
    const [least, greatest] = [pauses[0], pauses.at(-1) as number];
    expect(least).toBeGreaterThanOrEqual(wholeMs / 2);
    expect(greatest).toBeLessThanOrEqual(wholeMs);
    expect(least).toBeLessThan(0.55 * wholeMs);
    expect(greatest).toBeGreaterThan(0.95 * wholeMs);
  });

  it('differs between clients, so that they do not reconnect simultaneously', () => {
    const pauses = pausesAfter(6);
    // A tenth of the range should have a tenth of them; twice as many would not be random.
    for (let fromMs = 500; fromMs < 1_000; fromMs += 50) {
      const near = pauses.filter((pauseMs) => pauseMs >= fromMs && pauseMs < fromMs + 50);
      expect(near.length).toBeGreaterThan(30);
      expect(near.length).toBeLessThan(200);
    }
  });
});
