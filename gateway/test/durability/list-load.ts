// A separate program: makes, shares, restores, deletes and sweeps lists in the embedded store of the given folder and the
// task service at the given port, each with the given number of tasks. Prints each step once it is acknowledged. Ends itself
// by SIGKILL before or after the call that the last argument names, such as `after lists.change 2`.
import { randomBytes } from 'node:crypto';
import { TASKS_IDL, type TasksClient } from '@tasks/idl';
import { ClientThrift } from 'nestjs-thrift';
import { DeleteAccount } from '../../src/application/accounts/account-data.js';
import { Housekeeping } from '../../src/application/accounts/housekeeping.js';
import { Invitations } from '../../src/application/lists/invitations.js';
import { ListAccess } from '../../src/application/lists/list-access.js';
import { ManageLists } from '../../src/application/lists/manage-lists.js';
import { ChangeFeed } from '../../src/application/tasks/change-feed.js';
import { EmbeddedAccountStore } from '../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { ThriftTaskService } from '../../src/infrastructure/tasks/thrift-task-service.js';
import { DAY, MINUTE, ORIGIN, PASSWORD, TestAccounts } from '../support/accounts.js';

const [, , folder = '', port = '', tasksInList = '', killAt = ''] = process.argv;
const store = await EmbeddedAccountStore.open(folder);
const client = new ClientThrift({ idl: TASKS_IDL, host: '127.0.0.1', port: Number(port), framing: 'header' });
const calls = new Map<string, number>();
const tasks = new ThriftTaskService(client.getService<TasksClient>('Tasks'));
const { accounts: accountRows, sessions, devices, tokens, attempts } = store;
const accounts = new TestAccounts({
  store: {
    ...{ sessions, devices, tokens, attempts },
    accounts: killing('accounts', accountRows),
    lists: killing('lists', store.lists),
  },
});
const parts = { ...accounts.parts, access: new ListAccess(accounts.parts), feed: new ChangeFeed() };
const lists = new ManageLists(parts, tasks);
const removal = killing('tasks', { removeAll: (ownerId: string) => tasks.removeAll(ownerId, false) });
const housekeeping = new Housekeeping(parts, removal);

/** Returns the same object, with methods that end this process at the call to be killed at. */
function killing<Target extends object>(name: string, target: Target): Target {
  return new Proxy(target, {
    get(_target, method) {
      const member: unknown = Reflect.get(target, method);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const call = `${name}.${String(method)}`;
        const count = (calls.get(call) ?? 0) + 1;
        calls.set(call, count);
        if (killAt === `before ${call} ${String(count)}`) process.kill(process.pid, 'SIGKILL');
        const result: unknown = await Reflect.apply(member, target, args);
        if (killAt === `after ${call} ${String(count)}`) process.kill(process.pid, 'SIGKILL');
        return result;
      };
    },
  });
}

function report(...step: string[]): void {
  process.stdout.write(`done ${step.join(' ')}\n`);
}

async function fill(ownerId: string): Promise<void> {
  const added = Array.from({ length: Number(tasksInList) }, () => ({
    id: randomBytes(12).toString('hex'),
    name: 'a',
  }));
  await tasks.insertAll(ownerId, added);
}

const [owner, leaver, member] = [
  await accounts.signUp('owner'),
  await accounts.signUp('leaver'),
  await accounts.signUp('member'),
];
const principalOf = (user: typeof owner): ReturnType<TestAccounts['principal']> =>
  accounts.principal(user.sessionToken);

/** A list with tasks; reports its ids. */
async function listOf(user: typeof owner, name: string): Promise<string> {
  const { list } = await lists.create(await principalOf(user), { name });
  const ownerId = (await parts.lists.find(list.id))?.ownerId ?? '';
  await fill(ownerId);
  report('made', name, list.id, ownerId);
  return list.id;
}

await listOf(owner, 'kept');
const restored = await listOf(owner, 'restored');
const deleted = await listOf(owner, 'deleted');
const shared = await listOf(leaver, 'shared');
await fill(leaver.account.id);
report('made', 'first', parts.access.firstListId(leaver.account.id), leaver.account.id);
const invitations = new Invitations(parts);
const { secret } = await invitations.create(await principalOf(leaver), shared, {
  role: 'editor',
  uses: 1,
  address: ORIGIN.address,
});
await invitations.accept(await principalOf(member), { secret, name: 'Member', address: ORIGIN.address });

await lists.delete(await principalOf(owner), restored, '127.0.0.1');
await lists.restore(await principalOf(owner), restored, '127.0.0.1');
report('restored');
await lists.delete(await principalOf(owner), deleted, '127.0.0.1');
report('deleted');
await new DeleteAccount(parts).execute({
  principal: await principalOf(leaver),
  password: PASSWORD,
  address: ORIGIN.address,
});
report('left');
for (const pause of [0, MINUTE, 7 * DAY, MINUTE]) {
  accounts.pass(pause);
  await housekeeping.execute();
}
report('swept', ...[...calls].map(([call, count]) => `${call}=${String(count)}`));
await client.close();
await store.close();
