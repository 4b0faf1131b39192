import { expect, it } from '@jest/globals';
import { allHold } from './report.js';
import { durabilityFigures } from './scenarios/durability.js';

// `npm run scenario -- durability` has 50 rounds, and the other disruptions.

it.each([
  ['tasks', 'kill'],
  ['tasks', 'stop'],
  ['tasks', 'clock'],
  ['gateway', 'kill'],
] as const)(
  'The answers of %s have an order that a correct service allows: %s',
  async (service, disruption) => {
    const figures = await durabilityFigures(service, { disruption, rounds: 2, seed: Date.now() % 2 ** 31 });
    expect(figures.filter((figure) => !allHold([figure]))).toEqual([]);
  },
  120_000,
);
