import config from './jest.config.mjs';

/** The unit specs, which open no socket and start no program: `npm run test:unit`. */
export default {
  ...config,
  testMatch: ['**/test/**/*.spec.ts'],
  setupFiles: ['<rootDir>/packages/testing/src/no-io.ts'],
};
