import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.js';
import { projectRoot } from './project-copy.js';

const REQUIREMENTS = fileURLToPath(new URL('../requirements.txt', import.meta.url));
const VENV = join(projectRoot, '.cache/venv');
const PYTHON = join(VENV, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/**
 * Returns the Python of `.cache/venv`, which has packages/testing/requirements.txt installed; created on demand.
 * Undefined without Python, with a warning; with REQUIRE_INTEROP=1 that is an error.
 */
export function findPython(): string | undefined {
  try {
    return madePython();
  } catch (error) {
    if (process.env.REQUIRE_INTEROP === '1') throw error;
    console.warn(`SKIPPED, no Python: tests that need it. ${String(error)}`);
    return undefined;
  }
}

/** The path of a program that a requirement installs beside Python. */
export function besidePython(python: string, program: string): string {
  return join(dirname(python), program);
}

function madePython(): string {
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  const stamp = join(VENV, '.requirements');
  const isMade = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isMade()) return PYTHON;
  withLock(`${VENV}.lock`, () => {
    if (isMade()) return;
    process.stderr.write('Making the Python environment of the tests: once, a minute\n');
    rmSync(VENV, { recursive: true, force: true });
    run('python3', ['-m', 'venv', VENV]);
    run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', REQUIREMENTS]);
    writeFileSync(stamp, wanted);
  });
  return PYTHON;
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stdout + stderr}`);
}
