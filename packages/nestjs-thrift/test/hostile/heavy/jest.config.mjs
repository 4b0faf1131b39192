import config from '../../../../../jest.config.mjs';

/** The attacks that take a while, and servers in processes of their own: `npm run hostile`. */
export default {
  ...config,
  testMatch: ['**/test/hostile/heavy/*.heavy.ts'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
