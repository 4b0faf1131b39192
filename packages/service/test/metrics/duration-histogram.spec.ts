import { describe, expect, it } from '@jest/globals';
import { Histogram, Registry } from 'prom-client';
import { DurationHistogram } from '../../src/metrics/duration-histogram.js';

const BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const DURATIONS_MS = [0, 0.05, 0.1, 0.11, 1, 7.5, 30_000, 30_001, 1e9];

describe('A histogram of durations', () => {
  it("exports exactly the same as prom-client's own", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const histogram = new DurationHistogram('call_seconds', 'How long');
    histogram.registerIn(ours);
    const original = new Histogram({
      name: 'call_seconds',
      help: 'How long',
      labelNames: ['method'],
      buckets: BOUNDS,
      registers: [theirs],
    });
    for (const method of ['add', 'all']) {
      for (const durationMs of DURATIONS_MS) {
        histogram.series({ method }).observe(durationMs);
        original.observe({ method }, durationMs / 1_000);
      }
    }
    const sorted = (text: string): string[] => text.split('\n').sort();
    const rounded = (text: string): string =>
      text.replace(/(_sum\S+ )(\S+)/g, (_, series: string, sum: string) => series + Number(sum).toFixed(6));
    expect(sorted(rounded(await ours.metrics()))).toEqual(sorted(rounded(await theirs.metrics())));
  });
});
