import { describe, expect, it } from '@jest/globals';
import { workerShare } from '../../src/bootstrap/worker-share.js';

type Given = Parameters<typeof workerShare>[0];

function shares(given: Given, count: number): Given[] {
  return Array.from({ length: count }, (_, index) => workerShare(given, { number: index + 1, count }));
}

describe('The share of a worker', () => {
  it.each([
    [10_000, 2],
    [10, 3],
    [7, 7],
    [1_000_000, 256],
  ])('of %d connections is the whole for %d workers together', (maxConnections, count) => {
    const sizes = shares({ maxConnections }, count).map((limits) => limits.maxConnections ?? NaN);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(maxConnections);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('divides calls, queue and memory, and nothing of one connection or message', () => {
    const given = { maxCallsPerConnection: 7, callTimeoutMs: 5 };
    expect(shares(given, 2)).toEqual(
      Array.from({ length: 2 }, () => ({
        ...given,
        maxConnections: 5_000,
        maxCalls: 1_024,
        maxQueuedCalls: 1_024,
        maxBufferedBytes: 134_217_728,
        maxUnsentBytes: 134_217_728,
      })),
    );
  });

  it('has room for one message of the greatest size, but no more than the whole', () => {
    expect(workerShare({}, { number: 1, count: 64 })).toMatchObject({ maxBufferedBytes: 16_384_000 });
    const small = { maxBufferedBytes: 2_097_152 };
    expect(workerShare(small, { number: 1, count: 64 })).toMatchObject({ maxBufferedBytes: 2_097_152 });
  });

  it('is at least one call, and no queue where there is none', () => {
    expect(workerShare({ maxCalls: 2, maxQueuedCalls: 0 }, { number: 3, count: 3 })).toMatchObject({
      maxCalls: 1,
      maxQueuedCalls: 0,
    });
  });
});
