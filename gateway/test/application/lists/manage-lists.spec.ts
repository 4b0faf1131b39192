import { describe, expect, it } from '@jest/globals';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import { ManageLists } from '../../../src/application/lists/manage-lists.js';
import { Members } from '../../../src/application/lists/members.js';
import { ChangeFeed } from '../../../src/application/tasks/change-feed.js';
import { TestAccounts } from '../../support/accounts.js';
import { aList, aMember } from '../../support/builders.js';
import { MemoryTaskService } from '../../support/memory-task-service.js';

const ADDRESS = '203.0.113.9';

describe('a change of a list or a member', () => {
  it('that changes nothing is not stored, any other is', async () => {
    const accounts = new TestAccounts();
    const principal = await accounts.principal((await accounts.signUp('alice')).sessionToken);
    const { accountId } = principal;
    const parts = { ...accounts.parts, access: new ListAccess(accounts.parts), feed: new ChangeFeed() };
    const [lists, members] = [new ManageLists(parts, new MemoryTaskService()), new Members(parts)];
    const [owner, editor] = [aMember({ accountId, name: 'Alice', color: 'red' }), aMember({ role: 'editor' })];
    const list = aList({ name: 'Groceries', members: [owner, editor] });
    const { id, version } = list;
    await parts.lists.add(list);
    const versionAfter = async (change: Promise<unknown>): Promise<number | undefined> => {
      await change;
      return (await parts.lists.find(id))?.version;
    };
    for (const unchanged of [
      () => lists.update(principal, id, {}),
      () => lists.update(principal, id, { name: 'Groceries', color: 'red', position: null }),
      () => members.update(principal, id, owner.id, { name: 'Alice' }, ADDRESS),
      () => members.update(principal, id, editor.id, { role: 'editor' }, ADDRESS),
    ]) {
      expect(await versionAfter(unchanged())).toBe(version);
    }
    expect(await versionAfter(lists.update(principal, id, { name: 'Party' }))).toBe(version + 1);
    expect(await versionAfter(lists.update(principal, id, { color: null }))).toBe(version + 2);
    expect(await versionAfter(members.update(principal, id, owner.id, { name: null }, ADDRESS))).toBe(version + 3);
    expect(await versionAfter(members.update(principal, id, editor.id, { role: 'viewer' }, ADDRESS))).toBe(version + 4);
  });
});
