import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '@tasks/testing/project-copy';

/**
 * Returns the path of the Go program that uses Apache's Go library, built on demand into `.cache/` (Go caches the
 * build, so only the first one takes seconds). Undefined with a warning when it can't be built; with REQUIRE_INTEROP=1
 * that is an error.
 */
export function findGoProgram(): string | undefined {
  const program = join(projectRoot, '.cache/interop-go', process.platform === 'win32' ? 'peer.exe' : 'peer');
  const build = ['build', '-buildvcs=false', '-trimpath', '-o', program, '.'];
  const { status, stderr, error } = spawnSync('go', build, {
    cwd: join(projectRoot, 'packages/nestjs-thrift/test/interop/go'),
    encoding: 'utf8',
  });
  if (status === 0) return program;
  const problem = error === undefined ? stderr.trim() : 'there is no go on the PATH';
  if (process.env.REQUIRE_INTEROP === '1') throw new Error(`The Go program of the tests can't be built: ${problem}`);
  console.warn(`NOT RUN: the tests that need Go. ${problem}`);
  return undefined;
}
