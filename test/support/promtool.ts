import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';

/** Runs Prometheus' own checker in the root of the project. */
export function promtool(...args: string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: projectRoot, encoding: 'utf8' });
  return { code: status, output: `${stdout}${stderr}` };
}

/** A `describe` that is skipped, loudly, where there is no promtool; with REQUIRE_PROMTOOL=1 that is an error. */
export function describeWithPromtool(title: string, tests: () => void): void {
  if (promtool('--version').code === 0) {
    describe(title, tests);
    return;
  }
  if (process.env.REQUIRE_PROMTOOL === '1') throw new Error('No promtool: apt-get install prometheus');
  console.warn('NOT RUN: the tests of the alert rules. No promtool is installed: apt-get install prometheus');
  describe.skip(title, () => undefined);
}
