import { describe, expect, it } from '@jest/globals';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import type { Principal } from '../../../src/domain/principal.js';
import { TestAccounts } from '../../support/accounts.js';
import { aList, aMember } from '../../support/builders.js';

describe('the owner of a deleted list', () => {
  it('reaches it with a token for it, and not with one for others', async () => {
    const { parts } = new TestAccounts();
    const access = new ListAccess(parts);
    const list = aList({ members: [aMember({ accountId: 'alice', role: 'owner' })], status: 'deleted' });
    await parts.lists.add(list);
    const tokenFor = (lists: readonly string[]): Principal => {
      return {
        via: 'token',
        accountId: 'alice',
        timeZone: undefined,
        tokenId: 't',
        scopes: [],
        lists,
        expiresOn: new Date(0),
      };
    };
    expect(await access.requireOwn(tokenFor([list.id]), list.id)).toEqual(list);
    await expect(access.requireOwn(tokenFor(['another']), list.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the first list of an account', () => {
  it('is stored at its sign-up, and for an account from before that at its next log-in', async () => {
    const accounts = new TestAccounts();
    const { lists } = accounts.parts;
    const { account } = await accounts.signUp('alice');
    const first = new ListAccess(accounts.parts).firstListId(account.id);
    const stored = await lists.find(first);
    expect(stored).toMatchObject({ ownerId: account.id, name: null });
    await lists.remove({ id: first, version: 1 });
    await accounts.logIn('alice');
    expect(await lists.find(first)).toEqual(stored);
  });

  it('stays as it is at a log-in', async () => {
    const accounts = new TestAccounts();
    const { lists } = accounts.parts;
    const { account } = await accounts.signUp('alice');
    const first = await lists.find(new ListAccess(accounts.parts).firstListId(account.id));
    const renamed = first && (await lists.change(first, { name: 'Home' }));
    await accounts.logIn('alice');
    expect(await lists.listByAccount(account.id)).toEqual([renamed]);
  });

  const session = { via: 'session', accountId: 'alice' } as Principal;

  it('is reached by its id, whoever has chosen the same for another list', async () => {
    const { parts } = new TestAccounts();
    const access = new ListAccess(parts);
    const id = access.firstListId('alice');
    expect(await access.requireTasks(session, id, 'editor')).toBe('alice');
    const other = aList({ id, ownerId: 'random', members: [aMember({ accountId: 'bob', role: 'owner' })] });
    await parts.lists.add(other);
    expect(await access.requireTasks(session, id, 'editor')).toBe('alice');
    expect(await access.requireList({ ...session, accountId: 'bob' }, id, 'owner')).toEqual(other);
  });

  it('is the stored one once it is stored', async () => {
    const { parts } = new TestAccounts();
    const access = new ListAccess(parts);
    const id = access.firstListId('alice');
    const stored = aList({ id, ownerId: 'alice', members: [aMember({ accountId: 'alice', role: 'owner' })] });
    await parts.lists.add(stored);
    expect(await access.requireList(session, id, 'owner')).toEqual(stored);
  });
});
