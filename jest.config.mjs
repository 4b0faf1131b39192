import { existsSync, readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));
delete swc.$schema;

// The variables that npm sets for scripts would reach the programs under test, which must run as if started by hand.
for (const name of Object.keys(process.env)) if (name.startsWith('npm_')) delete process.env[name];

/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // Packages of this repository are tested from their sources.
  testEnvironmentOptions: { customExportConditions: ['tasks-source', 'node', 'node-addons'] },
  roots: ['test', 'packages', 'gateway', 'web']
    .filter((folder) => existsSync(new URL(folder, import.meta.url)))
    .map((folder) => `<rootDir>/${folder}`),
  // `.spec.ts`: a unit, without sockets and child processes. `.e2e-spec.ts`: everything else, as Nest names it.
  testMatch: ['**/test/**/*.{spec,e2e-spec}.ts'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false, module: { type: 'es6' } }] },
  collectCoverageFrom: ['{.,packages/*,gateway,web}/src/**/*.ts', '!src/main.ts'],
  coverageProvider: 'v8',
  cacheDirectory: '.cache/jest',
  reporters: ['default', '<rootDir>/scripts/jest-tally.mjs'],
  testTimeout: 30_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '512MB',
};
