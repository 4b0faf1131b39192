import { describe, expect, it } from '@jest/globals';
import type { AccountStore } from '../../../src/application/accounts/account-ports.js';
import { LogIn } from '../../../src/application/accounts/log-in.js';
import { Recover } from '../../../src/application/accounts/recover.js';
import type { PasswordHasher } from '../../../src/application/accounts/password-hasher.js';
import { SignUp } from '../../../src/application/accounts/sign-up.js';
import { MAX_SESSIONS } from '../../../src/application/accounts/session-issuer.js';
import { Administration } from '../../../src/application/accounts/administration.js';
import { MemoryAccountStore } from '../../../src/infrastructure/persistence/memory/memory-account-store.js';
import { accountError, cheapHasher, DAY, MINUTE, ORIGIN, PASSWORD, TestAccounts } from '../../support/accounts.js';
import { HeldHasher } from '../../support/held-hasher.js';

describe('signing up', () => {
  it('logs in: a session, a device, a recovery code', async () => {
    const accounts = new TestAccounts();
    const { account, sessionToken, newDevice, recoveryCode } = await accounts.signUp('Alice');
    expect(account).toMatchObject({ username: 'Alice', canonicalName: 'alice', status: 'active' });
    expect(account.id).toMatch(/^[0-9a-f]{32}$/);
    expect(newDevice?.deviceToken).toMatch(/^[\w-]{43}$/);
    expect(recoveryCode).toMatch(/^[0-9A-Z-]{39}$/);
    expect(await accounts.principal(sessionToken)).toMatchObject({ via: 'session', username: 'Alice' });
    expect(accounts.audit).toEqual([{ type: 'sign-up', accountId: account.id, address: ORIGIN.address }]);
  });

  it('stores no secret', async () => {
    const store = new MemoryAccountStore();
    const { account, session, sessionToken, newDevice, recoveryCode } = await new TestAccounts({ store }).signUp();
    const devices = await store.devices.listByAccount(account.id);
    const stored = JSON.stringify([account, session, devices, await store.sessions.listByAccount(account.id)]);
    for (const secret of [PASSWORD, sessionToken, newDevice?.deviceToken ?? '', recoveryCode]) {
      expect(stored).not.toContain(secret);
    }
  });

  it('rejects a name that is taken, in any case', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('Straße');
    await expect(accounts.signUp('STRASSE')).rejects.toMatchObject(accountError('USERNAME_TAKEN'));
  });

  it('rejects ẞ if ß or SS is taken, and vice versa', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('GROSSE1');
    await accounts.signUp('Groẞe2');
    for (const name of ['Groẞe1', 'große1', 'GROSSE2', 'große2']) {
      await expect(accounts.signUp(name)).rejects.toMatchObject(accountError('USERNAME_TAKEN'));
    }
  });

  it('finds an account whose name was stored with ß', async () => {
    const store = new MemoryAccountStore();
    const accounts = new TestAccounts({ store });
    const other = await accounts.signUp('someone');
    const stored = { ...other.account, id: 'f'.repeat(32), username: 'Groẞe1', canonicalName: 'große1' };
    await store.accounts.add(stored);
    expect((await accounts.logIn('GROẞE1')).account.id).toBe(stored.id);
    await expect(accounts.signUp('groẞe1')).rejects.toMatchObject(accountError('USERNAME_TAKEN'));
  });

  it('reports all errors at once', async () => {
    const signUp = new SignUp(new TestAccounts().parts).execute({ username: 'x', password: 'short', ...ORIGIN });
    const problems = [
      { field: 'username', rule: 'too-short', limit: 3 },
      { field: 'password', rule: 'too-short', limit: 15 },
    ];
    await expect(signUp).rejects.toMatchObject(accountError('INVALID_INPUT', { problems }));
  });

  it('is rejected while sign-up is closed', async () => {
    const accounts = new TestAccounts({ settings: { isSignUpOpen: false } });
    await expect(accounts.signUp()).rejects.toMatchObject(accountError('SIGN_UP_CLOSED'));
  });
});

