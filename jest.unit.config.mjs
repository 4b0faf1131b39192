import config, { filesOf } from './jest.config.mjs';

/** `npm run test:unit`: a socket or a child process fails the test. */
export default {
  ...config,
  testMatch: [filesOf('unit')],
  setupFiles: ['<rootDir>/packages/testing/src/no-io.ts'],
};
