import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe } from '@jest/globals';
import { projectRoot } from './project-copy.js';

/**
 * The Python of `.cache/venv`, which has test/interop/requirements.txt installed; it is made on demand. Where there is no
 * Python that is undefined, said loudly; with REQUIRE_INTEROP=1 it is an error.
 */
export function findPython(): string | undefined {
  const script = join(projectRoot, 'scripts/python-venv.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  if (process.env.REQUIRE_INTEROP === '1') throw new Error(stderr.trim());
  console.warn(`NOT RUN: the tests that need Python. ${stderr.trim()}`);
  return undefined;
}

/** The path of a program that a requirement installs beside that Python. */
export function besidePython(python: string, program: string): string {
  return join(dirname(python), program);
}

/** A `describe` whose tests get the Python of `findPython`, and are skipped where there is none. */
export function describeWithPython(title: string, tests: (python: string) => void): void {
  const python = findPython();
  if (python === undefined) describe.skip(title, () => undefined);
  else
    describe(title, () => {
      tests(python);
    });
}
