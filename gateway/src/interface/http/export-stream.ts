import type { AccountExport } from '../../application/accounts/account-data.js';
import type { ManageTasks } from '../../application/tasks/manage-tasks.js';
import { toSessionBody, toTokenBody } from './account-bodies.js';

const PAGE_SIZE = 200;

/** Everything that is stored about a user as JSON, piece by piece; its last member says that nothing is missing. */
export async function* exportAsJson(stored: AccountExport, tasks: ManageTasks): AsyncGenerator<string> {
  const { account, sessions, devices, tokens } = stored;
  const head = JSON.stringify({
    account,
    sessions: sessions.map(toSessionBody),
    devices: devices.map(({ expiresOn }) => ({ expiresAt: expiresOn })),
    tokens: tokens.map(toTokenBody),
  });
  yield `${head.slice(0, -1)},"tasks":[`;
  let separator = '';
  for (let after: string | undefined; ;) {
    const { items, nextCursor } = await tasks.find(account.id, { limit: PAGE_SIZE, after });
    if (items.length > 0) yield separator + items.map((task) => JSON.stringify(task)).join(',');
    if (nextCursor === null) break;
    if (items.length > 0) separator = ',';
    after = nextCursor;
  }
  yield '],"complete":true}';
}
