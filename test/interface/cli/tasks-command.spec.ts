import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tasksCommand } from '../../../src/interface/cli/tasks-command.js';
import { TestApp } from '../../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});

afterAll(() => app.stop());

interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command on a terminal of that many columns; undefined: into a pipe. */
async function run(args: readonly string[], columns?: number): Promise<Printed> {
  let out = '';
  let err = '';
  const code = await tasksCommand(args, { out: (text) => (out += text), err: (text) => (err += text), columns });
  return { code, out, err };
}

/** Runs the command on the service of this file. */
function tasks(...args: string[]): Promise<Printed> {
  return run([...args, '--host', '127.0.0.1', '--port', String(app.port)]);
}

/** What a command printed as JSON. */
async function json<Result>(...args: string[]): Promise<Result> {
  const { code, out, err } = await tasks(...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Result;
}

interface Task {
  readonly id: string;
  readonly name: string;
  readonly done: boolean;
}

describe('The tasks command into a pipe', () => {
  it('adds, changes, lists and removes, in JSON', async () => {
    const added = await json<Task>('add', 'alice', 'buy milk');
    expect(added).toMatchObject({ userId: 'alice', name: 'buy milk', done: false });
    expect(await json('update', 'alice', added.id, '--done')).toEqual({ ...added, done: true });
    expect(await json('update', 'alice', added.id, '--no-done', '--name', 'eggs')).toMatchObject({
      name: 'eggs',
      done: false,
    });
    expect(await json('upsert', 'alice', '--id', added.id, '--done')).toMatchObject({ name: 'eggs', done: true });
    const second = await json<Task>('upsert', 'alice', '--name', 'bread');
    expect(await json<Task[]>('all', 'alice')).toMatchObject([{ id: second.id }, { id: added.id }]);
    expect(await json('remove', 'alice', second.id)).toEqual({ removed: second.id });
    expect(await json<Task[]>('all', 'alice')).toMatchObject([{ id: added.id }]);
  });

  it('pages with the cursor of the page before', async () => {
    for (const name of ['a', 'b', 'c']) await tasks('add', 'pat', name);
    const first = await json<{ tasks: Task[]; nextCursor: string }>('page', 'pat', '--limit', '2');
    expect(first.tasks).toMatchObject([{ name: 'c' }, { name: 'b' }]);
    const last = await json('page', 'pat', '--after', first.nextCursor);
    expect(last).toMatchObject({ tasks: [{ name: 'a' }] });
    expect(last).not.toHaveProperty('nextCursor');
  });

  it('takes a name that looks like an option after --', async () => {
    const { out } = await run(['--host', '127.0.0.1', '--port', String(app.port), 'add', 'alice', '--', '--done']);
    expect(JSON.parse(out)).toMatchObject({ name: '--done' });
  });
});

describe('The tasks command on a terminal', () => {
  const onTerminal = (...args: string[]): Promise<Printed> => run([...args, '--port', String(app.port)], 80);

  it('prints a table that fits, and no character of a name that a terminal would act upon', async () => {
    await tasks('add', 'mallory', `${'long'.repeat(20)} \u001b[2J\u202e\n end`);
    const { code, out } = await onTerminal('all', 'mallory');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[1]).toMatch(/│ id +│ created \(UTC\) +│ done │ name +│/);
    expect(lines.filter((line) => line.length !== 80)).toEqual([]);
    for (const character of ['\u001b', '\u202e']) expect(out).not.toContain(character);
    expect(out.replace(/[^\w\\{}[]/g, '')).toContain('\\u{1b}[2J\\u{202e}\\n');
  });

  it('says in words what there is to say', async () => {
    expect(await onTerminal('check')).toMatchObject({ code: 0, out: 'OK\n' });
    expect(await onTerminal('all', 'nobody')).toMatchObject({ out: 'No tasks\n' });
    const { id } = JSON.parse((await tasks('add', 'tess')).out) as Task;
    await tasks('add', 'tess');
    expect((await onTerminal('page', 'tess', '--limit', '1')).out).toMatch(/\nThe next page: --after \S+\n$/);
    expect((await onTerminal('page', 'tess')).out).toMatch(/\nThis is the last page\n$/);
    expect(await onTerminal('remove', 'tess', id)).toMatchObject({ out: `Removed ${id}\n` });
  });

  it('prints JSON when asked to', async () => {
    expect(JSON.parse((await onTerminal('check', '--json')).out)).toEqual({ ok: true, message: 'OK' });
  });
});

describe('The exit code', () => {
  it.each([
    ['400 userId must not be empty', ['add', '']],
    ['404 Task not found', ['remove', 'alice', 'f'.repeat(24)]],
    ['400 limit must be 1 to 1000', ['page', 'alice', '--limit', '1001']],
  ])('is 1 when the service refuses: %s', async (message, args) => {
    expect(await tasks(...args)).toEqual({ code: 1, out: '', err: `tasks: ${message}\n` });
  });

  it('is 1 when nobody listens, said at once', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    server.close();
    await once(server, 'close');
    const { code, err } = await run(['check', '--host', '127.0.0.1', '--port', port, '--timeout', '60000']);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining(`tasks: Can't connect to 127.0.0.1:${port}`),
    });
  });

  it('is 1 when the service does not answer in time', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    const { code, err } = await run(['check', '--host', '127.0.0.1', '--port', port, '--timeout', '50']);
    server.close();
    expect(code).toBe(1);
    expect(err).toMatch(/^tasks: .*50 ms/);
  });

  it('is 1 for what nobody foresaw, in one line', async () => {
    let err = '';
    const out = (): never => {
      throw new Error('no more\nroom');
    };
    const code = await tasksCommand(['--help'], { out, err: (text) => (err += text), columns: undefined });
    expect({ code, err }).toEqual({ code: 1, err: 'tasks: no more\\nroom\n' });
  });

  it.each([
    [[], 'Usage: tasks'],
    [['dance'], "unknown command 'dance'"],
    [['add'], "missing required argument 'user'"],
    [['all', 'a', 'b'], 'too many arguments'],
    [['check', '--port', '0'], 'Must be a whole number from 1 to 65535'],
    [['check', '--colour'], "unknown option '--colour'"],
  ])('is 2 for the command line %j', async (args, message) => {
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it.each([[['--help']], [['help', 'add']], [['update', '--help']]])(
    'is 0 for %j, which explains itself',
    async (args) => {
      const { code, out } = await run(args);
      expect(code).toBe(0);
      expect(out).toContain('Usage: tasks');
    },
  );
});
