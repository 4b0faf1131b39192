import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { withLock } from './lock.js';
import { projectRoot } from './project-copy.js';

/**
 * The path of a Go program of the tests, built on demand into `.cache/go`. Go keeps what it built, so only the first time
 * takes long. Undefined where it can't be built, with a warning; with REQUIRE_INTEROP=1 that is an error.
 *
 * @param folder Its source, below the root of the project.
 * @param name Of the program.
 */
export function findGoProgram(folder: string, name: string): string | undefined {
  const program = join(projectRoot, '.cache/go', process.platform === 'win32' ? `${name}.exe` : name);
  const build = ['build', '-buildvcs=false', '-trimpath', '-o', program, '.'];
  const { status, stderr, error } = withLock(`${program}.lock`, () =>
    spawnSync('go', build, { cwd: join(projectRoot, folder), encoding: 'utf8' }),
  );
  if (status === 0) return program;
  const problem = error === undefined ? stderr.trim() : 'there is no go on the PATH';
  if (process.env.REQUIRE_INTEROP === '1') throw new Error(`${folder} can't be built: ${problem}`);
  console.warn(`NOT RUN: the tests that need ${folder}. ${problem}`);
  return undefined;
}
