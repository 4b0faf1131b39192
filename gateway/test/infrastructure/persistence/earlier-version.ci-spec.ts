import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { backUp, restore, verify } from '../../../src/infrastructure/persistence/embedded/account-archive.js';
import { EmbeddedAccountStore } from '../../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { aList, anAccount } from '../../support/builders.js';

const BACK_TO_VERSION_1 = 'DROP TABLE list_members; DROP TABLE lists; PRAGMA user_version=1';

let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tasks-gateway-earlier-'));
});

afterEach(() => {
  rmSync(scratch, { recursive: true });
});

describe('an account file of the version without lists', () => {
  const account = anAccount();

  async function earlier(name: string): Promise<string> {
    const folder = join(scratch, name);
    const store = await EmbeddedAccountStore.open(folder);
    await store.accounts.add(account);
    await store.close();
    execFileSync('sqlite3', [join(folder, 'accounts.db'), BACK_TO_VERSION_1]);
    return folder;
  }

  it('is verified, copied and restored', async () => {
    const folder = await earlier('old');
    expect(verify(folder)).toEqual({ accounts: 1, sessions: 0, devices: 0, tokens: 0, lists: 0 });
    const file = join(scratch, 'backup');
    await backUp(folder, file);
    expect(await restore(join(scratch, 'restored'), file)).toBe(1);
    expect(verify(join(scratch, 'restored'))).toMatchObject({ accounts: 1, lists: 0 });
  });

  it('gains lists when a gateway opens it, and keeps its accounts', async () => {
    const folder = await earlier('migrated');
    const store = await EmbeddedAccountStore.open(folder);
    expect(await store.accounts.findById(account.id)).toEqual(account);
    expect(await store.lists.add(aList())).toBe(true);
    await store.close();
    expect(verify(folder)).toMatchObject({ accounts: 1, lists: 1 });
  });
});
