import config from '../../jest.config.mjs';

/** Load tests of whole services, which need the machine for themselves: `npm run test:load`. */
export default { ...config, testMatch: ['**/test/soak/*.load.ts'], testTimeout: 120_000, maxWorkers: 1 };
