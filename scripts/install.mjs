// Installs the dependencies when they are missing or differ from the lock file.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, say, secondsSince } from './root.mjs';
import { runNode } from './run-process.mjs';
import { withLock } from './lock.mjs';

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes down what it installed, so an install by hand
 * counts, and one that left out the development tools does not. Optional packages are per platform and not looked at.
 */
export function isInstalled() {
  const installed = readPackages('node_modules/.package-lock.json');
  if (!installed) return false;
  const wanted = Object.entries(readPackages('package-lock.json') ?? {});
  return wanted.every(
    ([path, { version, optional }]) => path === '' || optional === true || installed[path]?.version === version,
  );
}

function readPackages(path) {
  const file = join(root, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/** Runs `npm ci` where needed; resolves to whether the dependencies are there. */
export async function ensureInstalled() {
  if (isInstalled()) return true;
  return withLock('install', async () => {
    if (isInstalled()) return true;
    const startMs = performance.now();
    say('Installing the dependencies of package-lock.json (npm ci, half a minute) …');
    const npmArgs = ['ci', '--include=dev', '--no-audit', '--no-fund'];
    const { code } = await runNode([findNpm(), ...npmArgs], { quietStdout: true });
    say(
      code === 0
        ? `Dependencies installed in ${secondsSince(startMs)}.`
        : `npm ci failed (exit code ${code}): see its message above. Is the package registry reachable?`,
    );
    return code === 0;
  });
}

/**
 * The path of npm's program: npm names itself to the scripts that it runs; without it (`node scripts/run.mjs`), the npm
 * that came with this Node.
 */
export function findNpm() {
  const home = dirname(dirname(process.execPath));
  const candidates = [
    process.env.npm_execpath,
    join(home, 'lib/node_modules/npm/bin/npm-cli.js'),
    join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js'),
  ];
  const found = candidates.find((path) => path?.endsWith('npm-cli.js') && existsSync(path));
  if (!found) throw new Error('npm was not found beside this Node: run `npm ci` by hand, then this command again');
  return found;
}
