import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SqliteStore } from '@tasks/embedded-store';
import { backUp, restore, verify } from '../../../src/infrastructure/persistence/embedded/account-archive.js';
import type { AccountOperations } from '../../../src/infrastructure/persistence/embedded/account-operations.js';
import {
  accountStoreOptions,
  EmbeddedAccountStore,
} from '../../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { toListRecord } from '../../../src/infrastructure/persistence/embedded/embedded-list.repository.js';
import { toRecord } from '../../../src/infrastructure/persistence/embedded/records.js';
import { describeAccountStore } from '../../support/account-store-contract.js';
import { accountError } from '../../support/accounts.js';
import { aList, aMember, anAccount, aSession, aToken, instant, unique } from '../../support/builders.js';

const scratch = mkdtempSync(join(tmpdir(), 'tasks-gateway-embedded-'));

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describeAccountStore('the account store in a folder', () => EmbeddedAccountStore.open(join(scratch, 'contract')));

describe('a backup of the accounts', () => {
  it.each<[string, string, (file: string) => void]>([
    [
      'cut short',
      String.raw`is damaged \(.*database disk image is malformed\)`,
      (file) => {
        truncateSync(file, 20_000);
      },
    ],
    [
      'cut within its header',
      String.raw`is damaged \(its header is cut short\)`,
      (file) => {
        truncateSync(file, 40);
      },
    ],
    [
      'overwritten',
      String.raw`is damaged \(Tree \d+ page \d+.*\)`,
      (file) => {
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.fill(0x55, 4_096));
      },
    ],
    [
      'of another program',
      'is not a backup of "tasks-gateway", but of another program',
      (file) => {
        const bytes = readFileSync(file);
        bytes.writeUInt32BE(1, 68);
        writeFileSync(file, bytes);
      },
    ],
  ])('that is %s is rejected in a sentence about it, before anything is written', async (what, message, damage) => {
    const [folder, target] = [join(scratch, what), join(scratch, `${what}, target`)];
    const file = join(scratch, `${what}, backup`);
    const store = await EmbeddedAccountStore.open(folder);
    for (let n = 0; n < 50; n++) await store.accounts.add(anAccount());
    await store.close();
    await backUp(folder, file);
    damage(file);
    await expect(restore(target, file)).rejects.toMatchObject({
      message: expect.stringMatching(`^${file} ${message}: use another backup$`),
    });
    expect(existsSync(target)).toBe(false);
  });
});

