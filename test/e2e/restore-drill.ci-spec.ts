import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { send } from '../soak/durability/rest.js';
import { AppProcess } from '../support/app.js';
import { GatewayProcess } from '../support/gateway-process.js';

const LOGIN = { username: 'ada', password: 'velvet tractor sings loudly' };
/** The programs as an operator has them on the path. */
const PROGRAMS = `
tasks() { "$NODE" "$ROOT/dist/bootstrap/tasks.js" "$@"; }
gateway-admin() { "$NODE" "$ROOT/gateway/bin/gateway-admin.js" "$@"; }
`;

/** The commands of the documentation. */
function drill(): string {
  const page = readFileSync(join(projectRoot, 'docs/backup.md'), 'utf8');
  const [, commands] = /## Restore drill\n.*?```sh\n(.*?)```/s.exec(page) ?? [];
  if (commands === undefined) throw new Error('docs/backup.md has no restore drill');
  return commands;
}

function gatewayOf({ port }: AppProcess, folder: string): Promise<GatewayProcess> {
  return GatewayProcess.start({ GATEWAY_DATA_DIR: folder, TASKS_SERVERS: `127.0.0.1:${String(port)}` });
}

it('The restore drill of the documentation brings accounts and tasks to other folders, beside the services', async () => {
  using folder = new ScratchFolder();
  const [tasksFolder, accountsFolder] = [join(folder.path, 'tasks'), join(folder.path, 'accounts')];
  await using tasks = await AppProcess.start({ DATA_DIR: tasksFolder });
  await using gateway = await gatewayOf(tasks, accountsFolder);
  const { cookie } = await send(gateway.origin, 'POST', '/accounts', { headers: {} }, LOGIN);
  for (const name of ['buy milk', 'water the plants']) {
    expect((await send(gateway.origin, 'POST', '/tasks', { headers: { cookie } }, { name })).status).toBe(201);
  }

  const env = { NODE: process.execPath, ROOT: projectRoot, DATA_DIR: tasksFolder, GATEWAY_DATA_DIR: accountsFolder };
  const done = await runProgram('bash', ['-ec', PROGRAMS + drill()], { cwd: folder.path, env });
  expect(done).toMatchObject({ code: 0, stderr: '' });
  const reports = done.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(reports).toMatchObject([
    { accounts: 1 },
    { tasks: 2 },
    { added: 2, inTarget: 2 },
    { tasks: 2 },
    { accounts: 1 },
    { accounts: 1, sessions: 0, devices: 1, tokens: 0, lists: 0 },
    // Lists without an account.
    [],
  ]);

  await using restoredTasks = await AppProcess.start({ DATA_DIR: join(folder.path, 'drill/tasks') });
  await using restored = await gatewayOf(restoredTasks, join(folder.path, 'drill/accounts'));
  expect((await send(restored.origin, 'GET', '/tasks', { headers: { cookie } })).status).toBe(401);
  const again = await send(restored.origin, 'POST', '/session', { headers: {} }, LOGIN);
  const { body } = await send(restored.origin, 'GET', '/tasks', { headers: { cookie: again.cookie } });
  expect(body.items).toMatchObject([{ name: 'water the plants' }, { name: 'buy milk' }]);
}, 60_000);