describe('logging in', () => {
  it('begins a separate session, on the known device', async () => {
    const accounts = new TestAccounts();
    const first = await accounts.signUp('alice');
    const deviceToken = first.newDevice?.deviceToken;
    const second = await accounts.logIn('ALICE', PASSWORD, { ...ORIGIN, deviceToken });
    expect(second.sessionToken).not.toBe(first.sessionToken);
    expect(second.newDevice).toBeUndefined();
    await accounts.principal(first.sessionToken);
    await accounts.principal(second.sessionToken);
  });

  it('gives a browser of another account a new device', async () => {
    const accounts = new TestAccounts();
    const alice = await accounts.signUp('alice');
    await accounts.signUp('bobby');
    const { newDevice } = await accounts.logIn('bobby', PASSWORD, {
      ...ORIGIN,
      deviceToken: alice.newDevice?.deviceToken,
    });
    expect(newDevice?.deviceToken).toBeDefined();
  });

  it('accepts a password in any Unicode composition', async () => {
    const accounts = new TestAccounts();
    const { account } = await accounts.signUp('alice');
    await accounts.parts.accounts.change(
      account.id,
      {},
      { passwordHash: await cheapHasher().hash('n\u00fc', { account: account.id }) },
    );
    await accounts.logIn('alice', 'nu\u0308');
  });

  it('answers an unknown name and a wrong password identically', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    const errors = await Promise.all(
      ['alice', 'nobody', 'x', ''].map((name) => accounts.logIn(name, 'wrong').catch((error: unknown) => error)),
    );
    const [first, ...others] = errors.map((error) => JSON.stringify(error));
    expect(JSON.parse(first ?? '')).toMatchObject(accountError('WRONG_CREDENTIALS'));
    for (const other of others) expect(other).toBe(first);
  });

  it('rejects a disabled account only after its password, one in deletion as unknown', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    await new Administration(accounts.parts).disable('alice');
    await expect(accounts.logIn('alice', 'wrong')).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    await expect(accounts.logIn('alice')).rejects.toMatchObject(accountError('ACCOUNT_DISABLED'));
    await new Administration(accounts.parts).delete('alice');
    await expect(accounts.logIn('alice')).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
  });

  it('hashes again after the parameters have changed', async () => {
    const store = new MemoryAccountStore();
    const { account } = await new TestAccounts({ store, hasher: cheapHasher(1) }).signUp('alice');
    const stronger = new TestAccounts({ store, hasher: cheapHasher(2) });
    await stronger.logIn('alice');
    const { passwordHash, credentialVersion } = (await store.accounts.findById(account.id)) ?? {};
    expect(passwordHash).toMatch(/^\$scrypt\$ln=2,/);
    expect(credentialVersion).toBe(account.credentialVersion);
    await stronger.logIn('alice');
  });

  it('beyond 50 sessions, ends the one unused for longest', async () => {
    const accounts = new TestAccounts();
    const { account, sessionToken } = await accounts.signUp('alice');
    for (let n = 1; n < MAX_SESSIONS; n++) {
      accounts.pass(MINUTE);
      await accounts.logIn('alice');
    }
    accounts.pass(MINUTE);
    await accounts.principal(sessionToken);
    accounts.pass(MINUTE);
    await accounts.logIn('alice');
    const sessions = await accounts.parts.sessions.listByAccount(account.id);
    expect(sessions).toHaveLength(MAX_SESSIONS);
    await accounts.principal(sessionToken);
  });

  it('creates no session when the password changes meanwhile', async () => {
    const hasher = new HeldHasher();
    const accounts = new TestAccounts({ hasher });
    const { account } = await accounts.signUp('alice');
    const verifying = hasher.hold();
    const logIn = accounts.logIn('alice');
    await verifying;
    await new Administration(accounts.parts).resetPassword('alice');
    hasher.release();
    await expect(logIn).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    expect(await accounts.parts.sessions.listByAccount(account.id)).toEqual([]);
  });

  it('creates a valid session when nothing changes meanwhile', async () => {
    const hasher = new HeldHasher();
    const accounts = new TestAccounts({ hasher });
    await accounts.signUp('alice');
    const verifying = hasher.hold();
    const logIn = accounts.logIn('alice');
    await verifying;
    hasher.release();
    await accounts.principal((await logIn).sessionToken);
  });
});

describe('logging in with a session', () => {
  it('ends that session, also of another account', async () => {
    const accounts = new TestAccounts();
    const alice = await accounts.signUp('alice');
    const again = await accounts.logIn('alice', PASSWORD, { ...ORIGIN, sessionToken: alice.sessionToken });
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(accountError('UNAUTHENTICATED'));
    const bobby = await accounts.signUp('bobby', { ...ORIGIN, sessionToken: again.sessionToken });
    await expect(accounts.principal(again.sessionToken)).rejects.toMatchObject(accountError('UNAUTHENTICATED'));
    await accounts.principal(bobby.sessionToken);
  });

  it('keeps it after a wrong password, and keeps the sessions of other browsers', async () => {
    const accounts = new TestAccounts();
    const { sessionToken } = await accounts.signUp('alice');
    const other = await accounts.logIn('alice');
    await expect(accounts.logIn('alice', 'wrong', { ...ORIGIN, sessionToken })).rejects.toBeDefined();
    await accounts.principal(sessionToken);
    await accounts.logIn('alice', PASSWORD, { ...ORIGIN, sessionToken });
    await accounts.principal(other.sessionToken);
  });

  it.each(['', 'planted', `${'0'.repeat(32)}.planted`])('ignores a token that is none: %s', async (sessionToken) => {
    const accounts = new TestAccounts();
    const { sessionToken: real } = await accounts.signUp('alice');
    const forged = `${real.split('.')[0] ?? ''}.forged`;
    for (const token of [sessionToken, forged])
      await accounts.logIn('alice', PASSWORD, { ...ORIGIN, sessionToken: token });
    await accounts.principal(real);
  });
});

