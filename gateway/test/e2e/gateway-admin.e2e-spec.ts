import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram, type ProgramResult } from '@tasks/testing/run-program';
import { EmbeddedAccountStore } from '../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { TestAccounts } from '../support/accounts.js';

jest.setTimeout(120_000);

const PROGRAM = fileURLToPath(new URL('../../src/bootstrap/gateway-admin.ts', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tasks-gateway-admin-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function admin(...args: string[]): Promise<ProgramResult> {
  const loader = ['-C', 'tasks-source', '--import', './scripts/typescript.mjs', PROGRAM];
  return runProgram(process.execPath, [...loader, ...args], { cwd: projectRoot });
}

describe('the program gateway-admin', () => {
  it('works on the given folder, and logs its changes', async () => {
    const store = await EmbeddedAccountStore.open(join(folder, 'data'));
    const { account } = await new TestAccounts({ store }).signUp('alice');
    await store.close();
    const disabled = await admin('--data-dir', join(folder, 'data'), 'disable', 'alice', '--yes');
    expect(disabled).toMatchObject({ code: 0, stderr: `audit: account-disabled ${account.id}\n` });
    expect(JSON.parse(disabled.stdout)).toMatchObject({ id: account.id, status: 'disabled' });
  });

  it.each([
    ['--data-dir', ['--data-dir', ' ', 'list']],
    ['--to', ['migrate', '--yes', '--to', '']],
  ])('rejects an empty %s, which would choose another store', async (option, args) => {
    const { code, stdout, stderr } = await admin(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^gateway-admin: ${option} is empty: .+\n$`));
  });

  it('reports errors of the environment or the folder, and fails', async () => {
    const nowhere = await admin('--data-dir', join(folder, 'nothing'), 'list');
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toMatch(
      /^gateway-admin: There is no accounts\.db in .+: set GATEWAY_DATA_DIR, or --data-dir, /,
    );
    const to = await admin('--data-dir', folder, 'migrate', '--yes', '--to', 'not-a-uri');
    expect(to).toMatchObject({ code: 2 });
    expect(to.stderr).toMatch(/^gateway-admin: --to /);
  });
});
