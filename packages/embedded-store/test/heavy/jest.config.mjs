import config from '../../../../jest.config.mjs';

/** Long runs against real file systems and killed processes: `npm run durability`. */
export default {
  ...config,
  testMatch: ['**/test/heavy/*.heavy.ts'],
  testTimeout: 300_000,
  maxWorkers: 1,
};
