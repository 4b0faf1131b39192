import config from '../../../../../jest.config.mjs';

/** Long-running attacks, and servers in separate processes: `npm run hostile`. */
export default {
  ...config,
  testMatch: ['**/test/hostile/heavy/*.heavy.ts'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
