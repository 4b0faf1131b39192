import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { createCommandLine } from '../../../src/interface/cli/command-line.js';
import { tasksCommand } from '../../../src/interface/cli/tasks-command.js';
import { TestApp } from '../../support/app.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

const [CERT, KEY] = ['localhost-cert.pem', 'localhost-key.pem'].map((name) =>
  join(projectRoot, 'packages/nestjs-thrift/test/client/tls', name),
) as [string, string];

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});

afterAll(() => app.stop());

const program = { version: '1.2.3', loadMaintenance: () => import('../../../src/bootstrap/maintenance.js') };

/** For command lines that are only parsed. */
const IDLE = { call: () => Promise.resolve(), maintain: () => Promise.resolve() };

interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command on a terminal of that many columns; undefined: into a pipe. */
async function run(args: readonly string[], columns?: number): Promise<Printed> {
  let out = '';
  let err = '';
  const terminal = { out: (text: string) => (out += text), err: (text: string) => (err += text), columns };
  const code = await tasksCommand(args, terminal, program);
  return { code, out, err };
}

/** Runs the command on the service of this file. */
function tasks(...args: string[]): Promise<Printed> {
  return run([...args, '--host', '127.0.0.1', '--port', String(app.port)]);
}

/** The JSON output of a command. */
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

  it('pages with the previous cursor', async () => {
    for (const name of ['a', 'b', 'c']) await tasks('add', 'pat', name);
    const first = await json<{ tasks: Task[]; nextCursor: string }>('page', 'pat', '--limit', '2');
    expect(first.tasks).toMatchObject([{ name: 'c' }, { name: 'b' }]);
    const last = await json('page', 'pat', '--after', first.nextCursor);
    expect(last).toMatchObject({ tasks: [{ name: 'a' }] });
    expect(last).not.toHaveProperty('nextCursor');
  });

  it.each(['page', 'find'])('%s takes the limit that its help names, and no more', async (command) => {
    const [, limit = ''] = /--limit .*1 to (\d+)/.exec((await run([command, '--help'])).out) ?? [];
    expect(await json(command, 'pat', '--limit', limit)).toHaveProperty('tasks');
    const more = app.client().page({ userId: 'pat', limit: Number(limit) + 1 });
    await expect(more).rejects.toMatchObject({ value: { code: 400, message: `limit must be 1 to ${limit}` } });
  });

  it('creates a task with a given id, once, and gets it', async () => {
    const id = '6b04d58073ea5fcfc126d5a4';
    const created = await json<Task>('create', 'carl', id, 'buy milk');
    expect(created).toMatchObject({ id, userId: 'carl', name: 'buy milk', done: false });
    expect(await json('create', 'carl', id, 'buy eggs')).toEqual(created);
    expect(await json('get', 'carl', id)).toEqual(created);
  });

  it('finds by text and state, also over several calls, and counts', async () => {
    const client = app.client();
    await client.add({ userId: 'finn', name: 'Oldest MILK' });
    for (let n = 0; n < 1_100; n++) await client.add({ userId: 'finn', name: 'bread' });
    const done = await json<Task>('upsert', 'finn', '--name', 'milk', '--done');
    const found = await json<{ tasks: Task[] }>('find', 'finn', 'milk');
    expect(found.tasks).toMatchObject([{ id: done.id }, { name: 'Oldest MILK' }]);
    expect(found).not.toHaveProperty('nextCursor');
    expect(await json('find', 'finn', 'milk', '--open')).toMatchObject({ tasks: [{ name: 'Oldest MILK' }] });
    expect(await json('find', 'finn', '--done')).toEqual({ tasks: [done] });
    const first = await json<{ nextCursor: string }>('find', 'finn', 'milk', '--limit', '1');
    const rest = await json('find', 'finn', 'milk', '--limit', '1', '--after', first.nextCursor);
    expect(rest).toMatchObject({ tasks: [{ name: 'Oldest MILK' }] });
    expect(await json('count', 'finn')).toEqual({ open: 1_101, done: 1 });
  });

  it('adds, edits and moves tasks with dates, repeats, stars and notes', async () => {
    const rent = ['pay rent', '--due', '2026-11-30T09:30', '--repeat', 'monthly', '--star', '--note', 'by bank'];
    const added = await json<Task>('add', 'dora', ...rent);
    const details = { dueOn: '2026-11-30T09:30', starred: true, note: 'by bank' };
    const repeat = 'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1';
    expect(added).toMatchObject({ name: 'pay rent', done: false, repeat, ...details });
    const edited = await json<{ task: Task; successor: Task }>('edit', 'dora', added.id, '--done');
    expect(edited).toMatchObject({ task: { done: true }, successor: { name: 'pay rent', done: false, repeat } });
    const plain = await json('edit', 'dora', added.id, '--due', '', '--repeat', '', '--note', '', '--no-star');
    expect(plain).toEqual({
      task: {
        ...added,
        done: true,
        doneOn: expect.any(String),
        changedOn: expect.any(String),
        dueOn: undefined,
        repeat: undefined,
        note: undefined,
        starred: undefined,
      },
    });
    expect(await json('move', 'dora', added.id, 'dan')).toMatchObject({ id: added.id, userId: 'dan' });
  });

  it('lists what is due by a day, and what has a star', async () => {
    for (const due of ['today', 'tomorrow', '2026-11-01']) await json('add', 'dave', due, '--due', due);
    await json('add', 'dave', 'starred', '--star');
    await json('add', 'dave', 'neither');
    const names = async (...flags: string[]): Promise<string[]> =>
      (await json<Task[]>('all', 'dave', ...flags)).map(({ name }) => name);
    expect(await names('--due', 'today')).toEqual(['2026-11-01', 'today']);
    expect(await names('--due', 'tomorrow')).toEqual(['2026-11-01', 'today', 'tomorrow']);
    expect(await names('--due', '2026-11-01')).toEqual(['2026-11-01']);
    expect(await names('--starred')).toEqual(['starred']);
    expect(await names()).toHaveLength(5);
  });

  it.each([
    ['add', 'dirk', 'x', '--due', '2026-02-30'],
    ['add', 'dirk', 'x', '--repeat', 'monthly'],
  ])('adds nothing that the service rejects: %s %s %s %s %s', async (...args) => {
    expect(await tasks(...args)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^tasks: 400 (dueOn|repeat) must/),
    });
    expect(await json('all', 'dirk')).toEqual([]);
  });

  it('clears the done tasks, and all with --all', async () => {
    for (const flags of [['--done'], ['--done'], []]) await json('upsert', 'cleo', ...flags);
    expect(await json('clear', 'cleo')).toEqual({ removed: 2 });
    expect(await json('count', 'cleo')).toEqual({ open: 1, done: 0 });
    expect(await json('clear', 'cleo', '--all')).toEqual({ removed: 1 });
    expect(await json('all', 'cleo')).toEqual([]);
  });

  it.each([['all'], ['page'], ['find'], ['count']])(
    '%s hints at the ids of accounts when a log-in name has no tasks',
    async (command) => {
      const { code, err } = await tasks(command, 'ada@example.com');
      expect({ code, err }).toEqual({
        code: 0,
        err:
          'tasks: ada@example.com has no tasks. Is it a log-in name? ' +
          "The gateway's users are the ids that gateway-admin list shows\n",
      });
    },
  );

  it('gives no hint about a user with tasks, whatever the id looks like', async () => {
    await json('add', 'ada@home', 'milk');
    for (const command of ['all', 'page', 'find', 'count']) await json(command, 'ada@home');
  });

  it('accepts a name that looks like an option after --', async () => {
    const { out } = await run(['--host', '127.0.0.1', '--port', String(app.port), 'add', 'alice', '--', '--done']);
    expect(JSON.parse(out)).toMatchObject({ name: '--done' });
  });
});

