import { describe, expect, it, jest } from '@jest/globals';
import { DEFAULT_THROTTLE_LIMITS } from '../../../src/application/accounts/log-in-throttle.js';
import { Recover } from '../../../src/application/accounts/recover.js';
import { AccountError } from '../../../src/domain/account.errors.js';
import { MemoryAccountStore } from '../../../src/infrastructure/persistence/memory/memory-account-store.js';
import { accountError, cheapHasher, MINUTE, ORIGIN, PASSWORD, SECOND, TestAccounts } from '../../support/accounts.js';

const WRONG = accountError('WRONG_CREDENTIALS');

function wait(retryAfterSeconds: number): object {
  return accountError('TOO_MANY_ATTEMPTS', { retryAfterSeconds });
}

/** An attempt from a new address. */
function elsewhere(n: number): typeof ORIGIN {
  return { ...ORIGIN, address: `10.0.${String(n >> 8)}.${String(n & 255)}` };
}

async function fail(accounts: TestAccounts, name: string, times: number, origin = ORIGIN): Promise<void> {
  for (let n = 0; n < times; n++) {
    await expect(accounts.logIn(name, 'wrong', origin)).rejects.toMatchObject(WRONG);
  }
}

describe('failures with one name', () => {
  it.each(['alice', 'nobody'])('delay from the 5th on by 1 s, doubling to 15 min: %s', async (name) => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    await fail(accounts, name, 5);
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      await expect(accounts.logIn(name)).rejects.toMatchObject(wait(seconds));
      accounts.pass(seconds * SECOND - 1);
      await expect(accounts.logIn(name)).rejects.toMatchObject(wait(1));
      accounts.pass(1);
      await fail(accounts, name, 1);
    }
  });

  it('count in any case and from any address', async () => {
    const accounts = new TestAccounts();
    for (const [n, name] of ['alice', 'ALICE', 'Alice', 'ａｌｉｃｅ', 'aLICE'].entries()) {
      await fail(accounts, name, 1, elsewhere(n));
    }
    await expect(accounts.logIn('alice', 'wrong', elsewhere(9))).rejects.toMatchObject(wait(1));
  });

  it('do not slow down another name', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    await fail(accounts, 'nobody', 5);
    await accounts.logIn('alice');
  });

  it('are reset by the next log-in', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    await fail(accounts, 'alice', 4);
    await accounts.logIn('alice');
    await fail(accounts, 'alice', 4);
    await accounts.logIn('alice');
  });

  it('are permitted 5 times of 50 concurrent attempts', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    const errors = await Promise.all(
      Array.from({ length: 50 }, (_value, n) =>
        accounts.logIn('alice', 'wrong', elsewhere(n)).catch((error: unknown) => (error as AccountError).code),
      ),
    );
    expect(errors.filter((code) => code === 'WRONG_CREDENTIALS')).toHaveLength(5);
    expect(errors.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(45);
  });

  it('persist over restarts and across instances', async () => {
    const store = new MemoryAccountStore();
    await fail(new TestAccounts({ store }), 'alice', 3);
    await fail(new TestAccounts({ store }), 'alice', 2);
    await expect(new TestAccounts({ store }).logIn('alice')).rejects.toMatchObject(wait(1));
  });

  it('are not stored under the plain name', async () => {
    const store = new MemoryAccountStore();
    const accounts = new TestAccounts({ store });
    const keys: string[] = [];
    const update = store.attempts.update.bind(store.attempts);
    store.attempts.update = (key, change) => {
      keys.push(key);
      return update(key, change);
    };
    await fail(accounts, 'hunter2-typed-as-a-name', 1);
    expect(keys.sort()).toEqual([
      'global',
      expect.stringMatching(/^log-in:[0-9a-f]{64}$/),
      expect.stringMatching(/^network:[0-9a-f]{64}$/),
    ]);
  });

  it('are not counted when too much hashing waits', async () => {
    const store = new MemoryAccountStore();
    const busy = {
      requireCapacity: () => undefined,
      hash: () => cheapHasher().hash(PASSWORD, { account: 'one' }),
      verify: () => Promise.reject(new AccountError('BUSY', { retryAfterSeconds: 2 })),
    };
    const accounts = new TestAccounts({ store, hasher: busy });
    for (let n = 0; n < 10; n++) await expect(accounts.logIn('alice')).rejects.toMatchObject(accountError('BUSY'));
    await fail(new TestAccounts({ store }), 'alice', 5);
  });

  it('write nothing when no hash can wait', async () => {
    const store = new MemoryAccountStore();
    const update = jest.spyOn(store.attempts, 'update');
    const full = cheapHasher();
    jest.spyOn(full, 'requireCapacity').mockImplementation(() => {
      throw new AccountError('BUSY', { retryAfterSeconds: 2 });
    });
    await expect(new TestAccounts({ store, hasher: full }).logIn('alice')).rejects.toMatchObject(accountError('BUSY'));
    expect(update).not.toHaveBeenCalled();
  });
});

