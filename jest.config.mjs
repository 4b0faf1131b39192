import { existsSync, readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));
delete swc.$schema;

// The variables that npm sets for scripts would reach the programs under test, which must run as if started by hand.
for (const name of Object.keys(process.env)) if (name.startsWith('npm_')) delete process.env[name];

/** The lanes: each test file is in one of them, by the end of its name. */
export const LANES = {
  /** A unit: no socket, no child process. */
  unit: '.spec.ts',
  /** The shortest way through a feature from end to end; runs with the units in `npm test`. */
  e2e: '.e2e-spec.ts',
  /** What takes long, needs more than Node, or goes through every case: `npm run test:all`, and CI. */
  ci: '.ci-spec.ts',
};

/** The pattern of a lane's files. @param {keyof typeof LANES} lane */
export const filesOf = (lane) => `**/test/**/*${LANES[lane]}`;

/**
 * All lanes, for `npm run jest -- PATH`.
 *
 * @type {import('jest').Config}
 */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // Packages of this repository are tested from their sources.
  testEnvironmentOptions: { customExportConditions: ['tasks-source', 'node', 'node-addons'] },
  roots: ['test', 'packages', 'gateway', 'web']
    .filter((folder) => existsSync(new URL(folder, import.meta.url)))
    .map((folder) => `<rootDir>/${folder}`),
  testMatch: Object.keys(LANES).map(filesOf),
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false, module: { type: 'es6' } }] },
  collectCoverageFrom: ['{.,packages/*,gateway,web}/src/**/*.ts', '!src/main.ts'],
  coverageProvider: 'v8',
  cacheDirectory: '.cache/jest',
  reporters: ['default', '<rootDir>/scripts/jest-tally.mjs'],
  testTimeout: 60_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '512MB',
};