describe('The options of the tasks command', () => {
  it('--version prints the version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it('--jsonl prints one document per task, and the next cursor', async () => {
    for (const name of ['one', 'two', 'three']) await tasks('add', 'lina', name);
    const documentsOf = ({ out }: Printed): unknown[] =>
      out
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
    const all = documentsOf(await tasks('all', 'lina', '--jsonl'));
    expect(all).toMatchObject([{ name: 'three' }, { name: 'two' }, { name: 'one' }]);
    const page = documentsOf(await tasks('page', 'lina', '--limit', '2', '--jsonl'));
    expect(page).toMatchObject([{ name: 'three' }, { name: 'two' }, { nextCursor: expect.any(String) }]);
    expect((await tasks('all', 'nobody', '--jsonl')).out).toBe('');
  });
});

describe('The tasks command on a terminal', () => {
  const onTerminal = (...args: string[]): Promise<Printed> => run([...args, '--port', String(app.port)], 80);

  it('prints a table that fits, with names escaped for the terminal', async () => {
    await tasks('add', 'mallory', `${'long'.repeat(20)} \u001b[2J\u202e\n end`);
    const { code, out } = await onTerminal('all', 'mallory');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^ID +CREATED \(UTC\) +DONE +NAME$/);
    expect(lines.at(-1)).toBe('1 task');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    for (const character of ['\u001b', '\u202e']) expect(out).not.toContain(character);
    expect(out.replace(/[^\w\\{}[]/g, '')).toContain('\\u{1b}[2J\\u{202e}\\n');
  });

  it('prints short results in words', async () => {
    expect(await onTerminal('check')).toMatchObject({ code: 0, out: 'OK\n' });
    expect(await onTerminal('all', 'nobody')).toMatchObject({ out: 'No tasks\n' });
    const { id } = JSON.parse((await tasks('add', 'tess')).out) as Task;
    await tasks('add', 'tess');
    expect((await onTerminal('page', 'tess', '--limit', '1')).out).toMatch(/\n1 task; next page: --after \S+\n$/);
    expect((await onTerminal('page', 'tess')).out).toMatch(/\n2 tasks; this is the last page\n$/);
    expect(await onTerminal('count', 'tess')).toMatchObject({ out: '2 open, 0 done\n' });
    expect(await onTerminal('remove', 'tess', id)).toMatchObject({ out: `Removed ${id}\n` });
    expect(await onTerminal('clear', 'tess')).toMatchObject({ out: 'Removed 0 tasks\n' });
    expect(await onTerminal('clear', 'tess', '--all')).toMatchObject({ out: 'Removed 1 task\n' });
  });

  it('prints one task in lines, not in a table', async () => {
    const { out } = await onTerminal('add', 'una', 'buy milk');
    expect(out).toMatch(/^id {7}[0-9a-f]{24}\ncreated {2}\d{4}-.* UTC\ndone {5}no\nname {5}buy milk\n$/);
  });

  it('prints JSON on request', async () => {
    expect(JSON.parse((await onTerminal('check', '--json')).out)).toEqual({ ok: true, message: 'OK' });
  });

  it.each(['--json', '--jsonl'])('escapes in %s what the terminal would interpret, and nothing else', async (flag) => {
    const name = 'a\u009b2J \u202eb 日本語 👩‍👩‍👧';
    await tasks('add', 'eve', name);
    const { out } = await onTerminal('all', 'eve', flag);
    expect(out).toContain('a\\u009b2J \\u202eb 日本語 👩‍👩‍👧');
    expect([JSON.parse(out)].flat()).toMatchObject([{ name }]);
    await tasks('clear', 'eve', '--all');
  });
});

