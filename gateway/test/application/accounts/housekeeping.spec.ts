import { beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteAccount } from '../../../src/application/accounts/account-data.js';
import { Housekeeping } from '../../../src/application/accounts/housekeeping.js';
import type { SignedUp } from '../../../src/application/accounts/sign-up.js';
import { accountError, DAY, ORIGIN, PASSWORD, SECOND, TestAccounts } from '../../support/accounts.js';

/** A task service that removes some of a user's tasks per call. */
class Tasks {
  readonly left = new Map<string, number>();
  calls = 0;
  failure: Error | undefined;

  removeAll(accountId: string): Promise<number> {
    this.calls++;
    if (this.failure) return Promise.reject(this.failure);
    const removed = Math.min(this.left.get(accountId) ?? 0, 1_000);
    this.left.set(accountId, (this.left.get(accountId) ?? 0) - removed);
    return Promise.resolve(removed);
  }
}

let accounts: TestAccounts;
let alice: SignedUp;
let tasks: Tasks;

beforeEach(async () => {
  accounts = new TestAccounts();
  alice = await accounts.signUp('alice');
  tasks = new Tasks();
});

function housekeeping(): Promise<void> {
  return new Housekeeping(accounts.parts, tasks).execute();
}

async function deleteAlice(): Promise<void> {
  const principal = await accounts.principal(alice.sessionToken);
  await new DeleteAccount(accounts.parts).execute({ principal, password: PASSWORD, address: ORIGIN.address });
}

async function isThere(): Promise<boolean> {
  return (await accounts.parts.accounts.findById(alice.account.id)) !== undefined;
}

describe('an account that is being deleted', () => {
  it('loses its tasks at once, and is removed after 60 s, when no task is left', async () => {
    tasks.left.set(alice.account.id, 2_500);
    await deleteAlice();
    await housekeeping();
    expect(tasks.left.get(alice.account.id)).toBe(0);
    // The last one is that of its first list, whose tasks are gone by then.
    expect(tasks.calls).toBe(5);
    accounts.pass(59.999 * SECOND);
    await housekeeping();
    expect(await isThere()).toBe(true);
    await expect(accounts.signUp('alice')).rejects.toMatchObject(accountError('USERNAME_TAKEN'));
    accounts.pass(1);
    await housekeeping();
    expect(await isThere()).toBe(false);
    expect(await accounts.parts.sessions.listByAccount(alice.account.id)).toEqual([]);
    expect(await accounts.parts.devices.listByAccount(alice.account.id)).toEqual([]);
    const { account } = await accounts.signUp('alice');
    expect(account.id).not.toBe(alice.account.id);
  });

  it('loses tasks that were added while it was being deleted', async () => {
    await deleteAlice();
    await housekeeping();
    tasks.left.set(alice.account.id, 1);
    accounts.pass(60 * SECOND);
    await housekeeping();
    expect(tasks.left.get(alice.account.id)).toBe(0);
    expect(await isThere()).toBe(false);
  });

  it('stays while its tasks cannot be removed, and is removed once they can', async () => {
    await deleteAlice();
    accounts.pass(60 * SECOND);
    tasks.failure = new Error('Tasks is away');
    await expect(housekeeping()).rejects.toThrow(AggregateError);
    expect(await isThere()).toBe(true);
    tasks.failure = undefined;
    await housekeeping();
    expect(await isThere()).toBe(false);
  });

  it('counts the 60 s from the call, not from the answer', async () => {
    await deleteAlice();
    accounts.pass(59 * SECOND);
    const slow = {
      removeAll: () => {
        accounts.pass(10 * SECOND);
        return Promise.resolve(0);
      },
    };
    await new Housekeeping(accounts.parts, slow).execute();
    expect(await isThere()).toBe(true);
  });

  it('is removed by two concurrent instances', async () => {
    await deleteAlice();
    accounts.pass(60 * SECOND);
    await Promise.all([housekeeping(), housekeeping()]);
    expect(await isThere()).toBe(false);
  });

  it('does not affect others', async () => {
    const bobby = await accounts.signUp('bobby');
    await deleteAlice();
    accounts.pass(60 * SECOND);
    await housekeeping();
    await accounts.principal(bobby.sessionToken);
  });
});

describe('an expired row', () => {
  it('is removed, and nothing else', async () => {
    await accounts.logIn('alice', 'wrong').catch(() => undefined);
    accounts.pass(14 * DAY);
    const { session } = await accounts.logIn('alice');
    await housekeeping();
    expect(await accounts.parts.sessions.listByAccount(alice.account.id)).toEqual([session]);
    expect(await accounts.parts.devices.listByAccount(alice.account.id)).toHaveLength(2);
    expect(await accounts.parts.attempts.findMany(['global'])).toEqual(new Map());
  });
});
