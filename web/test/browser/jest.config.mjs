import config from '../../../jest.config.mjs';

/** All browser tests of the page: `npm run test:browser`. */
export default {
  ...config,
  roots: ['<rootDir>/web'],
  testTimeout: 60_000,
  testMatch: ['**/test/browser/*.browser.ts', '**/test/browser/smoke.e2e-spec.ts'],
};
