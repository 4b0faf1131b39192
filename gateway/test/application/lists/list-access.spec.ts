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