describe('The exit code', () => {
  it.each([
    ['400 userId must not be empty', ['add', '']],
    ['404 Task not found', ['remove', 'alice', 'f'.repeat(24)]],
    ['404 Task not found', ['get', 'alice', 'f'.repeat(24)]],
    ['400 taskId must be 24 hexadecimal digits', ['create', 'alice', 'x']],
    ['400 filter.text must be at most 256 characters', ['find', 'alice', 't'.repeat(257)]],
  ])('is 1 when the service rejects the call: %s', async (message, args) => {
    expect(await tasks(...args)).toEqual({ code: 1, out: '', err: `tasks: ${message}\n` });
  });

  it('is 1 when nothing listens, immediately', async () => {
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

  it('is 1 for an unforeseen error, in one line', async () => {
    let err = '';
    const out = (): never => {
      throw new Error('no more\nroom');
    };
    const terminal = { out, err: (text: string) => (err += text), columns: undefined };
    const code = await tasksCommand(['--help'], terminal, program);
    expect({ code, err }).toEqual({ code: 1, err: 'tasks: no more\\nroom\n' });
  });

  it.each([
    [[], 'Usage: tasks'],
    [['dance'], "unknown command 'dance'"],
    [['help', 'dance'], "error: unknown command 'dance'\n\nUsage: tasks"],
    [['add'], "missing required argument 'user'"],
    [['all', 'a', 'b'], 'too many arguments'],
    [['page', 'a', '--limit', '1001'], 'Must be a whole number from 1 to 1000'],
    [['find', 'a', '--limit', '1001'], 'Must be a whole number from 1 to 1000'],
    [['update', 'a', 'f'.repeat(24)], 'nothing to change: give --name, --done or --no-done'],
    [['check', '--port', '0'], 'Must be a whole number from 1 to 65535'],
    [['find', 'a', '--open', '--done'], "option '--open' cannot be used with option '--done'"],
    [['check', '--colour'], "unknown option '--colour'"],
  ])('is 2 for the command line %j', async (args, message) => {
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it.each([
    ['--host', ['verify', '--host', 'other']],
    ['--port', ['--port', '6001', 'backup', 'file']],
    ['--timeout', ['restore', 'file', '--timeout', '1000']],
    ['--tls', ['migrate', '--to', 'mongodb://other/', '--tls']],
  ])('is 2 for %s with a command that works on the folder', async (option, args) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(new RegExp(`^error: option '${option}\\b.*for commands that call the service;.*--data-dir\n$`));
  });

  it('is 0 for a command that works on the folder, with options for its output', async () => {
    using folder = new ScratchFolder();
    const service = await TestApp.start({ STORE: 'embedded', DATA_DIR: folder.path });
    await service.client().add({ userId: 'alice', name: 'buy milk' });
    const { code, out } = await run(['verify', '--json', '--data-dir', folder.path]);
    await service.stop();
    expect({ code, report: JSON.parse(out) as unknown }).toMatchObject({ code: 0, report: { tasks: 1 } });
  });

  it.each([
    ['--ca', '/nope', '--tls', '--ca is "/nope", it must be the path of a PEM file that can be read (/nope can\'t)'],
    ['--cert', CERT, '--tls', '--cert and --key must be given together'],
    ['--key', KEY, '--tls', '--cert and --key must be given together'],
    ['--ca', CERT, '--json', '--ca, --cert and --key are for TLS: give --tls as well'],
    ['--key', CERT, `--cert=${CERT}`, `--key is "${CERT}", it must be the path of a PEM file with a private key`],
  ])('is 2 for %s %s %s, with a message that names the option', async (option, file, other, message) => {
    const { code, out, err } = await tasks('check', option, file, other);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^(tasks: --.+\n)+$/);
    expect(err).toContain(`tasks: ${message}`);
  });

  it.each([
    [['migrate', '--to', 'nonsense:hunter2'], '--to is not shown, .+ it must be like mongodb:'],
    [['migrate', '--to', ''], '--to is empty: '],
    [['verify', '--data-dir', ' '], '--data-dir is empty: '],
  ])('is 2 for %j, with a message that names the option', async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(new RegExp(`^tasks: ${message}.*\n$`));
  });

  describe.each(createCommandLine('1.2.3', IDLE).commands.map((command) => [command.name()]))('%s --help', (name) => {
    it('has a description, each argument and option, examples and exit codes', async () => {
      const { code, out } = await run([name, '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(/^Usage: tasks .*\n\n[A-Z][^.]+\n/);
      const words = [...(out.split('\n')[0] ?? '').matchAll(/[<[]([a-z-]+)[>\]]/g)].map(([, word = '']) => word);
      for (const word of words.filter((one) => one !== 'options'))
        expect(out).toMatch(new RegExp(`^  ${word} +\\w`, 'm'));
      expect(out).toMatch(/\nExit codes:\n {2}0 {2}done\n {2}1 {2}\w.*\n {2}2 {2}\w/);
    });

    it('has examples that are command lines', async () => {
      const { out } = await run([name, '--help']);
      const [, examples = ''] = /\nExamples:\n((?: {2}.+\n)+)/.exec(out) ?? [];
      const lines = examples.trim().split('\n');
      for (const line of lines) {
        const [, words = ''] = new RegExp(`^ *tasks (${name}.*?)(?: \\|.*)?$`).exec(line) ?? [];
        const args = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
        const commandLine = createCommandLine('1.2.3', IDLE);
        for (const command of [commandLine, ...commandLine.commands]) command.exitOverride();
        await commandLine.parseAsync(args, { from: 'user' });
      }
    });
  });

  it.each([[['--help']], [['help', 'add']], [['update', '--help']]])('is 0 for %j, with help', async (args) => {
    const { code, out } = await run(args);
    expect(code).toBe(0);
    expect(out).toContain('Usage: tasks');
  });
});

describe('The tasks command and TLS', () => {
  it('suggests --tls for a TLS service, and works with it', async () => {
    const secure = await TestApp.start({ THRIFT_TLS_CERT: CERT, THRIFT_TLS_KEY: KEY });
    const place = ['--host', 'localhost', '--port', String(secure.port)];
    try {
      expect(await run(['check', ...place])).toEqual({
        code: 1,
        out: '',
        err: `tasks: The service at localhost:${String(secure.port)} takes connections by TLS only: give --tls\n`,
      });
      expect(await run(['check', '--tls', '--ca', CERT, ...place])).toMatchObject({ code: 0, err: '' });
    } finally {
      await secure.stop();
    }
  });

  it('reports a service without TLS', async () => {
    const { code, err } = await tasks('check', '--tls');
    expect(code).toBe(1);
    expect(err).toMatch(/^tasks: There is no TLS at 127\.0\.0\.1:\d+: leave --tls out \(.+\)\n$/);
  });

  it('does not blame TLS for a service that disconnects', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    const { code, err } = await run(['check', '--host', '127.0.0.1', '--port', port]);
    server.close();
    expect(code).toBe(1);
    expect(err).toContain('The connection was lost');
  });
});

describe('The tasks command whose output can not be written', () => {
  it('reports it in one line, and its command was executed', async () => {
    const cli = join(projectRoot, 'dist/bootstrap/tasks.js');
    const args = ['add', 'filled', 'x', '--host', '127.0.0.1', '--port', String(app.port)];
    const redirected = ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, cli, ...args];
    const { code, stderr } = await runProgram('sh', redirected, { cwd: projectRoot });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^tasks: The result can't be written \(ENOSPC.*\); the command itself was executed\n$/,
      ),
    });
    expect(await json<Task[]>('all', 'filled')).toHaveLength(1);
  });
});