describe('an attacker', () => {
  it.each(['log-in', 'recovery'] as const)(
    'observes the same work for a known and an unknown name: %s',
    async (kind) => {
      const traces: string[][] = [];
      for (const name of ['alice', 'nobody']) {
        const trace: string[] = [];
        const accounts = new TestAccounts({
          store: traced(new MemoryAccountStore(), trace),
          hasher: tracedHasher(trace),
        });
        await accounts.signUp('alice', { ...ORIGIN, address: '198.51.100.1' });
        trace.length = 0;
        const attempt =
          kind === 'log-in'
            ? new LogIn(accounts.parts).execute({ username: name, password: 'wrong password here', ...ORIGIN })
            : new Recover(accounts.parts).execute({
                username: name,
                recoveryCode: '0000-0000',
                newPassword: PASSWORD,
                ...ORIGIN,
              });
        await expect(attempt).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
        traces.push(trace);
      }
      expect(traces[0]).toEqual(traces[1]);
      expect(traces[0]).toContain('accounts.findByName');
      expect(traces[0]?.filter((step) => step === 'verify')).toHaveLength(kind === 'log-in' ? 1 : 0);
    },
  );
});

describe('recovering', () => {
  const NEW_PASSWORD = 'another purple tractor sings';

  function recover(accounts: TestAccounts, recoveryCode: string): ReturnType<Recover['execute']> {
    return new Recover(accounts.parts).execute({
      username: 'alice',
      recoveryCode,
      newPassword: NEW_PASSWORD,
      ...ORIGIN,
    });
  }

  it('sets the password, gives a new code, and ends everything else', async () => {
    const accounts = new TestAccounts();
    const before = await accounts.signUp('alice');
    const after = await recover(accounts, before.recoveryCode.toLowerCase());
    expect(after.recoveryCode).not.toBe(before.recoveryCode);
    await accounts.principal(after.sessionToken);
    await expect(accounts.principal(before.sessionToken)).rejects.toMatchObject(accountError('UNAUTHENTICATED'));
    await accounts.logIn('alice', NEW_PASSWORD);
    await expect(accounts.logIn('alice')).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    await expect(recover(accounts, before.recoveryCode)).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    await recover(accounts, after.recoveryCode);
  });

  it('uses a code once, also in concurrent requests', async () => {
    const accounts = new TestAccounts();
    const { recoveryCode } = await accounts.signUp('alice');
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => recover(accounts, recoveryCode)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is rejected for a disabled account', async () => {
    const accounts = new TestAccounts();
    const { recoveryCode } = await accounts.signUp('alice');
    await new Administration(accounts.parts).disable('alice');
    await expect(recover(accounts, recoveryCode)).rejects.toMatchObject(accountError('ACCOUNT_DISABLED'));
  });
});

describe('a session', () => {
  it('ends 14 days after its last use, and 30 days after log-in', async () => {
    const accounts = new TestAccounts();
    const idle = await accounts.signUp('alice');
    const used = await accounts.logIn('alice');
    accounts.pass(13 * DAY);
    await accounts.principal(used.sessionToken);
    accounts.pass(DAY);
    await expect(accounts.principal(idle.sessionToken)).rejects.toMatchObject(accountError('UNAUTHENTICATED'));
    accounts.pass(12 * DAY);
    await accounts.principal(used.sessionToken);
    accounts.pass(4 * DAY);
    await expect(accounts.principal(used.sessionToken)).rejects.toMatchObject(accountError('UNAUTHENTICATED'));
  });

  it('is written at most every five minutes', async () => {
    const trace: string[] = [];
    const accounts = new TestAccounts({ store: traced(new MemoryAccountStore(), trace) });
    const { sessionToken } = await accounts.signUp('alice');
    trace.length = 0;
    for (let n = 0; n < 10; n++) {
      await accounts.principal(sessionToken);
      accounts.pass(MINUTE);
    }
    expect(trace.filter((step) => step === 'sessions.change')).toHaveLength(1);
  });

  it('is not found by another token', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    for (const token of ['', 'x', 'a'.repeat(43)]) {
      await expect(accounts.principal(token)).rejects.toMatchObject(accountError('UNAUTHENTICATED'));
    }
  });
});

/** A store that records which of its methods are called. */
function traced(store: AccountStore, trace: string[]): AccountStore {
  const tracedPort = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          trace.push(`${name}.${String(property)}`);
          return member.apply(target, args) as unknown;
        };
      },
    });
  return {
    accounts: tracedPort('accounts', store.accounts),
    sessions: tracedPort('sessions', store.sessions),
    devices: tracedPort('devices', store.devices),
    tokens: tracedPort('tokens', store.tokens),
    attempts: tracedPort('attempts', store.attempts),
    lists: tracedPort('lists', store.lists),
  };
}

function tracedHasher(trace: string[]): PasswordHasher {
  const hasher = cheapHasher();
  return {
    requireCapacity: (...args) => {
      hasher.requireCapacity(...args);
    },
    hash: (...args) => {
      trace.push('hash');
      return hasher.hash(...args);
    },
    verify: (...args) => {
      trace.push('verify');
      return hasher.verify(...args);
    },
  };
}
