import { beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteAccount } from '../../../src/application/accounts/account-data.js';
import { ChangePassword, Confirm, NewRecoveryCode } from '../../../src/application/accounts/change-credentials.js';
import { Recover } from '../../../src/application/accounts/recover.js';
import { EndOtherSessions, EndSession, LogOut } from '../../../src/application/accounts/sessions.js';
import type { SignedUp } from '../../../src/application/accounts/sign-up.js';
import { CreateToken } from '../../../src/application/accounts/tokens.js';
import type { SessionPrincipal } from '../../../src/domain/principal.js';
import { MemoryAccountStore } from '../../../src/infrastructure/persistence/memory/memory-account-store.js';
import { accountError, DAY, ORIGIN, PASSWORD, TestAccounts } from '../../support/accounts.js';
import { HeldHasher } from '../../support/held-hasher.js';

const NEW_PASSWORD = 'another purple tractor sings';
const UNAUTHENTICATED = accountError('UNAUTHENTICATED');
const { address } = ORIGIN;

/** Two instances on one store: the session acts at one, and is ended at the other. */
let hasher: HeldHasher;
let here: TestAccounts;
let there: TestAccounts;
let alice: SignedUp;
let principal: SessionPrincipal;
let owner: SessionPrincipal;

beforeEach(async () => {
  const store = new MemoryAccountStore();
  hasher = new HeldHasher();
  here = new TestAccounts({ store, hasher });
  there = new TestAccounts({ store });
  alice = await here.signUp('alice');
  principal = await here.principal(alice.sessionToken);
  owner = await there.principal((await there.logIn('alice')).sessionToken);
});

const acts: Readonly<Record<string, () => Promise<unknown>>> = {
  'a confirmation': () => new Confirm(here.parts).execute({ principal, password: PASSWORD, address }),
  'a new password': () =>
    new ChangePassword(here.parts).execute({
      principal,
      currentPassword: PASSWORD,
      newPassword: NEW_PASSWORD,
      endTokens: false,
      address,
    }),
  'the deletion of the account': () =>
    new DeleteAccount(here.parts).execute({ principal, password: PASSWORD, address }),
};

const ends: Readonly<Record<string, () => Promise<unknown>>> = {
  'log-out': () => new LogOut(there.parts).execute({ principal, address }),
  'its end by another session': () =>
    new EndSession(there.parts).execute({ principal: owner, address, id: principal.sessionId }),
  'the end of all other sessions': () => new EndOtherSessions(there.parts).execute({ principal: owner, address }),
  'a log-in in the same browser': () => there.logIn('alice', PASSWORD, { ...ORIGIN, sessionToken: alice.sessionToken }),
};

const cases = Object.keys(acts).flatMap((act) => Object.keys(ends).map((end) => [act, end] as const));

/** Runs an act that is held in its hash while something else happens. */
async function during(act: string, happens: () => Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const verifying = hasher.hold();
  const acting = acts[act]?.();
  await verifying;
  await happens();
  hasher.release();
  const [result] = await Promise.allSettled([acting]);
  return result;
}

describe('a session that ends during the hash of its request', () => {
  it.each(cases)('has no effect by %s: %s', async (act, end) => {
    const result = await during(act, () => ends[end]?.() ?? Promise.reject(new Error(end)));
    expect(result).toMatchObject({ status: 'rejected', reason: UNAUTHENTICATED });
    expect(await here.parts.sessions.find(principal.sessionId)).toBeUndefined();
    // The account works as before, for its owner.
    await there.principal((await there.logIn('alice')).sessionToken);
  });

  it.each(Object.keys(acts))('does not stop %s when it is another session that ends', async (act) => {
    const { sessionToken } = await there.logIn('alice');
    const third = await there.principal(sessionToken);
    const result = await during(act, () => new LogOut(there.parts).execute({ principal: third, address }));
    expect(result.status).toBe('fulfilled');
  });

  it.each(Object.keys(acts))('does not stop %s when none ends', async (act) => {
    expect((await during(act, () => Promise.resolve())).status).toBe('fulfilled');
  });
});

