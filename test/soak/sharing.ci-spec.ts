import { expect, it } from '@jest/globals';
import { allHold } from './report.js';
import { sharingFigures } from './scenarios/sharing.js';

/** The short form of `npm run scenario -- sharing`, whose bound on the time needs a quiet machine. */
it('Changes of shared lists reach every stream, and parallel reads of large lists need little memory', async () => {
  const figures = await sharingFigures({
    sizes: { accounts: 4, lists: 4, members: 3, streamsPerAccount: 2, fullLists: 1, tasksPerFullList: 400 },
    changes: 20,
    changesPerSecond: 20,
    readers: 8,
    readMs: 500,
  });
  const untimed = figures.filter(({ bound }) => bound?.endsWith(' ms') !== true);
  expect(untimed.filter((figure) => !allHold([figure]))).toEqual([]);
});