describe('the account store in a folder, beyond the contract', () => {
  it('keeps everything when closed and opened again', async () => {
    const folder = join(scratch, 'again');
    const [account, session, token] = [anAccount(), aSession(), aToken({ lastUsedOn: instant(3) })];
    const before = await EmbeddedAccountStore.open(folder);
    await before.accounts.add(account);
    await before.sessions.add(session);
    await before.tokens.add(token);
    const secret = await before.attempts.keySecret('one');
    await before.close();
    const after = await EmbeddedAccountStore.open(folder);
    expect(await after.accounts.findByName(account.canonicalName)).toEqual(account);
    expect(await after.sessions.listByAccount(session.accountId)).toEqual([session]);
    expect(await after.tokens.find(token.digest)).toEqual(token);
    expect(await after.attempts.keySecret('two')).toBe(secret);
    await after.close();
  });

  it('lets others have their turn between the pages of lists', async () => {
    const store = await EmbeddedAccountStore.open(join(scratch, 'pages'));
    const member = aMember();
    for (let n = 0; n < 60; n++) await store.lists.add(aList({ members: [member] }));
    let turns = 0;
    const count = (): void => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    expect(await store.lists.listByAccount(member.accountId)).toHaveLength(60);
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(3);
    await store.close();
  });

  it('distinguishes keys beyond U+0000, and keeps every character of texts', async () => {
    const store = await EmbeddedAccountStore.open(join(scratch, 'characters'));
    const keys = ['a', 'a\u0000', 'a\u0000b', 'a\ufffd', 'a\u{1f95b}'];
    for (const key of keys) {
      await store.sessions.add(aSession({ id: key, accountId: key, userAgent: `${key} browser` }));
      await store.attempts.update(key, () => ({ count: key.length, since: instant(0), expiresOn: instant(1) }));
      expect(await store.accounts.add(anAccount({ id: key, canonicalName: key, username: key }))).toBe(true);
    }
    for (const key of keys) {
      expect(await store.sessions.find(key)).toMatchObject({ id: key, userAgent: `${key} browser` });
      expect(await store.sessions.listByAccount(key)).toHaveLength(1);
      expect((await store.attempts.findMany([key])).get(key)).toMatchObject({ count: key.length });
      expect(await store.accounts.findByName(key)).toMatchObject({ id: key, username: key });
    }
    await store.sessions.remove(['a']);
    expect(await store.sessions.find('a\u0000')).toBeDefined();
    await store.close();
  });

  it('counts 64 changes of one counter at once, and 64 of one account', async () => {
    const store = await EmbeddedAccountStore.open(join(scratch, 'hot'));
    const [since, expiresOn] = [instant(0), instant(1)];
    await Promise.all(
      Array.from({ length: 64 }, () =>
        store.attempts.update('hot', (counter) => ({ count: (counter?.count ?? 0) + 1, since, expiresOn })),
      ),
    );
    expect((await store.attempts.findMany(['hot'])).get('hot')).toMatchObject({ count: 64 });
    const account = anAccount({ credentialVersion: 0 });
    await store.accounts.add(account);
    const changes = Array.from({ length: 64 }, (_one, n) =>
      store.accounts.change(account.id, { credentialVersion: n }, { credentialVersion: n + 1 }),
    );
    expect((await Promise.all(changes)).at(-1)).toMatchObject({ credentialVersion: 64 });
    await store.close();
  });

  it('finds at once what a command has changed or removed', async () => {
    const folder = join(scratch, 'changed');
    const store = await EmbeddedAccountStore.open(folder);
    const command = await EmbeddedAccountStore.open(folder, { role: 'command' });
    const [account, session, list] = [anAccount(), aSession(), aList()];
    await store.accounts.add(account);
    await store.sessions.add(session);
    await store.lists.add(list);
    await store.attempts.update('one', () => ({ count: 1, since: instant(0), expiresOn: instant(1) }));
    const found = async (): Promise<readonly unknown[]> => [
      (await store.accounts.findById(account.id))?.status,
      (await store.accounts.findByName(account.canonicalName))?.status,
      (await store.sessions.find(session.id))?.userAgent,
      (await store.lists.find(list.id))?.name,
      (await store.attempts.findMany(['one'])).get('one')?.count,
    ];
    const before = await found();
    expect(await found()).toEqual(before);
    await command.accounts.change(account.id, {}, { status: 'disabled' });
    await command.sessions.change(session.id, {}, { userAgent: 'another' });
    await command.lists.change(list, { name: 'renamed' });
    await command.attempts.update('one', () => undefined);
    expect(await found()).toEqual(['disabled', 'disabled', 'another', 'renamed', undefined]);
    await command.accounts.remove(account);
    await command.sessions.remove([session.id]);
    await command.lists.remove({ ...list, version: list.version + 1 });
    expect(await found()).toEqual([undefined, undefined, undefined, undefined, undefined]);
    await Promise.all([command.close(), store.close()]);
  });

  it('keeps what a command and the gateway change at the same time', async () => {
    const folder = join(scratch, 'beside');
    const store = await EmbeddedAccountStore.open(folder);
    const command = await EmbeddedAccountStore.open(folder, { role: 'command' });
    const [account, session] = [anAccount(), aSession()];
    await store.accounts.add(account);
    await store.sessions.add(session);
    const [since, expiresOn] = [instant(0), instant(1)];
    for (let n = 1; n <= 10; n++) {
      await Promise.all([
        store.accounts.change(account.id, {}, { credentialVersion: n }),
        command.accounts.change(account.id, {}, { tokenVersion: n }),
        store.sessions.change(session.id, {}, { lastSeenOn: instant(n) }),
        command.sessions.change(session.id, {}, { userAgent: `browser ${String(n)}` }),
        ...[store, command].map(({ attempts }) =>
          attempts.update('both', (counter) => ({ count: (counter?.count ?? 0) + 1, since, expiresOn })),
        ),
      ]);
      expect(await store.accounts.findById(account.id)).toMatchObject({ credentialVersion: n, tokenVersion: n });
      const changed = { lastSeenOn: instant(n), userAgent: `browser ${String(n)}` };
      expect(await store.sessions.find(session.id)).toMatchObject(changed);
      expect((await store.attempts.findMany(['both'])).get('both')).toMatchObject({ count: 2 * n });
    }
    await command.close();
    await store.close();
  });

  it('sweeps more rows than one step removes', async () => {
    const store = await EmbeddedAccountStore.open(join(scratch, 'sweep'));
    await Promise.all(Array.from({ length: 1_200 }, () => store.sessions.add(aSession({ expiresOn: instant(0) }))));
    let all = 0;
    for (let some: number; (some = await store.sessions.removeExpired(instant(1))) > 0;) all += some;
    expect(all).toBe(1_200);
    await store.close();
  });

  it('rejects calls once it is closed', async () => {
    const store = await EmbeddedAccountStore.open(join(scratch, 'closed'));
    await store.close();
    await expect(store.accounts.findById(unique())).rejects.toMatchObject(accountError('STORE_UNAVAILABLE'));
    await expect(store.sessions.add(aSession())).rejects.toMatchObject(accountError('STORE_UNAVAILABLE'));
    await expect(store.check()).rejects.toThrow(/closed/);
  });

  it('distinguishes similar names, and finds the shortest and the longest', async () => {
    const store = await EmbeddedAccountStore.open(join(scratch, 'names'));
    const names = ['abc', 'abcd', 'ab.', '𐐀'.repeat(64), 'ﬁ'.normalize('NFKC').repeat(32), 'a/b', 'æøå'];
    const accounts = names.map((canonicalName) => anAccount({ canonicalName }));
    for (const account of accounts) expect(await store.accounts.add(account)).toBe(true);
    for (const account of accounts) expect(await store.accounts.findByName(account.canonicalName)).toEqual(account);
    await store.close();
  });
});