describe('failures from one network', () => {
  const { freeFailures } = DEFAULT_THROTTLE_LIMITS.perNetwork;

  it('delay by 1 s, doubling to 1 min, with any names; other networks go on', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    for (let n = 0; n <= freeFailures; n++) await fail(accounts, `name-${String(n)}`, 1);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await expect(accounts.logIn('alice')).rejects.toMatchObject(wait(seconds));
      await accounts.logIn('alice', PASSWORD, elsewhere(1));
      accounts.pass(seconds * SECOND);
      await fail(accounts, `after-${String(accounts.parts.now().getTime())}`, 1);
    }
    accounts.pass(MINUTE);
    await accounts.logIn('alice');
  });

  it.each([
    ['the addresses of a /64', (n: number) => `2001:db8::${n.toString(16)}`],
    ['IPv4 as such and in IPv6', (n: number) => (n % 2 ? '198.51.100.7' : '::ffff:198.51.100.7')],
  ])('count together for %s', async (_what, addressOf) => {
    const accounts = new TestAccounts();
    const from = (n: number): typeof ORIGIN => ({ ...ORIGIN, address: addressOf(n) });
    for (let n = 0; n <= freeFailures; n++) await fail(accounts, `name-${String(n)}`, 1, from(n));
    await expect(accounts.logIn('alice', 'wrong', from(freeFailures))).rejects.toMatchObject(
      accountError('TOO_MANY_ATTEMPTS'),
    );
    await fail(accounts, 'alice', 1, { ...ORIGIN, address: '2001:db8:0:1::1' });
  });

  it('are not counted for successful log-ins', async () => {
    const accounts = new TestAccounts();
    await accounts.signUp('alice');
    for (let n = 0; n < freeFailures + 10; n++) await accounts.logIn('alice');
  });
});

describe('more failures in all than their limit', () => {
  const throttle = {
    ...DEFAULT_THROTTLE_LIMITS,
    global: { maxFailures: 20, windowMs: 15 * MINUTE, freeFailuresPerNetwork: 4 },
  };

  async function flooded(accounts: TestAccounts): Promise<void> {
    for (let n = 0; n < 20; n++) await fail(accounts, `name-${String(n)}`, 1, elsewhere(n >> 1));
  }

  it('shut out nobody from another network, with or without a known device', async () => {
    const accounts = new TestAccounts({ throttle });
    const { newDevice } = await accounts.signUp('alice');
    await flooded(accounts);
    await accounts.logIn('alice', PASSWORD, elsewhere(99));
    await accounts.logIn('alice', PASSWORD, { ...elsewhere(99), deviceToken: newDevice?.deviceToken });
    await accounts.signUp('bobby', elsewhere(99));
  });

  it('slow each network down from its 5th failure, to at most 1 min', async () => {
    const accounts = new TestAccounts({ throttle });
    await accounts.signUp('alice');
    await flooded(accounts);
    for (let n = 0; n < 5; n++) await fail(accounts, `other-${String(n)}`, 1, elsewhere(99));
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await expect(accounts.logIn('alice', PASSWORD, elsewhere(99))).rejects.toMatchObject(wait(seconds));
      accounts.pass(seconds * SECOND);
      await fail(accounts, `after-${String(accounts.parts.now().getTime())}`, 1, elsewhere(99));
    }
  });

  it('are forgotten after 15 minutes', async () => {
    const accounts = new TestAccounts({ throttle });
    await flooded(accounts);
    accounts.pass(15 * MINUTE);
    for (let n = 0; n < 6; n++) await fail(accounts, `other-${String(n)}`, 1, elsewhere(99));
  });
});

