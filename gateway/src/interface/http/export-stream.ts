import type { AccountExport } from '../../application/accounts/account-data.js';
import type { ManageTasks } from '../../application/tasks/manage-tasks.js';
import type { TaskPage } from '../../application/tasks/task-service.js';
import { toSessionBody, toTokenBody } from './account-bodies.js';

const PAGE_SIZE = 200;

/**
 * Streams the stored data of a user as JSON; its last member confirms that it is complete. Rejects if the first tasks
 * can't be read, while a problem can still be sent.
 */
export async function exportAsJson(stored: AccountExport, tasks: ManageTasks): Promise<AsyncGenerator<string>> {
  const first = await tasks.find(stored.account.id, { limit: PAGE_SIZE });
  return pieces(stored, tasks, first);
}

async function* pieces(stored: AccountExport, tasks: ManageTasks, first: TaskPage): AsyncGenerator<string> {
  const { account, sessions, devices, tokens } = stored;
  const head = JSON.stringify({
    account,
    sessions: sessions.map(toSessionBody),
    devices: devices.map(({ expiresOn }) => ({ expiresAt: expiresOn })),
    tokens: tokens.map(toTokenBody),
  });
  yield `${head.slice(0, -1)},"tasks":[`;
  let separator = '';
  for (let page = first; ;) {
    const { items, nextCursor } = page;
    if (items.length > 0) yield separator + items.map((task) => JSON.stringify(task)).join(',');
    if (nextCursor === null) break;
    if (items.length > 0) separator = ',';
    page = await tasks.find(account.id, { limit: PAGE_SIZE, after: nextCursor });
  }
  yield '],"complete":true}';
}
