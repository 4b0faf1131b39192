// Makes the Python environment of the tests in .cache/venv, again when test/interop/requirements.txt changed, and prints
// the path of its Python. Exit code 1: there is none, and stderr says why.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { root, say, secondsSince } from './root.mjs';

const requirements = 'test/interop/requirements.txt';
const venv = join(root, '.cache/venv');
const stamp = join(venv, '.fingerprint');
const python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

function isMade() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint([requirements]);
}

function make() {
  const startMs = performance.now();
  const base = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (!base) throw new Error('there is no python3 on the PATH');
  say(`Making the Python environment of the tests from ${requirements} …`);
  rmSync(venv, { recursive: true, force: true });
  run(base, ['-m', 'venv', venv]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  writeFileSync(stamp, fingerprint([requirements]));
  say(`Python environment made in ${secondsSince(startMs)}.`);
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

try {
  await withLock('venv', async () => isMade() || make());
  console.log(python);
} catch (error) {
  say(`No Python environment: ${error.message}`);
  process.exitCode = 1;
}
