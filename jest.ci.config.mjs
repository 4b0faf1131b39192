import config, { filesOf } from './jest.config.mjs';

/** Files that load the machine, or measure how long or how much something takes: nothing else runs beside them. */
const ALONE = [
  '**/test/soak/**',
  '**/test/hostile/heavy/**',
  '**/test/hostile/trickle.*',
  '**/test/idl/growth.*',
  '**/test/browser/limits.*',
  '**/test/e2e/long-lists.*',
];

const { reporters, testTimeout, maxWorkers, workerIdleMemoryLimit, ...project } = config;

/** `npm run test:all`: two files at a time, and then those that need the machine for themselves. */
export default {
  reporters,
  testTimeout,
  testSequencer: '<rootDir>/scripts/jest-longest-first.mjs',
  maxWorkers,
  workerIdleMemoryLimit,
  projects: [
    { ...project, testMatch: [filesOf('ci'), ...ALONE.map((files) => `!${files}`)] },
    { ...project, testMatch: ALONE.map((files) => `${files}ci-spec.ts`), runner: '<rootDir>/scripts/jest-alone.mjs' },
  ],
};
