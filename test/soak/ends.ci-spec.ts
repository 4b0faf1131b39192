import { expect, it } from '@jest/globals';
import type { Condition, End } from './ends/ends.js';
import { allHold } from './report.js';
import { endFigures } from './scenarios/ends.js';

// `npm run scenario -- ends` has 50 rounds, and every end under every condition.

it.each<[string, End, Condition]>([
  ['tasks', 'signal', 'plain'],
  ['tasks', 'error', 'plain'],
  ['tasks', 'second signal', 'slow syncs'],
  ['gateway', 'second signal', 'held lock'],
])(
  'Under 64 writers %s loses nothing at its end, and ends in time: %s, %s',
  async (service, end, condition) => {
    const figures = await endFigures(service, { end, condition, rounds: 1 });
    expect(figures.filter((figure) => !allHold([figure]))).toEqual([]);
  },
  60_000,
);
