import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAccountStore } from '../../src/application/accounts/account-ports.js';
import type { Account } from '../../src/domain/account.js';
import type { FailureCounter } from '../../src/domain/failure-counter.js';
import { aDevice, anAccount, aSession, aToken, instant, unique } from './builders.js';

/** What every account store does alike. One store serves all tests; each has accounts of its own. */
export function describeAccountStore(name: string, start: () => Promise<OpenAccountStore>): void {
  describe(name, () => {
    let opened: OpenAccountStore | undefined;
    beforeAll(async () => {
      opened = await start();
    });
    afterAll(() => opened?.close());

    function store(): OpenAccountStore {
      if (!opened) throw new Error('The store is not open');
      return opened;
    }

    async function added(fields: Partial<Account> = {}): Promise<Account> {
      const account = anAccount(fields);
      expect(await store().accounts.add(account)).toBe(true);
      return account;
    }

    it('answers a health check', async () => {
      await expect(store().check()).resolves.toBeUndefined();
    });

    describe('accounts', () => {
      it('are found by id and by name, as they were added', async () => {
        const account = await added({ username: 'Ünal', canonicalName: `ünal-${unique()}`, createdOn: instant(0.123) });
        expect(await store().accounts.findById(account.id)).toEqual(account);
        expect(await store().accounts.findByName(account.canonicalName)).toEqual(account);
      });

      it('are not found by an unknown id or name', async () => {
        expect(await store().accounts.findById(unique())).toBeUndefined();
        expect(await store().accounts.findByName(unique())).toBeUndefined();
        expect(await store().accounts.findByName('')).toBeUndefined();
      });

      it('are added once of each name, also 50 at once', async () => {
        const canonicalName = `wanted-${unique()}`;
        const accounts = Array.from({ length: 50 }, () => anAccount({ canonicalName }));
        const results = await Promise.all(accounts.map((account) => store().accounts.add(account)));
        const winners = accounts.filter((_account, n) => results[n]);
        expect(winners).toHaveLength(1);
        expect(await store().accounts.findByName(canonicalName)).toEqual(winners[0]);
        const losers = accounts.filter((_account, n) => !results[n]);
        for (const { id } of losers) expect(await store().accounts.findById(id)).toBeUndefined();
      });

      it('change in what is given, if they are as expected', async () => {
        const account = await added();
        const changes = { passwordHash: 'two', credentialVersion: 2 };
        const changed = await store().accounts.change(account.id, { credentialVersion: 1, status: 'active' }, changes);
        expect(changed).toEqual({ ...account, ...changes });
        expect(await store().accounts.findById(account.id)).toEqual(changed);
      });

      it('do not change if they differ from what is expected', async () => {
        const account = await added();
        const changes = { passwordHash: 'two' };
        for (const expected of [
          { credentialVersion: 2 },
          { status: 'disabled' },
          { passwordHash: 'other' },
          { recoveryDigest: 'other', credentialVersion: 1 },
        ] as const) {
          expect(await store().accounts.change(account.id, expected, changes)).toBeUndefined();
        }
        expect(await store().accounts.change(unique(), {}, changes)).toBeUndefined();
        expect(await store().accounts.findById(account.id)).toEqual(account);
      });

      it('are unchanged by no changes', async () => {
        const account = await added();
        expect(await store().accounts.change(account.id, { credentialVersion: 1 }, {})).toEqual(account);
        expect(await store().accounts.change(account.id, { credentialVersion: 2 }, {})).toBeUndefined();
      });

      it('change once of 20 changes that expect the same', async () => {
        const { id } = await added();
        const changes = await Promise.all(
          Array.from({ length: 20 }, (_value, n) =>
            store().accounts.change(id, { recoveryDigest: 'one' }, { recoveryDigest: `new ${String(n)}` }),
          ),
        );
        expect(changes.filter((changed) => changed !== undefined)).toHaveLength(1);
      });

      it('free their name when they are removed, and may be removed again', async () => {
        const account = await added();
        await store().accounts.remove(account);
        expect(await store().accounts.findById(account.id)).toBeUndefined();
        expect(await store().accounts.findByName(account.canonicalName)).toBeUndefined();
        const next = await added({ canonicalName: account.canonicalName });
        await store().accounts.remove(account);
        expect(await store().accounts.findByName(account.canonicalName)).toEqual(next);
      });

      it('are listed by id, page by page, also of one status', async () => {
        const ids = Array.from({ length: 5 }, (_value, n) => `ffff${String(n)}${unique().slice(5)}`);
        const accounts = [];
        for (const [n, id] of ids.entries()) accounts.push(await added({ id, status: n % 2 ? 'deleting' : 'active' }));
        const after = 'ffff';
        const first = await store().accounts.list({ limit: 2, after });
        expect(first).toEqual(accounts.slice(0, 2));
        expect(await store().accounts.list({ limit: 10, after: ids[1] })).toEqual(accounts.slice(2));
        expect(await store().accounts.list({ limit: 10, after, status: 'deleting' })).toEqual([
          accounts[1],
          accounts[3],
        ]);
        expect(await store().accounts.list({ limit: 1, after: ids[1], status: 'deleting' })).toEqual([accounts[3]]);
      });

      it('are listed by the status that they change to', async () => {
        const { id } = await added({ id: `fffe${unique().slice(4)}` });
        const deleting = { status: 'deleting', statusSince: instant(9) } as const;
        const changed = await store().accounts.change(id, {}, deleting);
        const page = { limit: 1, after: 'fffe', status: 'deleting' } as const;
        expect(await store().accounts.list(page)).toEqual([changed]);
        await store().accounts.change(id, {}, { status: 'active' });
        expect((await store().accounts.list(page)).map((account) => account.id)).not.toContain(id);
      });
    });

    describe('sessions', () => {
      it('are found by their digest and listed by their account', async () => {
        const [one, other, foreign] = [aSession(), aSession(), aSession()];
        const second = { ...other, accountId: one.accountId };
        for (const session of [one, second, foreign]) await store().sessions.add(session);
        expect(await store().sessions.find(one.digest)).toEqual(one);
        expect(await store().sessions.find(unique(32))).toBeUndefined();
        const listed = await store().sessions.listByAccount(one.accountId);
        expect(listed).toHaveLength(2);
        expect(listed).toEqual(expect.arrayContaining([one, second]));
        expect(await store().sessions.listByAccount(unique())).toEqual([]);
      });

      it('note when they were seen, unless they are gone', async () => {
        const session = aSession();
        await store().sessions.add(session);
        const seen = { lastSeenOn: instant(10), expiresOn: instant(3_500) };
        await store().sessions.touch(session.digest, seen);
        expect(await store().sessions.find(session.digest)).toEqual({ ...session, ...seen });
        await store().sessions.remove([session.digest, unique(32)]);
        await store().sessions.touch(session.digest, seen);
        expect(await store().sessions.find(session.digest)).toBeUndefined();
        expect(await store().sessions.listByAccount(session.accountId)).toEqual([]);
      });

      it('are not touched back to life, whichever comes first', async () => {
        const sessions = Array.from({ length: 20 }, () => aSession());
        await Promise.all(sessions.map((session) => store().sessions.add(session)));
        await Promise.all(
          sessions.flatMap(({ digest, lastSeenOn, expiresOn }) => [
            store().sessions.touch(digest, { lastSeenOn, expiresOn }),
            store().sessions.remove([digest]),
          ]),
        );
        for (const { digest } of sessions) expect(await store().sessions.find(digest)).toBeUndefined();
      });

      it('and devices are removed once they have expired, by the time they expire at last', async () => {
        const soon = { expiresOn: instant(-2_000) };
        const [old, extended, young] = [aSession(soon), aSession(soon), aSession()];
        const [oldDevice, youngDevice] = [aDevice(soon), aDevice()];
        for (const session of [old, extended, young]) await store().sessions.add(session);
        for (const device of [oldDevice, youngDevice]) await store().sessions.addDevice(device);
        await store().sessions.touch(extended.digest, { lastSeenOn: instant(0), expiresOn: instant(0) });
        expect(await removedAll((now) => store().sessions.removeExpired(now), instant(-1_000))).toBe(2);
        expect(await store().sessions.find(old.digest)).toBeUndefined();
        expect(await store().sessions.listByAccount(old.accountId)).toEqual([]);
        expect(await store().sessions.find(extended.digest)).toBeDefined();
        expect(await store().sessions.find(young.digest)).toEqual(young);
        expect(await store().sessions.findDevice(oldDevice.digest)).toBeUndefined();
        expect(await store().sessions.findDevice(youngDevice.digest)).toEqual(youngDevice);
        expect(await removedAll((now) => store().sessions.removeExpired(now), instant(0))).toBe(1);
      });
    });

    describe('devices', () => {
      it('are found by their digest, listed by their account, and removed', async () => {
        const one = aDevice();
        const other = aDevice({ accountId: one.accountId });
        await store().sessions.addDevice(one);
        await store().sessions.addDevice(other);
        expect(await store().sessions.findDevice(one.digest)).toEqual(one);
        expect(await store().sessions.listDevices(one.accountId)).toEqual(expect.arrayContaining([one, other]));
        await store().sessions.removeDevices([one.digest]);
        expect(await store().sessions.listDevices(one.accountId)).toEqual([other]);
        expect(await store().sessions.findDevice(one.digest)).toBeUndefined();
      });
    });

    describe('tokens', () => {
      it('are found by their digest and listed by their account', async () => {
        const token = aToken();
        await store().tokens.add(token);
        expect(await store().tokens.find(token.digest)).toEqual(token);
        expect(await store().tokens.find(unique(32))).toBeUndefined();
        expect(await store().tokens.listByAccount(token.accountId)).toEqual([token]);
      });

      it('note when they were used, unless they are gone', async () => {
        const token = aToken();
        await store().tokens.add(token);
        await store().tokens.touch(token.digest, instant(5));
        expect(await store().tokens.find(token.digest)).toEqual({ ...token, lastUsedOn: instant(5) });
        await store().tokens.remove([token.digest]);
        await store().tokens.touch(token.digest, instant(6));
        expect(await store().tokens.find(token.digest)).toBeUndefined();
      });

      it('are removed once they have expired', async () => {
        const [old, young] = [aToken({ expiresOn: instant(-2_000) }), aToken()];
        for (const token of [old, young]) await store().tokens.add(token);
        expect(await removedAll((now) => store().tokens.removeExpired(now), instant(-1_000))).toBe(1);
        expect(await store().tokens.find(old.digest)).toBeUndefined();
        expect(await store().tokens.listByAccount(young.accountId)).toEqual([young]);
      });
    });

    describe('failure counters', () => {
      const counter: FailureCounter = { count: 1, since: instant(0), expiresOn: instant(3_000) };

      it('are made, changed and removed by what changes them', async () => {
        const key = unique();
        expect(await store().attempts.update(key, () => undefined)).toBeUndefined();
        expect(await store().attempts.update(key, () => counter)).toEqual(counter);
        expect(await store().attempts.findMany([key, unique()])).toEqual(new Map([[key, counter]]));
        const seen: unknown[] = [];
        await store().attempts.update(key, (current) => {
          seen.push(current);
          return current;
        });
        expect(seen).toEqual([counter]);
        await store().attempts.update(key, () => ({ ...counter, count: 2 }));
        expect(await store().attempts.findMany([key])).toEqual(new Map([[key, { ...counter, count: 2 }]]));
        expect(await store().attempts.update(key, () => undefined)).toBeUndefined();
        expect(await store().attempts.findMany([key])).toEqual(new Map());
      });

      it('lose no count of 20 at once', async () => {
        const key = unique();
        await Promise.all(
          Array.from({ length: 20 }, () =>
            store().attempts.update(key, (current = { ...counter, count: 0 }) => {
              return { ...current, count: current.count + 1 };
            }),
          ),
        );
        expect((await store().attempts.findMany([key])).get(key)?.count).toBe(20);
      });

      it('are removed once they have expired', async () => {
        const [old, young] = [unique(), unique()];
        await store().attempts.update(old, () => ({ ...counter, expiresOn: instant(-2_000) }));
        await store().attempts.update(young, () => counter);
        expect(await removedAll((now) => store().attempts.removeExpired(now), instant(-1_000))).toBe(1);
        expect([...(await store().attempts.findMany([old, young])).keys()]).toEqual([young]);
      });

      it('share one secret, also when several instances ask for it first', async () => {
        const secrets = await Promise.all(['a', 'b', 'c'].map((candidate) => store().attempts.keySecret(candidate)));
        expect(new Set(secrets).size).toBe(1);
        expect(await store().attempts.keySecret('d')).toBe(secrets[0]);
      });
    });
  });
}

async function removedAll(removeExpired: (now: Date) => Promise<number>, now: Date): Promise<number> {
  let all = 0;
  for (let some: number; (some = await removeExpired(now)) > 0;) all += some;
  return all;
}
