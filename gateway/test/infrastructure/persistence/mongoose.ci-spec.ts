import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { mongo as driver } from 'mongoose';
import { migrateAccounts, openAdministration } from '../../../src/bootstrap/account-maintenance.js';
import { Accounts } from '../../../src/bootstrap/accounts.js';
import { DEFAULT_ACCOUNT_SETTINGS, type OpenAccountStore } from '../../../src/application/accounts/account-ports.js';
import { Authenticate } from '../../../src/application/accounts/authenticate.js';
import { SignUp } from '../../../src/application/accounts/sign-up.js';
import { MongooseAccountStore } from '../../../src/infrastructure/persistence/mongoose/mongoose-account-store.js';
import { describeAccountStore } from '../../support/account-store-contract.js';
import { accountError, cheapHasher, ORIGIN, PASSWORD } from '../../support/accounts.js';
import { anAccount, aSession, aToken, instant, unique } from '../../support/builders.js';

jest.setTimeout(60_000);

interface StoredName {
  readonly _id: string;
  readonly accountId: string;
  readonly claimedOn: Date;
  readonly isSettled: boolean;
}

await describeWithMongo('The account store in MongoDB', ({ uri, database, stop, restart }) => {
  const options = { uri, place: 'the test server', database, serverSelectionTimeoutMs: 5_000 };
  const messages: string[] = [];
  const note = (text: string): void => void messages.push(text);
  const log = { info: note, warn: note, error: note };
  const client = new driver.MongoClient(uri);
  const db = client.db(database);
  const names = db.collection<StoredName>('usernames');

  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await stop();
  });

  describeAccountStore('satisfies the contract:', () => Promise.resolve(MongooseAccountStore.open(options, log)));

  describe('beyond the contract', () => {
    let store: OpenAccountStore;
    beforeAll(() => {
      store = MongooseAccountStore.open(options, log);
    });
    afterAll(() => store.close());

    it('stores documents with exactly these fields', async () => {
      const [account, session, token] = [anAccount(), aSession(), aToken()];
      await store.accounts.add(account);
      await store.sessions.add(session);
      await store.tokens.add(token);
      const { id, ...fields } = account;
      expect(await db.collection<{ _id: string }>('accounts').findOne({ _id: id })).toEqual({ _id: id, ...fields });
      const claim = { _id: account.canonicalName, accountId: id, claimedOn: account.createdOn, isSettled: true };
      expect(await names.findOne({ _id: account.canonicalName })).toEqual(claim);
      const { id: sessionId, ...rest } = session;
      const stored = await db.collection<{ _id: string }>('sessions').findOne({ _id: sessionId });
      expect(stored).toEqual({ _id: sessionId, ...rest });
      const storedToken = await db.collection<{ _id: string }>('tokens').findOne({ _id: token.digest });
      expect(storedToken).not.toHaveProperty('lastUsedOn');
    });

    it('lists and sweeps by indexes', async () => {
      const keysOf = async (collection: string): Promise<string[]> =>
        (await db.collection(collection).indexes()).map(({ key }) => JSON.stringify(key));
      // Created in the background, one after the other.
      while (!(await keysOf('attempts').catch((): string[] => [])).includes('{"expiresOn":1}')) await delay(20);
      expect(await keysOf('accounts')).toContain('{"status":1,"_id":1}');
      for (const collection of ['sessions', 'devices', 'tokens']) {
        expect(await keysOf(collection)).toEqual(expect.arrayContaining(['{"accountId":1}', '{"expiresOn":1}']));
      }
    });

    describe('a name whose account was never stored', () => {
      async function claimed(fields: Partial<StoredName> = {}): Promise<StoredName> {
        const claim = { _id: `claimed-${unique()}`, accountId: unique(), claimedOn: instant(0), isSettled: false };
        await names.insertOne({ ...claim, ...fields });
        return { ...claim, ...fields };
      }

      it('is taken for a minute', async () => {
        const { _id: canonicalName } = await claimed();
        const early = anAccount({ canonicalName, createdOn: instant(59.999) });
        expect(await store.accounts.add(early)).toBe(false);
        expect(await store.accounts.findById(early.id)).toBeUndefined();
        expect(await store.accounts.findByName(canonicalName)).toBeUndefined();
      });

      it('is taken over after that, by one of many', async () => {
        const { _id: canonicalName } = await claimed();
        const accounts = Array.from({ length: 20 }, () => anAccount({ canonicalName, createdOn: instant(60) }));
        const results = await Promise.all(accounts.map((account) => store.accounts.add(account)));
        expect(results.filter(Boolean)).toHaveLength(1);
        expect(await store.accounts.findByName(canonicalName)).toEqual(accounts[results.indexOf(true)]);
      });

      it('stays taken if the account exists after all', async () => {
        const account = anAccount({ createdOn: instant(0) });
        await store.accounts.add(account);
        await names.updateOne({ _id: account.canonicalName }, { $set: { isSettled: false } });
        const late = anAccount({ canonicalName: account.canonicalName, createdOn: instant(9_999) });
        expect(await store.accounts.add(late)).toBe(false);
        expect(await store.accounts.findByName(account.canonicalName)).toEqual(account);
      });

      it('is lost for a slow sign-up when another one took it over', async () => {
        const slow = anAccount({ createdOn: instant(0) });
        const fast = anAccount({ canonicalName: slow.canonicalName, createdOn: instant(60) });
        const accounts = db.collection<{ _id: string }>('accounts');
        // The name is taken over while the slow sign-up is about to store its account.
        await names.insertOne({
          _id: slow.canonicalName,
          accountId: slow.id,
          claimedOn: slow.createdOn,
          isSettled: false,
        });
        expect(await store.accounts.add(fast)).toBe(true);
        expect(await store.accounts.add(slow)).toBe(false);
        expect(await accounts.findOne({ _id: slow.id })).toBeNull();
        expect(await store.accounts.findByName(slow.canonicalName)).toEqual(fast);
      });

      it('is free again after an interrupted removal', async () => {
        const account = anAccount({ createdOn: instant(0) });
        await store.accounts.add(account);
        await names.updateOne({ _id: account.canonicalName }, { $set: { isSettled: false, claimedOn: new Date(0) } });
        await db.collection<{ _id: string }>('accounts').deleteOne({ _id: account.id });
        const next = anAccount({ canonicalName: account.canonicalName, createdOn: instant(1) });
        expect(await store.accounts.add(next)).toBe(true);
      });
    });

    it('receives the accounts of an embedded store, also after an interruption', async () => {
      const scratch = mkdtempSync(join(tmpdir(), 'tasks-gateway-migrate-test-'));
      const source = { kind: 'embedded', chosenBy: 'test', dataDir: join(scratch, 'data') } as const;
      const accounts = new Accounts({
        store: source,
        settings: DEFAULT_ACCOUNT_SETTINGS,
        hasher: cheapHasher(),
        audit: { record: () => undefined },
        sessionsEnded: { notify: () => undefined, notifyAll: () => undefined },
        tasks: { removeAll: () => Promise.resolve(0) },
        log,
      });
      await accounts.start();
      const username = `migrated-${unique(4)}`;
      const { sessionToken } = await new SignUp(accounts.parts).execute({ username, password: PASSWORD, ...ORIGIN });
      const target = { kind: 'mongo', chosenBy: 'test', namedBy: undefined, ...options } as const;
      expect(await migrateAccounts(source, target, () => undefined)).toEqual({ added: 1, there: 0, conflicts: [] });
      expect(await migrateAccounts(source, target, () => undefined)).toEqual({ added: 0, there: 1, conflicts: [] });
      await accounts.stop();
      const migrated = new Accounts({
        store: target,
        settings: DEFAULT_ACCOUNT_SETTINGS,
        hasher: cheapHasher(),
        audit: { record: () => undefined },
        sessionsEnded: { notify: () => undefined, notifyAll: () => undefined },
        tasks: { removeAll: () => Promise.resolve(0) },
        log,
      });
      await migrated.start();
      await new Authenticate(migrated.parts).bySession(sessionToken);
      const { administration, close } = await openAdministration(target, { record: () => undefined });
      await administration.disable(username);
      await close();
      await expect(new Authenticate(migrated.parts).bySession(sessionToken)).rejects.toMatchObject(
        accountError('UNAUTHENTICATED'),
      );
      await migrated.stop();
      rmSync(scratch, { recursive: true });
    });

    it('rejects calls in time while the server hangs, and recovers', async () => {
      const link = await FaultyLink.to(uri);
      const hanging = MongooseAccountStore.open({ ...options, uri: link.uri, serverSelectionTimeoutMs: 2_000 }, log);
      const account = anAccount();
      await hanging.accounts.add(account);
      link.hang();
      const startedAt = performance.now();
      const calls = [hanging.accounts.findById(account.id), hanging.sessions.listByAccount('x'), hanging.check()];
      for (const call of await Promise.allSettled(calls)) expect(call.status).toBe('rejected');
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      await link.mend();
      while (!(await hanging.accounts.findById(account.id).catch(() => undefined))) await delay(20);
      await hanging.close();
      await link.cut();
    });

    const itRestarts = restart ? it : it.skip;
    itRestarts('works again after the server was killed and restarted', async () => {
      const account = anAccount();
      await store.accounts.add(account);
      await restart?.();
      const startedAt = performance.now();
      for (;;) {
        const found = await store.accounts.findById(account.id).catch((error: unknown) => error);
        if (!(found instanceof Error)) {
          expect(found).toEqual(account);
          break;
        }
        expect(found).toMatchObject(accountError('STORE_UNAVAILABLE'));
        expect(performance.now() - startedAt).toBeLessThan(20_000);
      }
    });
  });
});

