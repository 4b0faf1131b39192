import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { buildFaults, FaultControl } from '@tasks/testing/faults';

let root: string;
let library: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'faults-'));
  library = buildFaults(root);
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

it('acknowledges all of a batch or nothing when any write or sync fails, and goes on', () => {
  const control = new FaultControl(join(root, 'control'));
  const program = fileURLToPath(new URL('./each-place.ts', import.meta.url));
  const args = [
    '-C',
    'tasks-source',
    '--import',
    './scripts/typescript.mjs',
    program,
    join(root, 'data'),
    control.path,
  ];
  const env = { ...process.env, LD_PRELOAD: library, FAULTS_CONTROL: control.path };
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, env, encoding: 'utf8' });
  control.close();
  expect(stderr).toBe('');
  const tally = JSON.parse(stdout) as Record<string, number>;
  expect(tally).toMatchObject({ halfDone: 0, wrong: 0, unsynced: 0, integrity: 'ok' });
  expect(tally.rejected).toBeGreaterThan(20);
  console.log(stdout);
}, 120_000);
