import { beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteAccount } from '../../../src/application/accounts/account-data.js';
import { Housekeeping } from '../../../src/application/accounts/housekeeping.js';
import type { SignedUp } from '../../../src/application/accounts/sign-up.js';
import { Invitations } from '../../../src/application/lists/invitations.js';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import { type ListParts, ManageLists } from '../../../src/application/lists/manage-lists.js';
import { Members } from '../../../src/application/lists/members.js';
import { ChangeFeed } from '../../../src/application/tasks/change-feed.js';
import type { SessionPrincipal } from '../../../src/domain/principal.js';
import { DAY, ORIGIN, PASSWORD, SECOND, TestAccounts } from '../../support/accounts.js';
import { aList, aMember } from '../../support/builders.js';
import { MemoryTaskService } from '../../support/memory-task-service.js';

const ADDRESS = ORIGIN.address;

let accounts: TestAccounts;
let tasks: MemoryTaskService;
let parts: ListParts & TestAccounts['parts'];
let lists: ManageLists;
let alice: SignedUp;
let bob: SignedUp;
let ids = 0;

beforeEach(async () => {
  accounts = new TestAccounts();
  tasks = new MemoryTaskService();
  parts = { ...accounts.parts, access: new ListAccess(accounts.parts), feed: new ChangeFeed() };
  lists = new ManageLists(parts, tasks);
  alice = await accounts.signUp('alice');
  bob = await accounts.signUp('bob');
});

const principalOf = ({ sessionToken }: SignedUp): Promise<SessionPrincipal> => accounts.principal(sessionToken);

function housekeeping(): Promise<void> {
  const removal = { removeAll: (ownerId: string) => tasks.removeAll(ownerId, false) };
  return new Housekeeping(accounts.parts, removal).execute();
}

async function addTask(ownerId: string): Promise<void> {
  await tasks.insertAll(ownerId, [{ id: (++ids).toString(16).padStart(24, '0'), name: 'milk' }]);
}

/** A new list of Alice with a task; returns its public id and the owner of its tasks. */
async function listOfAlice(): Promise<{ id: string; ownerId: string }> {
  const { list } = await lists.create(await principalOf(alice), { name: 'Groceries' });
  const ownerId = (await parts.lists.find(list.id))?.ownerId ?? '';
  await addTask(ownerId);
  return { id: list.id, ownerId };
}

async function shareWithBob(id: string): Promise<void> {
  const invitations = new Invitations(parts);
  const { secret } = await invitations.create(await principalOf(alice), id, {
    role: 'editor',
    uses: 1,
    address: ADDRESS,
  });
  await invitations.accept(await principalOf(bob), { secret, name: 'Bob', address: ADDRESS });
}

async function deleteAccount(user: SignedUp): Promise<void> {
  await new DeleteAccount(accounts.parts).execute({
    principal: await principalOf(user),
    password: PASSWORD,
    address: ADDRESS,
  });
}

async function rounds(): Promise<void> {
  await housekeeping();
  accounts.pass(60 * SECOND);
  await housekeeping();
}

const access = async (user: SignedUp, id: string, role: 'viewer' | 'editor'): Promise<string> =>
  parts.access.requireTasks(await principalOf(user), id, role);

describe('a deleted list', () => {
  it('keeps its tasks for seven days, then loses them, then itself', async () => {
    const { id, ownerId } = await listOfAlice();
    await lists.delete(await principalOf(alice), id, '127.0.0.1');
    accounts.pass(7 * DAY - 1);
    await housekeeping();
    expect(tasks.sizeOf(ownerId)).toBe(1);
    accounts.pass(1);
    await housekeeping();
    expect(tasks.sizeOf(ownerId)).toBe(0);
    expect(await parts.lists.find(id)).toMatchObject({ status: 'removing' });
    accounts.pass(59.999 * SECOND);
    await housekeeping();
    expect(await parts.lists.find(id)).toBeDefined();
    accounts.pass(1);
    await housekeeping();
    expect(await parts.lists.find(id)).toBeUndefined();
  });

  it('that was restored is left alone', async () => {
    const { id, ownerId } = await listOfAlice();
    await lists.delete(await principalOf(alice), id, '127.0.0.1');
    await lists.restore(await principalOf(alice), id, '127.0.0.1');
    accounts.pass(8 * DAY);
    await rounds();
    expect(tasks.sizeOf(ownerId)).toBe(1);
    expect(await access(alice, id, 'editor')).toBe(ownerId);
  });

  it('is restored or removed, never both, when both happen at once', async () => {
    const { id, ownerId } = await listOfAlice();
    await lists.delete(await principalOf(alice), id, '127.0.0.1');
    const stale = await parts.lists.find(id);
    if (!stale) throw new Error('The list is missing');
    await lists.restore(await principalOf(alice), id, '127.0.0.1');
    // The sweep read the list before it was restored.
    expect(await parts.lists.change(stale, { status: 'removing' })).toBeUndefined();
    expect(tasks.sizeOf(ownerId)).toBe(1);
  });

  it('stays until the task service can be reached', async () => {
    const { id } = await listOfAlice();
    await lists.delete(await principalOf(alice), id, '127.0.0.1');
    accounts.pass(7 * DAY);
    await housekeeping();
    tasks.failure = new Error('away');
    accounts.pass(60 * SECOND);
    await expect(housekeeping()).rejects.toThrow();
    expect(await parts.lists.find(id)).toMatchObject({ status: 'removing' });
    tasks.failure = undefined;
    await housekeeping();
    expect(await parts.lists.find(id)).toBeUndefined();
  });
});

