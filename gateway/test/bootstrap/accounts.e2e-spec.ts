import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  backUpAccounts,
  migrateAccounts,
  openAdministration,
  restoreAccounts,
  verifyAccounts,
} from '../../src/bootstrap/account-maintenance.js';
import { Accounts } from '../../src/bootstrap/accounts.js';
import type { StoreConfig } from '@tasks/service';
import { DEFAULT_ACCOUNT_SETTINGS } from '../../src/application/accounts/account-ports.js';
import type { AuditEvent } from '../../src/application/accounts/audit-log.js';
import { Authenticate } from '../../src/application/accounts/authenticate.js';
import { LogIn } from '../../src/application/accounts/log-in.js';
import { Recover } from '../../src/application/accounts/recover.js';
import { type SignedUp, SignUp } from '../../src/application/accounts/sign-up.js';
import { accountError, cheapHasher, ORIGIN, PASSWORD } from '../support/accounts.js';
import { aList, aMember } from '../support/builders.js';

/** Written by commit 08cf79b: three accounts, one of them disabled, with devices, a token and sessions. */
const EARLIER_BACKUP = fileURLToPath(new URL('../fixtures/accounts-leveldb.backup', import.meta.url));

let scratch: string;
let choice: StoreConfig;
let audit: AuditEvent[];
let removedBy: string[];
const running: Accounts[] = [];
const foreignChanges = new EventEmitter();

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tasks-gateway-accounts-'));
  choice = { kind: 'embedded', chosenBy: 'test', dataDir: join(scratch, 'data') };
  audit = [];
  removedBy = [];
});
afterEach(async () => {
  for (const accounts of running.splice(0)) await accounts.stop();
  rmSync(scratch, { recursive: true });
});

async function start(warnings: string[] = [], tasks = { removeAll: noTasks }): Promise<Accounts> {
  const accounts = new Accounts({
    store: choice,
    settings: DEFAULT_ACCOUNT_SETTINGS,
    hasher: cheapHasher(),
    audit: { record: (event) => void audit.push(event) },
    sessionsEnded: { notify: () => undefined, notifyAll: () => void foreignChanges.emit('change') },
    tasks,
    log: { info: () => undefined, warn: (text) => void warnings.push(text), error: () => undefined },
    housekeepingIntervalMs: 10,
  });
  await accounts.start();
  running.push(accounts);
  return accounts;
}

function noTasks(accountId: string): Promise<number> {
  removedBy.push(accountId);
  return Promise.resolve(0);
}

async function stop(accounts: Accounts): Promise<void> {
  running.splice(running.indexOf(accounts), 1);
  await accounts.stop();
}

function signUp(accounts: Accounts, username: string): Promise<SignedUp> {
  return new SignUp(accounts.parts).execute({ username, password: PASSWORD, ...ORIGIN });
}

function openAdmin() {
  return openAdministration(choice, { record: (event) => void audit.push(event) });
}