describe('a known device', () => {
  it('has a separate count of failures, without those of strangers', async () => {
    const accounts = new TestAccounts();
    const { newDevice } = await accounts.signUp('alice');
    const known = { ...ORIGIN, deviceToken: newDevice?.deviceToken };
    await fail(accounts, 'alice', 5);
    await expect(accounts.logIn('alice')).rejects.toMatchObject(wait(1));
    await fail(accounts, 'alice', 5, known);
    await expect(accounts.logIn('alice', PASSWORD, known)).rejects.toMatchObject(wait(1));
    accounts.pass(SECOND);
    await accounts.logIn('alice', PASSWORD, known);
  });

  it('does not reset the count of guessing strangers', async () => {
    const accounts = new TestAccounts();
    const { newDevice } = await accounts.signUp('alice');
    await fail(accounts, 'alice', 5);
    await accounts.logIn('alice', PASSWORD, { ...ORIGIN, deviceToken: newDevice?.deviceToken });
    await expect(accounts.logIn('alice')).rejects.toMatchObject(wait(1));
  });

  it('is a stranger to other accounts, and with a forged token', async () => {
    const accounts = new TestAccounts();
    const { newDevice } = await accounts.signUp('alice');
    await accounts.signUp('bobby');
    await fail(accounts, 'bobby', 5, { ...ORIGIN, deviceToken: newDevice?.deviceToken });
    await expect(accounts.logIn('bobby')).rejects.toMatchObject(wait(1));
    await fail(accounts, 'alice', 5, { ...ORIGIN, deviceToken: 'made-up' });
    await expect(accounts.logIn('alice')).rejects.toMatchObject(wait(1));
  });

  it('expires after a year', async () => {
    const accounts = new TestAccounts();
    const { newDevice } = await accounts.signUp('alice');
    accounts.pass(365 * 24 * 60 * MINUTE);
    const { newDevice: next } = await accounts.logIn('alice', PASSWORD, {
      ...ORIGIN,
      deviceToken: newDevice?.deviceToken,
    });
    expect(next).toBeDefined();
  });
});

describe('wrong recovery codes', () => {
  const recover = (accounts: TestAccounts, username: string, recoveryCode: string, n: number): Promise<unknown> =>
    new Recover(accounts.parts).execute({
      username,
      recoveryCode,
      newPassword: 'another purple tractor sings',
      ...elsewhere(n),
    });

  it('keep neither the right code nor the right password out, however many', async () => {
    const accounts = new TestAccounts();
    const { recoveryCode } = await accounts.signUp('alice');
    for (let n = 0; n < 1_100; n++) {
      const name = n % 2 ? 'alice' : `name-${String(n)}`;
      await expect(recover(accounts, name, '0000', n % 10)).rejects.toMatchObject(WRONG);
    }
    await accounts.logIn('alice', PASSWORD, elsewhere(0));
    await recover(accounts, 'alice', recoveryCode, 0);
  });

  it('write nothing to the store', async () => {
    const store = new MemoryAccountStore();
    const accounts = new TestAccounts({ store });
    await accounts.signUp('alice');
    const update = jest.spyOn(store.attempts, 'update');
    for (const name of ['alice', 'nobody']) await expect(recover(accounts, name, '0', 0)).rejects.toMatchObject(WRONG);
    expect(update).not.toHaveBeenCalled();
  });
});
