import { describe, expect, it } from '@jest/globals';
import { Authenticate } from '../../../src/application/accounts/authenticate.js';
import { CopyAccounts, type CopyReport } from '../../../src/application/accounts/copy-accounts.js';
import type { List } from '../../../src/domain/list.js';
import { MemoryAccountStore } from '../../../src/infrastructure/persistence/memory/memory-account-store.js';
import { PASSWORD, TestAccounts } from '../../support/accounts.js';
import { aList, aMember, anAccount, aToken } from '../../support/builders.js';

function copy(source: MemoryAccountStore, target: MemoryAccountStore, seen: number[] = []): Promise<CopyReport> {
  return new CopyAccounts(source, target).execute((accounts) => void seen.push(accounts));
}

describe('a copy of all accounts', () => {
  it('includes sessions, devices and tokens', async () => {
    const [source, target] = [new MemoryAccountStore(), new MemoryAccountStore()];
    const { account, sessionToken, newDevice } = await new TestAccounts({ store: source }).signUp('alice');
    const token = aToken({ accountId: account.id });
    await source.tokens.add(token);
    expect(await copy(source, target)).toEqual({ added: 1, there: 0, conflicts: [] });
    const accounts = new TestAccounts({ store: target });
    await new Authenticate(accounts.parts).bySession(sessionToken);
    expect(await accounts.parts.issuer.knownDevice(newDevice?.deviceToken)).toMatchObject({ accountId: account.id });
    expect(await target.tokens.find(token.digest)).toEqual(token);
    await accounts.logIn('alice', PASSWORD);
  });

  it('can be repeated: existing accounts are kept, missing ones added', async () => {
    const [source, target] = [new MemoryAccountStore(), new MemoryAccountStore()];
    const { account, session } = await new TestAccounts({ store: source }).signUp('alice');
    await copy(source, target);
    await target.sessions.remove([session.id]);
    await target.accounts.change(account.id, {}, { passwordHash: 'changed there' });
    expect(await copy(source, target)).toEqual({ added: 0, there: 1, conflicts: [] });
    expect(await target.sessions.find(session.id)).toEqual(session);
    expect(await target.accounts.findById(account.id)).toMatchObject({ passwordHash: 'changed there' });
  });

  it('skips and reports accounts whose name is taken', async () => {
    const [source, target] = [new MemoryAccountStore(), new MemoryAccountStore()];
    const { account, session } = await new TestAccounts({ store: source }).signUp('alice');
    await new TestAccounts({ store: target }).signUp('alice');
    expect(await copy(source, target)).toEqual({ added: 0, there: 0, conflicts: ['alice'] });
    expect(await target.accounts.findById(account.id)).toBeUndefined();
    expect(await target.sessions.find(session.id)).toBeUndefined();
  });

  it('includes lists in every status, without accounts that were skipped', async () => {
    const [source, target] = [new MemoryAccountStore(), new MemoryAccountStore()];
    const [{ account: alice }, { account: bob }] = [
      await new TestAccounts({ store: source }).signUp('alice'),
      await new TestAccounts({ store: source }).signUp('bob'),
    ];
    await new TestAccounts({ store: target }).signUp('alice');
    const [owner, editor] = [aMember({ accountId: bob.id }), aMember({ accountId: alice.id, role: 'editor' })];
    const [shared, own] = [aList({ members: [owner, editor] }), aList({ members: [aMember({ accountId: alice.id })] })];
    const removing = aList({ status: 'removing' });
    for (const list of [shared, own, removing]) await source.lists.add(list);
    await copy(source, target);
    await copy(source, target);
    expect(await target.lists.find(shared.id)).toEqual({ ...shared, members: [owner] });
    expect(await target.lists.find(own.id)).toBeUndefined();
    expect(await target.lists.find(removing.id)).toEqual(removing);
  });

  it('replaces a first list that a log-in stored in the target after a stopped copy', async () => {
    const { source, target, first } = await withFirstList();
    const editor = aMember({ role: 'editor' });
    await source.lists.change(first, { name: 'Home', members: [...first.members, editor] });
    await target.lists.add(first);
    await copy(source, target);
    const copied = await target.lists.find(first.id);
    expect(copied).toMatchObject({ name: 'Home', members: [...first.members, editor] });
    await copy(source, target);
    expect(await target.lists.find(first.id)).toEqual(copied);
  });

  it('keeps a first list that was changed in the target', async () => {
    const { source, target, first } = await withFirstList();
    await source.lists.change(first, { name: 'Home' });
    await target.lists.add(first);
    const own = first.members.map((member) => ({ ...member, color: 'red' as const }));
    const changed = await target.lists.change(first, { members: own });
    await copy(source, target);
    expect(await target.lists.find(first.id)).toEqual(changed);
  });

  it('keeps a first list that was stored with a color in the target', async () => {
    const { source, target, first } = await withFirstList();
    await source.lists.change(first, { name: 'Home' });
    const own = { ...first, members: first.members.map((member) => ({ ...member, color: 'red' as const })) };
    await target.lists.add(own);
    await copy(source, target);
    expect(await target.lists.find(first.id)).toEqual(own);
  });

  it('leaves out a list whose owner was skipped, until its name is free', async () => {
    const [source, target] = [new MemoryAccountStore(), new MemoryAccountStore()];
    const { account: alice } = await new TestAccounts({ store: source }).signUp('alice');
    const { account: bob } = await new TestAccounts({ store: source }).signUp('bob');
    const { account: other } = await new TestAccounts({ store: target }).signUp('alice');
    const members = [aMember({ accountId: alice.id }), aMember({ accountId: bob.id, role: 'editor' })];
    const list = aList({ members });
    await source.lists.add(list);
    await copy(source, target);
    expect(await target.lists.find(list.id)).toBeUndefined();
    await target.accounts.remove(other);
    await copy(source, target);
    expect(await target.lists.find(list.id)).toEqual(list);
  });

  it('reads page by page', async () => {
    const [source, target] = [new MemoryAccountStore(), new MemoryAccountStore()];
    for (let n = 0; n < 250; n++) await source.accounts.add(anAccount());
    const seen: number[] = [];
    expect(await copy(source, target, seen)).toMatchObject({ added: 250 });
    expect(seen).toEqual([100, 200, 250]);
  });
});

/** Two stores; the first one has an account with its first list. */
async function withFirstList(): Promise<{ source: MemoryAccountStore; target: MemoryAccountStore; first: List }> {
  const [source, target] = [new MemoryAccountStore(), new MemoryAccountStore()];
  const { account } = await new TestAccounts({ store: source }).signUp('alice');
  const [first] = await source.lists.listByAccount(account.id);
  if (!first) throw new Error('The first list is missing');
  return { source, target, first };
}
