import { describe, expect, it } from '@jest/globals';
import { Invitations } from '../../../src/application/lists/invitations.js';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import { ManageLists } from '../../../src/application/lists/manage-lists.js';
import { Members } from '../../../src/application/lists/members.js';
import { ChangeFeed } from '../../../src/application/tasks/change-feed.js';
import { TestAccounts } from '../../support/accounts.js';
import { MemoryTaskService } from '../../support/memory-task-service.js';

const address = '203.0.113.9';

describe('the audit log', () => {
  it('says who deleted and restored a list, once each', async () => {
    const accounts = new TestAccounts();
    const alice = await accounts.principal((await accounts.signUp('alice')).sessionToken);
    const parts = { ...accounts.parts, access: new ListAccess(accounts.parts), feed: new ChangeFeed() };
    const lists = new ManageLists(parts, new MemoryTaskService());
    const { list } = await lists.create(alice, { name: 'Groceries' });
    accounts.audit.length = 0;
    await lists.delete(alice, list.id, address);
    await expect(lists.delete(alice, list.id, address)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await lists.restore(alice, list.id, address);
    await lists.restore(alice, list.id, address);
    const byAlice = { accountId: alice.accountId, listId: list.id, address };
    expect(accounts.audit).toEqual([
      { type: 'list-deleted', ...byAlice },
      { type: 'list-restored', ...byAlice },
    ]);
  });

  it('says who shared a list with whom, from where, and what changes nothing is not there', async () => {
    const accounts = new TestAccounts();
    const [alice, bob] = [
      await accounts.principal((await accounts.signUp('alice')).sessionToken),
      await accounts.principal((await accounts.signUp('bob')).sessionToken),
    ];
    const parts = { ...accounts.parts, access: new ListAccess(accounts.parts), feed: new ChangeFeed() };
    const [invitations, members] = [new Invitations(parts), new Members(parts)];
    const { list } = await new ManageLists(parts, new MemoryTaskService()).create(alice, { name: 'Groceries' });
    accounts.audit.length = 0;
    const invite = (): ReturnType<Invitations['create']> =>
      invitations.create(alice, list.id, { role: 'editor', uses: 3, address });
    const memberOfBob = async (): Promise<string> =>
      (await members.list(bob, list.id)).find(({ isSelf }) => isSelf)?.id ?? '';

    const { id, secret } = await invite();
    const asBob = { secret, name: 'Bob', address };
    await invitations.accept(bob, asBob);
    await invitations.accept(bob, asBob);
    await members.update(alice, list.id, await memberOfBob(), { role: 'editor' }, address);
    await members.update(alice, list.id, await memberOfBob(), { role: 'viewer' }, address);
    await members.update(bob, list.id, await memberOfBob(), { name: 'Bobby' }, address);
    await members.remove(bob, list.id, await memberOfBob(), address);
    await invitations.accept(bob, asBob);
    await invitations.withdraw(alice, list.id, id, address);
    await members.remove(alice, list.id, await memberOfBob(), address);

    const byAlice = { accountId: alice.accountId, listId: list.id, address };
    const byBob = { ...byAlice, accountId: bob.accountId };
    expect(accounts.audit).toEqual([
      { type: 'invitation-created', ...byAlice, role: 'editor' },
      { type: 'list-joined', ...byBob },
      { type: 'role-changed', ...byAlice, role: 'viewer', memberAccountId: bob.accountId },
      { type: 'list-left', ...byBob },
      { type: 'list-joined', ...byBob },
      { type: 'invitation-withdrawn', ...byAlice },
      { type: 'member-removed', ...byAlice, memberAccountId: bob.accountId },
    ]);
    expect(JSON.stringify(accounts.audit)).not.toContain(secret);
  });
});
