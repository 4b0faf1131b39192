import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DataFileReader } from '@tasks/embedded-store';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { EmbeddedAccountStore } from '../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { rulesOf } from '../../src/infrastructure/persistence/embedded/account-archive.js';
import { schema } from '../../src/infrastructure/persistence/embedded/account-operations.js';
import { nameOf, stepOf } from './account-lifecycle.js';

jest.setTimeout(120_000);

const LOAD = fileURLToPath(new URL('./account-load.ts', import.meta.url));
const LANES = 8;
/** Number of rounds; the program is killed in each, during different steps. */
const KILLS = [2, 5, 9];

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tasks-gateway-kill-'));
});
afterEach(() => {
  rmSync(scratch, { recursive: true });
});

/** The acknowledged steps of a lane's last account. */
interface Acknowledged {
  round: number;
  step: number;
  tokens: string[];
}

function lastOf(stdout: string): Acknowledged[] {
  const last = Array.from({ length: LANES }, (): Acknowledged => ({ round: -1, step: 4, tokens: [] }));
  for (const [, lane, round, step, token] of stdout.matchAll(/^done (\d+) (\d+) (\d) (\S*)$/gm)) {
    const before = last[Number(lane)];
    const tokens = before?.round === Number(round) ? before.tokens : [];
    last[Number(lane)] = {
      round: Number(round),
      step: Number(step),
      tokens: token ? [...tokens, token] : tokens,
    };
  }
  return last;
}

describe('After kill -9 during sign-up, password change and deletion', () => {
  it.each(KILLS)('every account is before or after each step, never between: round %i', async (rounds) => {
    const folder = join(scratch, 'store');
    const args = ['-C', 'tasks-source', '--import', './scripts/typescript.mjs', LOAD, folder, String(LANES)];
    using program = new RunningProgram(process.execPath, args, { cwd: projectRoot });
    await program.printed(new RegExp(`^done \\d+ ${String(rounds)} 2`, 'm'));
    program.signal('SIGKILL');
    const { stdout } = await program.ended();
    const store = await EmbeddedAccountStore.open(folder);
    const file = DataFileReader.open(join(folder, schema.fileName), schema);
    file.verify(rulesOf);
    file.close();
    for (const [lane, { round, step, tokens }] of lastOf(stdout).entries()) {
      const found = await stepOf(store, nameOf(lane, round), tokens);
      expect([step, step + 1]).toContain(found);
      // The lane's next account may have been signed up already, if this one was removed.
      if (step === 4) expect([4, 1]).toContain(await stepOf(store, nameOf(lane, round + 1), []));
      if (round > 0) expect(await stepOf(store, nameOf(lane, round - 1), [])).toBe(4);
    }
    await store.close();
  });
});
