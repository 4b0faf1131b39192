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
    { accounts: 1, sessions: 0, devices: 1, tokens: 0, lists: 1 },
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

/** A user of the gateway. */
class User {
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(
    readonly origin: string,
    { cookie }: { readonly cookie: string },
  ) {
    this.#headers = { cookie };
  }

  static async signUp(origin: string, username: string): Promise<User> {
    return new User(origin, await send(origin, 'POST', '/accounts', { headers: {} }, { ...LOGIN, username }));
  }

  static async logIn(origin: string, username: string): Promise<User> {
    return new User(origin, await send(origin, 'POST', '/session', { headers: {} }, { ...LOGIN, username }));
  }

  /** Sends a request that succeeds; returns the body of its answer. */
  async send(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
    const answer = await send(this.origin, method, path, { headers: this.#headers }, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A new list with a task. */
  async listWithTask(name: string): Promise<string> {
    const { id } = await this.send('POST', '/lists', { name });
    await this.send('POST', `/lists/${String(id)}/tasks`, { name: `task of ${name}` });
    return String(id);
  }

  async lists(): Promise<readonly string[]> {
    const { items } = await this.send('GET', '/lists');
    return (items as { readonly id: string }[]).map(({ id }) => id);
  }
}

it.each([
  ['tasks', 'before', 'accounts'],
  ['accounts', 'before', 'tasks'],
])(
  'Every list opens and takes a task after a backup of %s %s that of %s',
  async (first, _before, second) => {
    using folder = new ScratchFolder();
    const [tasksFolder, accountsFolder] = [join(folder.path, 'tasks'), join(folder.path, 'accounts')];
    await using tasks = await AppProcess.start({ DATA_DIR: tasksFolder });
    await using gateway = await gatewayOf(tasks, accountsFolder);
    const env = { NODE: process.execPath, ROOT: projectRoot, DATA_DIR: tasksFolder, GATEWAY_DATA_DIR: accountsFolder };
    const run = (commands: string): ReturnType<typeof runProgram> =>
      runProgram('bash', ['-ec', PROGRAMS + commands], { cwd: folder.path, env });
    const backUp = (store: string): ReturnType<typeof runProgram> =>
      run(`${store === 'tasks' ? 'tasks' : 'gateway-admin'} backup ${store}.backup`);

    const names = ['ada', 'bob', 'eve'];
    const [ada, bob, eve] = await Promise.all(names.map((name) => User.signUp(gateway.origin, name)));
    if (!ada || !bob || !eve) throw new Error('Nobody signed up');
    const shared = await ada.listWithTask('shared');
    const { secret } = await ada.send('POST', `/lists/${shared}/invitations`, { role: 'editor' });
    await bob.send('POST', '/invitations/acceptance', { secret, name: 'Bob' });
    const deleted = await bob.listWithTask('deleted');
    expect(await backUp(first)).toMatchObject({ code: 0 });
    await bob.send('DELETE', `/lists/${deleted}`);
    await bob.listWithTask('later');
    await eve.send('DELETE', '/account', { password: LOGIN.password });
    await User.signUp(gateway.origin, 'joe');
    expect(await backUp(second)).toMatchObject({ code: 0 });

    const restored = await run(`
    tasks restore tasks.backup --data-dir drill/tasks
    gateway-admin --data-dir drill/accounts restore accounts.backup
    gateway-admin --data-dir drill/accounts lists --orphans`);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    // The last line: lists without an account.
    expect(restored.stdout.trim().split('\n').at(-1)).toBe('[]');

    await using restoredTasks = await AppProcess.start({ DATA_DIR: join(folder.path, 'drill/tasks') });
    await using restoredGateway = await gatewayOf(restoredTasks, join(folder.path, 'drill/accounts'));
    const left = first === 'accounts' ? { ada: 2, bob: 3, eve: 1 } : { ada: 2, bob: 3, joe: 1 };
    for (const [name, count] of Object.entries(left)) {
      const user = await User.logIn(restoredGateway.origin, name);
      const lists = await user.lists();
      expect([name, lists.length]).toEqual([name, count]);
      for (const list of lists) {
        await user.send('GET', `/lists/${list}/tasks`);
        await user.send('POST', `/lists/${list}/tasks`, { name: 'after the restoration' });
      }
    }
  },
  60_000,
);
