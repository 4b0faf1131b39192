import { expect, it } from '@jest/globals';
import { allHold } from './report.js';
import { backupFigures } from './scenarios/backup.js';

/** The short form of `npm run scenario -- backup`, whose bound on the time needs a quiet machine. */
it('Backup and verify beside 32 writers lose no task and fail no add', async () => {
  const figures = await backupFigures(1_000, 1);
  const untimed = figures.filter(({ bound }) => bound?.endsWith('times') !== true);
  expect(untimed.filter((figure) => !allHold([figure]))).toEqual([]);
});