describe('the accounts of a gateway', () => {
  it('work on an embedded store, and survive a restart', async () => {
    const before = await start();
    expect(await before.probes.accounts?.()).toMatchObject({ ok: true });
    const { sessionToken } = await signUp(before, 'alice');
    await stop(before);
    const after = await start();
    await new Authenticate(after.parts).bySession(sessionToken);
  });

  it('remove expired rows periodically', async () => {
    const accounts = await start();
    const { account } = await signUp(accounts, 'alice');
    await accounts.parts.accounts.change(account.id, {}, { status: 'deleting', statusSince: new Date(0) });
    while (await accounts.parts.accounts.findById(account.id)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(removedBy).toContain(account.id);
    expect(audit.at(-1)).toEqual({ type: 'account-removed', accountId: account.id });
  });

  it('log once that housekeeping fails, and retry', async () => {
    const warnings: string[] = [];
    let calls = 0;
    const tasks = {
      removeAll: () => {
        calls++;
        return Promise.reject(new Error('Tasks is away'));
      },
    };
    const accounts = await start(warnings, tasks);
    const { account } = await signUp(accounts, 'alice');
    await accounts.parts.accounts.change(account.id, {}, { status: 'deleting', statusSince: new Date(0) });
    while (calls < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(warnings).toEqual(['Housekeeping of accounts failed and will be retried: Tasks is away']);
  });
});

describe('an operator', () => {
  it('works on the folder while no gateway runs', async () => {
    const accounts = await start();
    const { sessionToken } = await signUp(accounts, 'alice');
    await stop(accounts);
    const { administration, close } = await openAdmin();
    await administration.disable('alice');
    await close();
    const again = await start();
    await expect(new Authenticate(again.parts).bySession(sessionToken)).rejects.toMatchObject(
      accountError('UNAUTHENTICATED'),
    );
    expect(audit.map(({ type }) => type)).toEqual(['sign-up', 'account-disabled']);
  });

  it('works beside the running gateway, which is notified', async () => {
    const accounts = await start();
    const alice = await signUp(accounts, 'alice');
    const { administration, close } = await openAdmin();
    const [listed] = await administration.list(10);
    expect(listed).toEqual({
      id: alice.account.id,
      username: 'alice',
      createdOn: alice.account.createdOn,
      status: 'active',
      statusSince: alice.account.createdOn,
    });
    const { account, recoveryCode } = await administration.create('bobby');
    expect(account.createdOn).toBeInstanceOf(Date);
    await new Recover(accounts.parts).execute({
      username: 'bobby',
      recoveryCode,
      newPassword: PASSWORD,
      ...ORIGIN,
    });
    const noticed = once(foreignChanges, 'change');
    expect(await administration.disable('alice')).toMatchObject({ status: 'disabled' });
    await noticed;
    await expect(new Authenticate(accounts.parts).bySession(alice.sessionToken)).rejects.toMatchObject(
      accountError('UNAUTHENTICATED'),
    );
    expect(await administration.enable('alice')).toMatchObject({ status: 'active' });
    await new LogIn(accounts.parts).execute({ username: 'alice', password: PASSWORD, ...ORIGIN });
    await administration.endSessions('alice', { tokens: true });
    expect((await administration.resetPassword('alice')).recoveryCode).toMatch(/^[0-9A-Z-]{39}$/);
    expect(await administration.delete('alice')).toMatchObject({ status: 'deleting' });
    await expect(administration.disable('nobody')).rejects.toMatchObject(accountError('NOT_FOUND'));
    await expect(administration.create('x')).rejects.toMatchObject(
      accountError('INVALID_INPUT', { problems: [{ field: 'username', rule: 'too-short', limit: 3 }] }),
    );
    await close();
    expect(audit.map(({ type }) => type)).toContain('account-reset');
  });

  it('is the only user with access to the file and the folder', async () => {
    await start();
    if (choice.kind !== 'embedded') throw new Error('embedded');
    expect(statSync(join(choice.dataDir, 'accounts.db')).mode & 0o777).toBe(0o600);
    expect(statSync(choice.dataDir).mode & 0o777).toBe(0o700);
  });

  it('gets an error for a missing folder', async () => {
    await expect(openAdmin()).rejects.toThrow(/^There is no accounts\.db in .+: set GATEWAY_DATA_DIR/);
  });

  it('gets an error for a store in memory', async () => {
    choice = { kind: 'memory', chosenBy: 'test' };
    await expect(openAdmin()).rejects.toThrow(/GATEWAY_STORE is memory/);
  });

  it('gets an error for a MongoDB that is down, in time', async () => {
    choice = {
      kind: 'mongo',
      uri: 'mongodb://me:secret@127.0.0.1:9/',
      place: '127.0.0.1:9',
      database: 'none',
      chosenBy: 'test',
      namedBy: undefined,
      serverSelectionTimeoutMs: 200,
    };
    await expect(openAdmin()).rejects.toThrow(/^MongoDB at 127\.0\.0\.1:9 can't be used \((?!.*secret)/);
    await expect(backUpAccounts(choice, join(scratch, 'file'))).rejects.toThrow(/mongodump/);
  });
});

describe('a backup', () => {
  it('is created while the gateway runs, and restored into an empty folder', async () => {
    const accounts = await start();
    const { sessionToken } = await signUp(accounts, 'alice');
    const file = join(scratch, 'backup');
    const report = await backUpAccounts(choice, file);
    expect(report).toEqual({ file, accounts: 1, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await signUp(accounts, 'bobby');
    await expect(restoreAccounts(choice, file)).rejects.toThrow(/in use/);
    await stop(accounts);
    await expect(restoreAccounts(choice, file)).rejects.toThrow(/has accounts already: move it away/);
    choice = { kind: 'embedded', chosenBy: 'test', dataDir: join(scratch, 'elsewhere') };
    expect(await restoreAccounts(choice, file)).toBe(1);
    const restored = await start();
    await new LogIn(restored.parts).execute({ username: 'alice', password: PASSWORD, ...ORIGIN });
    // Sessions are not restored: this one may have ended since.
    await expect(new Authenticate(restored.parts).bySession(sessionToken)).rejects.toMatchObject(
      accountError('UNAUTHENTICATED'),
    );
    expect(await restored.parts.accounts.findByName('bobby')).toBeUndefined();
  });

  it('is created while no gateway runs', async () => {
    await stop(await start());
    await backUpAccounts(choice, join(scratch, 'backup'));
  });
});

describe('lists in a backup', () => {
  it('come back with their members, and without open invitations', async () => {
    const accounts = await start();
    const { account } = await signUp(accounts, 'alice');
    const invitation = { id: 'i', digest: 'd', role: 'editor', expiresOn: new Date(), uses: 1 } as const;
    const list = aList({ members: [aMember({ accountId: account.id })], invitations: [invitation] });
    await accounts.parts.lists.add(list);
    const file = join(scratch, 'backup');
    await backUpAccounts(choice, file);
    choice = { kind: 'embedded', chosenBy: 'test', dataDir: join(scratch, 'elsewhere') };
    await restoreAccounts(choice, file);
    expect(await verifyAccounts(choice)).toMatchObject({ accounts: 1, lists: 2 });
    const restored = await start();
    expect(await restored.parts.lists.find(list.id)).toEqual({ ...list, invitations: [] });
  });
});

describe('a backup of the version on LevelDB', () => {
  it('is restored with its accounts, devices and tokens', async () => {
    expect(await restoreAccounts(choice, EARLIER_BACKUP)).toBe(3);
    const { parts } = await start();
    const account = await parts.accounts.findByName('ünal');
    if (account === undefined) throw new Error('The account is missing');
    expect(await parts.tokens.listByAccount(account.id)).toMatchObject([{ name: 'import \u{1f95b}' }]);
    expect(await parts.devices.listByAccount(account.id)).toHaveLength(2);
    await new LogIn(parts).execute({ username: 'Ünal', password: PASSWORD, ...ORIGIN });
    expect(await parts.accounts.list({ limit: 9, status: 'disabled' })).toMatchObject([{ username: 'carol' }]);
  });

  it('is rejected when it is damaged', async () => {
    const file = join(scratch, 'damaged');
    writeFileSync(file, readFileSync(EARLIER_BACKUP, 'utf8').replace('carol', 'caro1'));
    await expect(restoreAccounts(choice, file)).rejects.toThrow(/is damaged, its checksum does not match/);
  });
});

describe('a migration', () => {
  it('needs a running MongoDB, and leaves nothing behind', async () => {
    await start();
    const target = {
      kind: 'mongo',
      uri: 'mongodb://127.0.0.1:9/',
      place: '127.0.0.1:9',
      database: 'none',
      chosenBy: 'test',
      namedBy: undefined,
      serverSelectionTimeoutMs: 200,
    } as const;
    await expect(migrateAccounts(choice, target, () => undefined)).rejects.toThrow(/--to/);
  });
});
