import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Authenticate } from '../../../src/application/accounts/authenticate.js';
import type { SignedUp } from '../../../src/application/accounts/sign-up.js';
import { CreateToken } from '../../../src/application/accounts/tokens.js';
import { AccountError } from '../../../src/domain/account.errors.js';
import { MemoryAccountStore } from '../../../src/infrastructure/persistence/memory/memory-account-store.js';
import { DAY, MINUTE, ORIGIN, SECOND, TestAccounts } from '../../support/accounts.js';

describe('the time of last use', () => {
  let store: MemoryAccountStore;
  let accounts: TestAccounts;
  let alice: SignedUp;
  let token: string;

  beforeEach(async () => {
    store = new MemoryAccountStore();
    accounts = new TestAccounts({ store });
    alice = await accounts.signUp('alice');
    const principal = await accounts.principal(alice.sessionToken);
    const expiresOn = new Date(accounts.parts.now().getTime() + 60 * DAY);
    const request = { principal, address: ORIGIN.address, name: 'backup', scopes: ['tasks:read'], expiresOn } as const;
    ({ token } = await new CreateToken(accounts.parts).execute(request));
  });

  const bySession = (): Promise<unknown> => accounts.principal(alice.sessionToken);
  const byToken = (): Promise<unknown> => new Authenticate(accounts.parts).byAccessToken(token);

  function failing(): { readonly session: jest.SpiedFunction<typeof store.sessions.change> } {
    const unavailable = (): Promise<never> => Promise.reject(new AccountError('STORE_UNAVAILABLE'));
    jest.spyOn(store.tokens, 'change').mockImplementation(unavailable);
    return { session: jest.spyOn(store.sessions, 'change').mockImplementation(unavailable) };
  }

  it('is written for sessions and tokens, at most every five minutes', async () => {
    const [session, access] = [jest.spyOn(store.sessions, 'change'), jest.spyOn(store.tokens, 'change')];
    for (let n = 0; n < 20; n++) {
      await bySession();
      await byToken();
      accounts.pass(MINUTE);
    }
    await accounts.parts.lastUse.settled();
    expect([session.mock.calls.length, access.mock.calls.length]).toEqual([3, 4]);
    const [stored] = await store.sessions.listByAccount(alice.account.id);
    expect(stored?.expiresOn.getTime()).toBeGreaterThan(alice.session.expiresOn.getTime());
  });

  it('stops no request while the store can only be read', async () => {
    const { session } = failing();
    accounts.pass(6 * MINUTE);
    for (let n = 0; n < 10; n++) await Promise.all([bySession(), byToken()]);
    await accounts.parts.lastUse.settled();
    expect(session.mock.calls.length).toBe(1);
  });

  it('is written again half a minute after a failure', async () => {
    const { session } = failing();
    accounts.pass(6 * MINUTE);
    await bySession();
    await accounts.parts.lastUse.settled();
    session.mockRestore();
    accounts.pass(30 * SECOND);
    await bySession();
    await accounts.parts.lastUse.settled();
    expect((await store.sessions.find(alice.session.id))?.lastSeenOn).toEqual(accounts.parts.now());
  });

  it('pauses from the failure on, however long the write took', async () => {
    const session = jest.spyOn(store.sessions, 'change').mockImplementation(() => {
      accounts.pass(MINUTE);
      return Promise.reject(new AccountError('STORE_UNAVAILABLE'));
    });
    accounts.pass(6 * MINUTE);
    await bySession();
    await accounts.parts.lastUse.settled();
    await bySession();
    expect(session).toHaveBeenCalledTimes(1);
    accounts.pass(30 * SECOND);
    await bySession();
    expect(session).toHaveBeenCalledTimes(2);
  });

  it('keeps no request waiting while the store hangs', async () => {
    const change = jest.spyOn(store.sessions, 'change').mockImplementation(() => new Promise(() => undefined));
    accounts.pass(6 * MINUTE);
    for (let n = 0; n < 10; n++) await bySession();
    expect(change).toHaveBeenCalledTimes(1);
  });

  it('does not bring an ended session back', async () => {
    accounts.pass(6 * MINUTE);
    const authenticated = bySession();
    await store.sessions.remove([alice.session.id]);
    await authenticated.catch(() => undefined);
    await accounts.parts.lastUse.settled();
    expect(await store.sessions.find(alice.session.id)).toBeUndefined();
  });
});