describe('a session that ends between the check and the change of its request', () => {
  /** Ends the session right before the store changes the account. */
  function endBeforeChange(): void {
    const { accounts } = here.parts;
    const change = accounts.change.bind(accounts);
    let isFirst = true;
    accounts.change = async (id, expected, changes) => {
      if (isFirst) {
        isFirst = false;
        await ends['log-out']?.();
      }
      return change(id, expected, changes);
    };
  }

  it.each(['a new password', 'the deletion of the account'])('has no effect by %s', async (act) => {
    endBeforeChange();
    await expect(acts[act]?.()).rejects.toMatchObject(UNAUTHENTICATED);
    await there.logIn('alice');
  });

  it('gets no new recovery code', async () => {
    endBeforeChange();
    await expect(new NewRecoveryCode(here.parts).execute({ principal, address })).rejects.toMatchObject(
      UNAUTHENTICATED,
    );
    const recovery = { username: 'alice', recoveryCode: alice.recoveryCode, newPassword: NEW_PASSWORD };
    await new Recover(there.parts).execute({ ...recovery, ...ORIGIN });
  });

  it('creates no token', async () => {
    const { tokens } = here.parts;
    const add = tokens.add.bind(tokens);
    tokens.add = async (row) => {
      await ends['log-out']?.();
      return add(row);
    };
    const expiresOn = new Date(here.parts.now().getTime() + DAY);
    const token = { principal, address, name: 'late', scopes: ['tasks:read'], expiresOn } as const;
    await expect(new CreateToken(here.parts).execute(token)).rejects.toMatchObject(UNAUTHENTICATED);
    expect(await tokens.listByAccount(principal.accountId)).toEqual([]);
  });
});

describe('confirmations in parallel', () => {
  it('leave one live token, which log-out ends', async () => {
    const verifying = hasher.hold(5);
    const confirming = Array.from({ length: 5 }, () => acts['a confirmation']?.() as ReturnType<Confirm['execute']>);
    await verifying;
    hasher.release();
    const results = await Promise.allSettled(confirming);
    const tokens = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.sessionToken] : []));
    expect(tokens).toHaveLength(1);
    const renewed = await here.principal(tokens[0] ?? '');
    expect(renewed.sessionId).toBe(principal.sessionId);
    await new LogOut(there.parts).execute({ principal: renewed, address });
    await expect(here.principal(tokens[0] ?? '')).rejects.toMatchObject(UNAUTHENTICATED);
    expect(await here.parts.sessions.listByAccount(principal.accountId)).toHaveLength(1);
  });

  it('one after the other each renew the session', async () => {
    let current = principal;
    for (let n = 0; n < 3; n++) {
      const confirmed = await new Confirm(here.parts).execute({ principal: current, password: PASSWORD, address });
      current = await there.principal(confirmed.sessionToken);
    }
  });
});

describe('replacements of the recovery code in parallel', () => {
  it('give one new code, which works', async () => {
    const results = await Promise.allSettled(
      [here, there, here].map(({ parts }) => new NewRecoveryCode(parts).execute({ principal, address })),
    );
    const codes = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(codes).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject(accountError('CHANGED_MEANWHILE'));
    }
    const recovery = { username: 'alice', recoveryCode: codes[0] ?? '', newPassword: NEW_PASSWORD };
    await new Recover(there.parts).execute({ ...recovery, ...ORIGIN });
  });

  it('one after the other each give a code, and the last works', async () => {
    let recoveryCode = '';
    for (let n = 0; n < 3; n++) recoveryCode = await new NewRecoveryCode(here.parts).execute({ principal, address });
    const recovery = { username: 'alice', recoveryCode, newPassword: NEW_PASSWORD };
    await new Recover(there.parts).execute({ ...recovery, ...ORIGIN });
  });
});

describe('notifications of ended sessions', () => {
  it.each(Object.keys(ends))('follow %s', async (end) => {
    there.ended.length = 0;
    await ends[end]?.();
    expect(there.ended).toContain(principal.accountId);
  });

  it.each(Object.keys(acts))('follow %s', async (act) => {
    here.ended.length = 0;
    await acts[act]?.();
    expect(here.ended).toContain(principal.accountId);
  });

  it('do not follow a failed confirmation or a log-in', async () => {
    here.ended.length = 0;
    await new Confirm(here.parts).execute({ principal, password: 'wrong', address }).catch(() => undefined);
    await here.logIn('alice');
    expect(here.ended).toEqual([]);
  });
});
