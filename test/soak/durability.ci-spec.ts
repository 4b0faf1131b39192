import { expect, it } from '@jest/globals';
import { allHold } from './report.js';
import { durabilityFigures } from './scenarios/durability.js';

// `npm run scenario -- durability` has 50 rounds, and the other disruptions.

it.each([
  ['tasks', 'kill', 2],
  ['tasks', 'stop', 1],
  ['tasks', 'clock', 1],
  ['gateway', 'kill', 1],
] as const)(
  'The answers of %s have an order that a correct service allows: %s',
  async (service, disruption, rounds) => {
    const figures = await durabilityFigures(service, { disruption, rounds, seed: Date.now() % 2 ** 31 });
    expect(figures.filter((figure) => !allHold([figure]))).toEqual([]);
  },
  120_000,
);
