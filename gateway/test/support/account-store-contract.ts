import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAccountStore } from '../../src/application/accounts/account-ports.js';
import type {
  AccountRow,
  RowChanges,
  RowExpectation,
  RowRepository,
} from '../../src/application/accounts/row-repository.js';
import type { Account } from '../../src/domain/account.js';
import type { FailureCounter } from '../../src/domain/failure-counter.js';
import { aDevice, aList, aMember, anAccount, aSession, aToken, instant, unique } from './builders.js';

/** The contract of every account store. One store serves all tests; each uses new accounts. */
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
      await expect(store().checkWrite()).resolves.toBeUndefined();
    });

    describe('accounts', () => {
      it('are found by id and by name, with the same fields', async () => {
        const account = await added({ username: 'Ünal', canonicalName: `ünal-${unique()}`, createdOn: instant(0.123) });
        expect(await store().accounts.findById(account.id)).toEqual(account);
        expect(await store().accounts.findByName(account.canonicalName)).toEqual(account);
      });

      it('are not found by an unknown id or name', async () => {
        expect(await store().accounts.findById(unique())).toBeUndefined();
        expect(await store().accounts.findByName(unique())).toBeUndefined();
        expect(await store().accounts.findByName('')).toBeUndefined();
      });

      it('are added once per name, also by 50 concurrent calls', async () => {
        const canonicalName = `wanted-${unique()}`;
        const accounts = Array.from({ length: 50 }, () => anAccount({ canonicalName }));
        const results = await Promise.all(accounts.map((account) => store().accounts.add(account)));
        const winners = accounts.filter((_account, n) => results[n]);
        expect(winners).toHaveLength(1);
        expect(await store().accounts.findByName(canonicalName)).toEqual(winners[0]);
        const losers = accounts.filter((_account, n) => !results[n]);
        for (const { id } of losers) expect(await store().accounts.findById(id)).toBeUndefined();
      });

      it('change the given fields, if they are as expected', async () => {
        const account = await added();
        const changes = { passwordHash: 'two', credentialVersion: 2 };
        const changed = await store().accounts.change(account.id, { credentialVersion: 1, status: 'active' }, changes);
        expect(changed).toEqual({ ...account, ...changes });
        expect(await store().accounts.findById(account.id)).toEqual(changed);
      });

      it('do not change if they differ from the expected ones', async () => {
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

      it('expect a tag of sessions that was never set', async () => {
        const account = await added();
        const first = await store().accounts.change(account.id, { sessionsTag: undefined }, { sessionsTag: 'one' });
        expect(first).toEqual({ ...account, sessionsTag: 'one' });
        expect(await store().accounts.change(account.id, { sessionsTag: undefined }, {})).toBeUndefined();
        expect(await store().accounts.change(account.id, { sessionsTag: 'one' }, {})).toEqual(first);
      });

      it('are unchanged by an empty change', async () => {
        const account = await added();
        expect(await store().accounts.change(account.id, { credentialVersion: 1 }, {})).toEqual(account);
        expect(await store().accounts.change(account.id, { credentialVersion: 2 }, {})).toBeUndefined();
      });

      it('change once by 20 concurrent changes with the same expectation', async () => {
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

      it('are listed by id, page by page, also by status', async () => {
        const ids = Array.from({ length: 5 }, (_value, n) => `${'f'.repeat(12)}${String(n)}${unique().slice(13)}`);
        const accounts = [];
        for (const [n, id] of ids.entries()) accounts.push(await added({ id, status: n % 2 ? 'deleting' : 'active' }));
        const after = 'f'.repeat(12);
        const first = await store().accounts.list({ limit: 2, after });
        expect(first).toEqual(accounts.slice(0, 2));
        expect(await store().accounts.list({ limit: 10, after: ids[1] })).toEqual(accounts.slice(2));
        expect(await store().accounts.list({ limit: 10, after, status: 'deleting' })).toEqual([
          accounts[1],
          accounts[3],
        ]);
        expect(await store().accounts.list({ limit: 1, after: ids[1], status: 'deleting' })).toEqual([accounts[3]]);
      });

      it('are listed by their new status', async () => {
        const { id } = await added({ id: `${'f'.repeat(11)}e${unique().slice(12)}` });
        const deleting = { status: 'deleting', statusSince: instant(9) } as const;
        const changed = await store().accounts.change(id, {}, deleting);
        const page = { limit: 1, after: `${'f'.repeat(11)}e`, status: 'deleting' } as const;
        expect(await store().accounts.list(page)).toEqual([changed]);
        await store().accounts.change(id, {}, { status: 'active' });
        expect((await store().accounts.list(page)).map((account) => account.id)).not.toContain(id);
      });
    });

    describeRows('sessions', () => store().sessions, {
      aRow: aSession,
      keyOf: ({ id }) => id,
      changes: { lastSeenOn: instant(10), expiresOn: instant(3_500) },
    });
    describeRows('devices', () => store().devices, {
      aRow: aDevice,
      keyOf: ({ digest }) => digest,
      changes: { expiresOn: instant(3_500) },
    });
    describeRows('tokens', () => store().tokens, {
      aRow: aToken,
      keyOf: ({ digest }) => digest,
      changes: { lastUsedOn: instant(5) },
    });

    describe('the token of a session', () => {
      const renewed = { digest: 'two', credentialVersion: 2, authenticatedOn: instant(9) };

      it('is replaced if it is as expected', async () => {
        const session = aSession();
        await store().sessions.add(session);
        const { id, digest } = session;
        const changed = await store().sessions.change(id, { digest, credentialVersion: 1 }, renewed);
        expect(changed).toEqual({ ...session, ...renewed });
        expect(await store().sessions.find(id)).toEqual(changed);
        expect(await store().sessions.listByAccount(session.accountId)).toEqual([changed]);
      });

      it('is not replaced if the session differs or has ended', async () => {
        const session = aSession();
        await store().sessions.add(session);
        const { id, digest } = session;
        for (const expected of [{ digest: 'other' }, { digest, credentialVersion: 2 }]) {
          expect(await store().sessions.change(id, expected, renewed)).toBeUndefined();
        }
        expect(await store().sessions.find(id)).toEqual(session);
        await store().sessions.remove([id]);
        expect(await store().sessions.change(id, { digest }, renewed)).toBeUndefined();
        expect(await store().sessions.find(id)).toBeUndefined();
      });

      it('is replaced once by 20 concurrent replacements', async () => {
        const { id, digest, ...fields } = aSession();
        await store().sessions.add({ id, digest, ...fields });
        const results = await Promise.all(
          Array.from({ length: 20 }, (_value, n) =>
            store().sessions.change(id, { digest }, { digest: `new ${String(n)}` }),
          ),
        );
        const winners = results.filter((changed) => changed !== undefined);
        expect(winners).toHaveLength(1);
        expect(await store().sessions.find(id)).toEqual(winners[0]);
      });
    });

    describe('lists', () => {
      const invitation = {
        id: unique(),
        digest: unique(32),
        role: 'viewer',
        expiresOn: instant(9.123),
        uses: 2,
      } as const;

      it('are found by id and by each member, with the same fields', async () => {
        const [owner, viewer] = [aMember({ color: 'teal', position: 'a0' }), aMember({ name: 'Ünal', role: 'viewer' })];
        const shared = aList({ members: [owner, viewer], invitations: [invitation], createdOn: instant(0.123) });
        const unnamed = aList({ name: null, members: [aMember({ accountId: viewer.accountId })] });
        for (const list of [shared, unnamed, aList()]) expect(await store().lists.add(list)).toBe(true);
        expect(await store().lists.find(shared.id)).toEqual(shared);
        expect(await store().lists.find(unnamed.id)).toEqual(unnamed);
        expect(await store().lists.find(unique())).toBeUndefined();
        expect(await store().lists.listByAccount(owner.accountId)).toEqual([shared]);
        const joined = await store().lists.listByAccount(viewer.accountId);
        expect(joined).toHaveLength(2);
        expect(joined).toEqual(expect.arrayContaining([shared, unnamed]));
        expect(await store().lists.listByAccount(unique())).toEqual([]);
      });

      it('are added once per id, also by 20 concurrent calls', async () => {
        const id = unique();
        const lists = Array.from({ length: 20 }, () => aList({ id }));
        const results = await Promise.all(lists.map((list) => store().lists.add(list)));
        expect(results.filter(Boolean)).toHaveLength(1);
        for (const [n, list] of lists.entries()) {
          const found = await store().lists.listByAccount(list.members[0]?.accountId ?? '');
          expect(found).toEqual(results[n] === true ? [list] : []);
        }
      });

      it('change at the version that was read, and increase it', async () => {
        const list = aList({ invitations: [invitation] });
        await store().lists.add(list);
        const renamed = await store().lists.change(list, { name: 'Party' });
        expect(renamed).toEqual({ ...list, name: 'Party', version: 2 });
        expect(await store().lists.find(list.id)).toEqual(renamed);
        expect(await store().lists.change(list, { name: 'Other' })).toBeUndefined();
        expect(await store().lists.change(aList(), { name: 'Other' })).toBeUndefined();
        expect(await store().lists.find(list.id)).toEqual(renamed);
      });

      it('are found by new members, and no more by former ones', async () => {
        const [former, next] = [aMember(), aMember()];
        const list = aList({ members: [former] });
        await store().lists.add(list);
        const both = await store().lists.change(list, { members: [former, next] });
        expect(await store().lists.listByAccount(next.accountId)).toEqual([both]);
        if (both === undefined) throw new Error('The list did not change');
        const changed = await store().lists.change(both, { members: [next] });
        expect(await store().lists.listByAccount(former.accountId)).toEqual([]);
        expect(await store().lists.listByAccount(next.accountId)).toEqual([changed]);
      });

      it('change once by 20 concurrent changes of one version', async () => {
        const list = aList();
        await store().lists.add(list);
        const members = Array.from({ length: 20 }, () => aMember());
        const results = await Promise.all(
          members.map((member) => store().lists.change(list, { members: [...list.members, member] })),
        );
        const winners = results.filter((changed) => changed !== undefined);
        expect(winners).toHaveLength(1);
        expect(await store().lists.find(list.id)).toEqual(winners[0]);
        for (const [n, { accountId }] of members.entries()) {
          expect(await store().lists.listByAccount(accountId)).toHaveLength(results[n] === undefined ? 0 : 1);
        }
      });

      it('are removed at the version that was read, with their memberships', async () => {
        const list = aList();
        await store().lists.add(list);
        const changed = await store().lists.change(list, { name: 'Party' });
        expect(await store().lists.remove(list)).toBe(false);
        expect(await store().lists.find(list.id)).toEqual(changed);
        expect(await store().lists.remove({ id: list.id, version: 2 })).toBe(true);
        expect(await store().lists.remove({ id: list.id, version: 2 })).toBe(false);
        expect(await store().lists.find(list.id)).toBeUndefined();
        expect(await store().lists.listByAccount(list.members[0]?.accountId ?? '')).toEqual([]);
      });

      it('are listed by id, page by page, also by status', async () => {
        const ids = Array.from({ length: 5 }, (_value, n) => `${'f'.repeat(12)}${String(n)}${unique().slice(13)}`);
        const lists = ids.map((id, n) => aList({ id, status: n % 2 ? 'deleted' : 'active' }));
        for (const list of lists) await store().lists.add(list);
        const after = 'f'.repeat(12);
        expect(await store().lists.list({ limit: 2, after })).toEqual(lists.slice(0, 2));
        expect(await store().lists.list({ limit: 10, after: ids[1] })).toEqual(lists.slice(2));
        expect(await store().lists.list({ limit: 10, after, status: 'deleted' })).toEqual([lists[1], lists[3]]);
        expect(await store().lists.list({ limit: 1, after: ids[1], status: 'deleted' })).toEqual([lists[3]]);
      });

      it('are listed by their new status', async () => {
        const list = aList({ id: `${'f'.repeat(11)}e${unique().slice(12)}` });
        await store().lists.add(list);
        const changes = { status: 'removing', statusSince: instant(9) } as const;
        const removing = await store().lists.change(list, changes);
        const page = { limit: 1, after: `${'f'.repeat(11)}e`, status: 'removing' } as const;
        expect(await store().lists.list(page)).toEqual([removing]);
      });

      it('of one account are all found, however many', async () => {
        const accountId = unique();
        const lists = Array.from({ length: 45 }, () => aList({ members: [aMember({ accountId })] }));
        await Promise.all(lists.map((list) => store().lists.add(list)));
        const found = await store().lists.listByAccount(accountId);
        expect(found.map(({ id }) => id).sort()).toEqual(lists.map(({ id }) => id).sort());
      });
    });

    describe('failure counters', () => {
      const counter: FailureCounter = { count: 1, since: instant(0), expiresOn: instant(3_000) };

      it('are added, changed and removed by the change function', async () => {
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

      it('lose no count of 20 concurrent ones', async () => {
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

      it('share one secret, also when several instances create it concurrently', async () => {
        const secrets = await Promise.all(['a', 'b', 'c'].map((candidate) => store().attempts.keySecret(candidate)));
        expect(new Set(secrets).size).toBe(1);
        expect(await store().attempts.keySecret('d')).toBe(secrets[0]);
      });
    });
  });
}

interface RowsUnderTest<Row extends AccountRow> {
  readonly aRow: (fields?: Partial<AccountRow>) => Row;
  readonly keyOf: (row: Row) => string;
  readonly changes: RowChanges<Row>;
}

function describeRows<Row extends AccountRow>(
  kind: string,
  rows: () => RowRepository<Row>,
  { aRow, keyOf, changes }: RowsUnderTest<Row>,
): void {
  const any: RowExpectation<Row> = {};

  describe(kind, () => {
    it('are found by their key and listed by their account', async () => {
      const [one, foreign] = [aRow(), aRow()];
      const second = aRow({ accountId: one.accountId });
      for (const row of [one, second, foreign]) await rows().add(row);
      expect(await rows().find(keyOf(one))).toEqual(one);
      expect(await rows().find(unique(32))).toBeUndefined();
      const listed = await rows().listByAccount(one.accountId);
      expect(listed).toHaveLength(2);
      expect(listed).toEqual(expect.arrayContaining([one, second]));
      expect(await rows().listByAccount(unique())).toEqual([]);
    });

    it('change, and stay removed after a removal', async () => {
      const row = aRow();
      await rows().add(row);
      expect(await rows().change(keyOf(row), any, changes)).toEqual({ ...row, ...changes });
      expect(await rows().find(keyOf(row))).toEqual({ ...row, ...changes });
      await rows().remove([keyOf(row), unique(32)]);
      expect(await rows().change(keyOf(row), any, changes)).toBeUndefined();
      expect(await rows().find(keyOf(row))).toBeUndefined();
      expect(await rows().listByAccount(row.accountId)).toEqual([]);
    });

    it('are not restored by a concurrent change', async () => {
      const added = Array.from({ length: 20 }, () => aRow());
      await Promise.all(added.map((row) => rows().add(row)));
      const keys = added.map(keyOf);
      await Promise.all(keys.flatMap((key) => [rows().change(key, any, changes), rows().remove([key])]));
      for (const key of keys) expect(await rows().find(key)).toBeUndefined();
    });

    it('are removed after their latest expiry', async () => {
      const [old, extended] = [aRow({ expiresOn: instant(-2_000) }), aRow({ expiresOn: instant(-2_000) })];
      const young = aRow();
      for (const row of [old, extended, young]) await rows().add(row);
      await rows().change(keyOf(extended), any, { expiresOn: instant(0) } as RowChanges<Row>);
      expect(await removedAll((now) => rows().removeExpired(now), instant(-1_000))).toBe(1);
      expect(await rows().find(keyOf(old))).toBeUndefined();
      expect(await rows().listByAccount(old.accountId)).toEqual([]);
      expect(await rows().find(keyOf(extended))).toBeDefined();
      expect(await rows().find(keyOf(young))).toEqual(young);
      expect(await removedAll((now) => rows().removeExpired(now), instant(0))).toBe(1);
    });
  });
}

async function removedAll(removeExpired: (now: Date) => Promise<number>, now: Date): Promise<number> {
  let all = 0;
  for (let some: number; (some = await removeExpired(now)) > 0;) all += some;
  return all;
}
