// `npm test`: every check, two at a time, then every test. `npm test -- PATTERN`: the tests of that pattern alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { fingerprint } from './fingerprint.mjs';
import { root, say, secondsSince } from './root.mjs';
import { runNode } from './run-process.mjs';

const tool = (path) => `node_modules/${path}`;

// The longest first, so that two lanes end at about the same time.
const checks = {
  lint: [
    tool('eslint/bin/eslint.js'),
    ...['.', '--max-warnings=0', '--cache', '--cache-strategy=content', '--cache-location=.cache/eslint'],
  ],
  types: [
    tool('typescript/bin/tsc'),
    ...['-p', 'tsconfig.json', '--noEmit', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo'],
  ],
  boundaries: ['scripts/boundaries.mjs'],
  format: [
    tool('prettier/bin/prettier.cjs'),
    ...['--check', '.', '--log-level=warn', '--cache', '--cache-strategy=content', '--cache-location=.cache/prettier'],
  ],
};
const lanes = 2;
const passedFile = join(root, '.cache/checks.json');

/** All checks, then all tests; resolves to whether everything passed. Failing checks end the run before the tests. */
export async function runChecks() {
  const startMs = performance.now();
  if (!(await ensureBuilt())) return stop(['build']);
  const failed = await runStaticChecks();
  if (failed.length > 0) return stop(failed);
  say(`Checks passed in ${secondsSince(startMs)}. Running the tests …`);
  return runJest([]);
}

/** The tests that Jest finds by `args`, on the current build; a failing build is told, and only the tests count. */
export async function runTests(args) {
  if (!(await ensureBuilt())) say('Tests that start dist/ run what the compiler made of the sources all the same.');
  return runJest(args);
}

async function runJest(args) {
  // What npm tells its scripts would reach the programs under test, which are to run as if started by hand.
  for (const name of Object.keys(process.env)) if (name.startsWith('npm_')) delete process.env[name];
  const node = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
  const { code } = await runNode([...node, tool('jest/bin/jest.js'), ...args]);
  return code === 0;
}

function stop(failed) {
  say(`\nStopped before the tests: ${failed.join(', ')} failed, see above.`);
  console.log(`0 passed, ${failed.length} failed`);
  return false;
}

async function runStaticChecks() {
  const now = fingerprint(['.']);
  const passed = readPassed(now);
  const waiting = Object.keys(checks).filter((name) => !passed.includes(name));
  if (passed.length > 0) say(`Nothing changed since these passed: ${passed.join(', ')}.`);
  if (waiting.length > 0) say(`Checking: ${waiting.join(', ')} …`);
  const failed = [];
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      ((await runCheck(name)) ? passed : failed).push(name);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(passedFile, JSON.stringify({ fingerprint: now, passed }));
  return Object.keys(checks).filter((name) => failed.includes(name));
}

async function runCheck(name) {
  const startMs = performance.now();
  const { code, output } = await runNode(checks[name], { capture: true });
  say(`  ${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${secondsSince(startMs)}`);
  if (code !== 0) say(output);
  return code === 0;
}

function readPassed(now) {
  if (!existsSync(passedFile)) return [];
  const last = JSON.parse(readFileSync(passedFile, 'utf8'));
  return last.fingerprint === now ? last.passed : [];
}