describe('A check of the accounts in a folder', () => {
  const session = aSession();
  const row = { key: session.id, account: session.accountId, expiresOn: session.expiresOn.getTime() };
  const account = anAccount();
  const stored = { id: account.id, name: account.canonicalName, status: account.status, record: toRecord(account) };

  it('counts what a sound store has, beside the gateway', async () => {
    const folder = join(scratch, 'sound');
    const store = await EmbeddedAccountStore.open(folder);
    await store.accounts.add(anAccount());
    await store.accounts.add(anAccount({ canonicalName: 'a\u0000b' }));
    for (const id of ['one', 'two\u0000', 'three'])
      await store.sessions.add(aSession({ id, accountId: `${id} account` }));
    await store.tokens.add(aToken());
    await store.attempts.update('key', () => ({ count: 1, since: instant(0), expiresOn: instant(-1.001) }));
    await store.lists.add(aList());
    expect(verify(folder)).toEqual({ accounts: 2, sessions: 3, devices: 0, tokens: 1, lists: 1 });
    await store.close();
  });

  it.each<[string, (store: SqliteStore<AccountOperations>) => Promise<unknown>]>([
    ['accounts', (store) => store.write('addAccount', { ...stored, name: 'another' })],
    ['accounts', (store) => store.write('addAccount', { ...stored, id: 'another' })],
    ['accounts', (store) => store.write('addAccount', { ...stored, status: 'disabled' })],
    ['accounts', (store) => store.write('addAccount', { ...stored, record: '{' })],
    [
      'sessions',
      (store) => store.write('putRow', { table: 'sessions', ...row, account: 'another', record: toRecord(session) }),
    ],
    [
      'devices',
      (store) => store.write('putRow', { table: 'devices', ...row, expiresOn: 1, record: toRecord(session) }),
    ],
    ['tokens', (store) => store.write('putRow', { table: 'tokens', ...row, record: '{' })],
    [
      'attempts',
      (store) => store.write('addAttempt', { key: 'key', expiresOn: 1, record: toRecord({ expiresOn: instant(5) }) }),
    ],
    ['lists', (store) => store.write('addList', { ...toListRecord(aList()), status: 'deleted' })],
    ['lists', (store) => store.write('addList', { ...toListRecord(aList()), version: 7 })],
  ])('names %s whose columns and record differ', async (table, damage) => {
    const folder = join(scratch, unique());
    const store = await SqliteStore.open<AccountOperations>(accountStoreOptions(folder));
    await damage(store);
    await store.close();
    expect(() => verify(folder)).toThrow(`accounts.db is damaged (${table} whose columns and record differ: 1)`);
  });

  it.each([
    ['who are not in the record', ['another']],
    ['who are only in the record', []],
  ])('names members of lists %s', async (problem, others) => {
    const folder = join(scratch, unique());
    const store = await SqliteStore.open<AccountOperations>(accountStoreOptions(folder));
    const list = toListRecord(aList());
    const accounts = others.length > 0 ? [...list.accounts, ...others] : [];
    await store.write('addList', { ...list, accounts });
    await store.close();
    expect(() => verify(folder)).toThrow(`accounts.db is damaged (members of lists ${problem}: 1)`);
  });
});