describe('a deleted account', () => {
  it('takes its unshared lists along', async () => {
    const { id, ownerId } = await listOfAlice();
    await addTask(alice.account.id);
    await deleteAccount(alice);
    await rounds();
    await rounds();
    expect(tasks.owners).toEqual([]);
    expect(await parts.lists.find(id)).toBeUndefined();
    expect(tasks.sizeOf(ownerId)).toBe(0);
    expect(await parts.accounts.findById(alice.account.id)).toBeUndefined();
  });

  it('leaves shared lists to their members for seven days, to be read only', async () => {
    const { id, ownerId } = await listOfAlice();
    await shareWithBob(id);
    await deleteAccount(alice);
    await rounds();
    expect(await parts.accounts.findById(alice.account.id)).toBeUndefined();
    expect(await access(bob, id, 'viewer')).toBe(ownerId);
    await expect(access(bob, id, 'editor')).rejects.toMatchObject({ code: 'READ_ONLY' });
    const [, view] = await lists.list(await principalOf(bob), '2026-01-01');
    expect(view).toMatchObject({ id, role: 'editor', members: 1, endsOn: expect.any(Date) });
    expect(tasks.sizeOf(ownerId)).toBe(1);
    accounts.pass(7 * DAY);
    await rounds();
    await housekeeping();
    expect(await parts.lists.find(id)).toBeUndefined();
    expect(tasks.sizeOf(ownerId)).toBe(0);
  });

  it('leaves its shared first list as well, with the tasks', async () => {
    const first = parts.access.firstListId(alice.account.id);
    await addTask(alice.account.id);
    await shareWithBob(first);
    await deleteAccount(alice);
    await rounds();
    await rounds();
    expect(await parts.accounts.findById(alice.account.id)).toBeUndefined();
    expect(tasks.sizeOf(await access(bob, first, 'viewer'))).toBe(1);
    accounts.pass(7 * DAY);
    await rounds();
    await housekeeping();
    expect(tasks.owners).toEqual([]);
    expect(await parts.lists.find(first)).toBeUndefined();
  });

  it('loses its tasks whatever happens to a list of somebody else under the id of its first list', async () => {
    const id = parts.access.firstListId(alice.account.id);
    await parts.lists.remove({ id, version: 1 });
    const members = [aMember({ accountId: bob.account.id, role: 'viewer' })];
    await parts.lists.add(aList({ id, status: 'ownerless', statusSince: parts.now(), members }));
    await addTask(alice.account.id);
    await deleteAccount(alice);
    await rounds();
    expect(tasks.sizeOf(alice.account.id)).toBe(0);
  });

  it('disappears from lists of others, which go on', async () => {
    const { id, ownerId } = await listOfAlice();
    await shareWithBob(id);
    await deleteAccount(bob);
    await rounds();
    expect(await parts.lists.find(id)).toMatchObject({ status: 'active', members: [{ role: 'owner' }] });
    expect(tasks.sizeOf(ownerId)).toBe(1);
  });

  it('takes a list along that it had deleted, shared or not', async () => {
    const { id, ownerId } = await listOfAlice();
    await shareWithBob(id);
    await lists.delete(await principalOf(alice), id, '127.0.0.1');
    await deleteAccount(alice);
    await rounds();
    await rounds();
    expect(await parts.lists.find(id)).toBeUndefined();
    expect(tasks.sizeOf(ownerId)).toBe(0);
  });

  it('loses a list that is shared while it is being removed to its members', async () => {
    const { id, ownerId } = await listOfAlice();
    const invitations = new Invitations(parts);
    const { secret } = await invitations.create(await principalOf(alice), id, {
      role: 'editor',
      uses: 1,
      address: ADDRESS,
    });
    await deleteAccount(alice);
    await invitations.accept(await principalOf(bob), { secret, name: 'Bob', address: ADDRESS });
    await rounds();
    await rounds();
    expect(await access(bob, id, 'viewer')).toBe(ownerId);
    expect(tasks.sizeOf(ownerId)).toBe(1);
  });
});

describe('a list without an owner', () => {
  it('is removed when its last member has left', async () => {
    const { id, ownerId } = await listOfAlice();
    await shareWithBob(id);
    await deleteAccount(alice);
    await housekeeping();
    const members = new Members(parts);
    const [self] = await members.list(await principalOf(bob), id);
    await members.remove(await principalOf(bob), id, self?.id ?? '', ADDRESS);
    await rounds();
    expect(await parts.lists.find(id)).toBeUndefined();
    expect(tasks.sizeOf(ownerId)).toBe(0);
  });
});