describe('The account store without a MongoDB', () => {
  it('opens, rejects calls and health checks in time, and closes', async () => {
    const options = {
      uri: 'mongodb://127.0.0.1:9/',
      place: '127.0.0.1:9',
      database: 'none',
      serverSelectionTimeoutMs: 300,
    };
    const warnings: string[] = [];
    const store = MongooseAccountStore.open(options, {
      info: () => undefined,
      warn: (text) => void warnings.push(text),
    });
    const startedAt = performance.now();
    await expect(store.accounts.findById('x')).rejects.toMatchObject(accountError('STORE_UNAVAILABLE'));
    await expect(store.accounts.add(anAccount())).rejects.toMatchObject(accountError('STORE_UNAVAILABLE'));
    await expect(store.attempts.update('x', () => undefined)).rejects.toMatchObject(accountError('STORE_UNAVAILABLE'));
    await expect(store.accounts.list({ limit: 1 })).rejects.toMatchObject(accountError('STORE_UNAVAILABLE'));
    await expect(store.sessions.listByAccount('x')).rejects.toMatchObject(accountError('STORE_UNAVAILABLE'));
    await expect(store.check()).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    await store.close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^No MongoDB at 127\.0\.0\.1:9 \(.+\): calls are answered with 503 until it is available$/,
    );
  });

  it('rejects an invalid connection string without showing it', () => {
    const options = {
      uri: 'mongodb://me:secret@host/?nonsense=1',
      place: 'host',
      database: 'none',
      serverSelectionTimeoutMs: 300,
    };
    const open = (): unknown => MongooseAccountStore.open(options, { info: () => undefined, warn: () => undefined });
    expect(open).toThrow(/^GATEWAY_MONGODB_URI for host can't be used: (?!.*secret)/);
  });
});
