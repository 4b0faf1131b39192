import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { EmbeddedAccountStore } from '../../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { describeAccountStore } from '../../support/account-store-contract.js';
import { accountError } from '../../support/accounts.js';
import { anAccount, aSession, aToken, instant, unique } from '../../support/builders.js';

const scratch = mkdtempSync(join(tmpdir(), 'tasks-gateway-embedded-'));

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describeAccountStore('the account store in a folder', () => EmbeddedAccountStore.open(join(scratch, 'contract')));

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

  it('leaves nothing behind of removed rows', async () => {
    const store = await EmbeddedAccountStore.open(join(scratch, 'removed'));
    const [account, session, token] = [anAccount(), aSession(), aToken()];
    await store.accounts.add(account);
    await store.sessions.add(session);
    await store.sessions.change(session.id, {}, { lastSeenOn: instant(5), expiresOn: instant(6_000) });
    await store.tokens.add(token);
    await store.attempts.update('x', () => ({ count: 1, since: instant(0), expiresOn: instant(1) }));
    await store.attempts.update('x', (counter) => counter && { ...counter, expiresOn: instant(2) });
    await store.attempts.update('x', () => undefined);
    await store.sessions.remove([session.id]);
    await store.tokens.removeExpired(instant(9_999));
    await store.accounts.remove(account);
    expect(await store.store.read({ limit: 10 })).toEqual([]);
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

  it('ends a sweep over an index with missing rows', async () => {
    const store = await EmbeddedAccountStore.open(join(scratch, 'orphans'));
    const session = aSession({ expiresOn: instant(0) });
    await store.sessions.add(session);
    await store.store.write(({ remove }) => {
      remove(`session/${session.id}`);
    });
    expect(await store.sessions.removeExpired(instant(1))).toBe(1);
    expect(await store.sessions.removeExpired(instant(1))).toBe(0);
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
