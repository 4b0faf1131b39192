import { expect, it } from '@jest/globals';
import type { Condition, End } from './ends/ends.js';
import { allHold } from './report.js';
import { endFigures } from './scenarios/ends.js';

// `npm run scenario -- ends` has 50 rounds, every end under every condition, and bounds on the time.

it.each<[string, End, Condition]>([
  ['tasks', 'signal', 'plain'],
  ['tasks', 'error', 'plain'],
  ['tasks', 'second signal', 'slow syncs'],
  ['gateway', 'second signal', 'held lock'],
])(
  'Under 64 writers %s loses nothing, and never ends with 134: %s, %s',
  async (service, end, condition) => {
    const figures = await endFigures(service, { end, condition, rounds: 1 });
    const untimed = figures.filter(({ name }) => !name.endsWith('longest'));
    expect(untimed.filter((figure) => !allHold([figure]))).toEqual([]);
  },
  60_000,
);
