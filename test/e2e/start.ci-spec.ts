import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ThriftMethod } from 'nestjs-thrift';
import { tasksService } from '../../src/service.js';
import { TasksController } from '../../src/interface/thrift/tasks.controller.js';
import { AppProcess, startProgram, TestApp, type Variables } from '../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { projectRoot } from '@tasks/testing/project-copy';

/** Starts the service where it can't start, and returns its output. */
async function failedStart(variables: Variables): Promise<string> {
  using program = startProgram(variables);
  const { code, stdout, stderr } = await program.ended();
  expect(code).toBe(1);
  return stdout + stderr;
}

/** Starts the service where it can't start, and returns the message of its only line. */
async function fatalMessage(variables: Variables): Promise<string> {
  const output = await failedStart(variables);
  const { level, time, msg } = JSON.parse(output) as Readonly<Record<'level' | 'time' | 'msg', string>>;
  expect({ level, isTime: !Number.isNaN(Date.parse(time)) }).toEqual({ level: 'fatal', isTime: true });
  return msg;
}

describe('The first lines of the log', () => {
  it('contain the version, the addresses, the store and how to choose another', async () => {
    using folder = new ScratchFolder();
    await using app = await AppProcess.start({ DATA_DIR: 'tasks-of-ours', HTTP_PORT: '0' }, folder.path);
    app.signal('SIGTERM');
    const { stdout } = await app.ended();
    const messages = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toContain(`Tasks ${tasksService.version}, Node.js ${process.version}`);
    expect(messages).toContain(`Thrift listens on 127.0.0.1:${String(app.port)}`);
    expect(messages).toContain(
      `Tasks are kept on disk in ${join(folder.path, 'tasks-of-ours')} (default); ` +
        'DATA_DIR moves them, MONGODB_URI or MONGO_HOST chooses MongoDB instead',
    );
    expect(messages).toContain(
      `Health and metrics listen on 127.0.0.1:${String(app.httpPort)}: /health/live /health/ready /metrics`,
    );
  });

  it('name unknown variables, and another store when STORE chose this one', async () => {
    using folder = new ScratchFolder();
    const variables = { STORE: 'embedded', MONGODB_URI: 'mongodb://db', THRIFT_MAX_DEPHT: '10' };
    await using app = await AppProcess.start({ DATA_DIR: folder.path, ...variables });
    app.signal('SIGTERM');
    const { stdout } = await app.ended();
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({
      level: 'warn',
      msg: 'THRIFT_MAX_DEPHT is unknown and ignored: did you mean THRIFT_MAX_DEPTH?',
    });
    expect(stdout).toContain('(STORE=embedded); DATA_DIR moves them, STORE=mongo chooses MongoDB instead');
  });

  it('use a .env file in the working directory, which the environment overrides', async () => {
    using folder = new ScratchFolder();
    writeFileSync(join(folder.path, '.env'), 'STORE=memory\nLOG_LEVEL=silent\nTHRIFT_PORT=1\n');
    await using app = await AppProcess.start({ LOG_LEVEL: 'info' }, folder.path);
    app.signal('SIGTERM');
    expect((await app.ended()).stdout).toContain('Tasks are kept in memory (STORE=memory)');
  });
});

describe('The service that can not start', () => {
  it('lists every bad variable with its value and what is allowed, but no password', async () => {
    const output = await fatalMessage({
      THRIFT_PORT: '70000',
      STORE: 'mysql',
      MONGODB_URI: 'mongodb://admin:hunter2',
      DRAIN_DELAY_MS: 'soon',
    });
    expect(output).toContain('THRIFT_PORT is "70000", it must be a whole number from 0 to 65535');
    expect(output).toContain('STORE is "mysql", it must be one of auto, mongo, embedded, memory');
    expect(output).toContain('MONGODB_URI is not shown');
    expect(output).toContain('DRAIN_DELAY_MS is "soon"');
    expect(output).not.toContain('hunter2');
  });

  it('reports bad variables as text where the log is for people', async () => {
    const output = await failedStart({ STORE: 'mysql', LOG_FORMAT: 'pretty' });
    expect(output).toBe('Bad configuration:\n  STORE is "mysql", it must be one of auto, mongo, embedded, memory\n');
  });

  it.each([
    ['mongodb://alice:hunter2@mongo:27017/?unknown=1', 'option unknown is not supported'],
    ['mongodb://alice:hunter2@mongo:27017/?tls=perhaps', 'tls/ssl must be either "true" or "false"'],
  ])('reports an invalid MONGODB_URI in one line, without its password: %s', async (uri, why) => {
    const output = await failedStart({ MONGODB_URI: uri });
    const lines = output.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'fatal',
      msg: expect.stringMatching(new RegExp(`^Can't start: MONGODB_URI for mongo:27017 can't be used: ${why}`)),
    });
    expect(output).not.toContain('hunter2');
  });

  it.each([
    ['0', '192.0.2.1'],
    ['7001', '192.0.2.1:7001'],
  ])('reports in one line that the machine has no such address: port %s', async (port, place) => {
    const output = await failedStart({ STORE: 'memory', THRIFT_HOST: '192.0.2.1', THRIFT_PORT: port });
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(`Can't listen on ${place} (EADDRNOTAVAIL): this machine has no such address`);
  });

  it('names the variable whose file is not a certificate', async () => {
    const file = join(projectRoot, 'README.md');
    const output = await fatalMessage({ STORE: 'memory', THRIFT_TLS_CERT: file, THRIFT_TLS_KEY: file });
    expect(output).toContain(`THRIFT_TLS_CERT is "${file}", it must be the path of a PEM file with a certificate`);
    expect(output).not.toContain('    at ');
  });

  it('reports in one line that another process has the data folder, and leaves it be', async () => {
    using folder = new ScratchFolder();
    await using first = await AppProcess.start({ DATA_DIR: folder.path });
    const output = await failedStart({ DATA_DIR: folder.path, HTTP_PORT: 'off' });
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(`The data folder ${folder.path} is in use by another service`);
    expect(await first.client().check()).toEqual({ ok: true, message: 'OK' });
  });
});

describe('Handlers and the IDL', () => {
  const handler = Reflect.get(TasksController.prototype, 'remove') as object;
  const original = Reflect.getMetadataKeys(handler).map((key: unknown): [unknown, unknown] => [
    key,
    Reflect.getMetadata(key, handler),
  ]);

  function takeAway(): void {
    for (const [key] of original) Reflect.deleteMetadata(key, handler);
  }

  afterEach(() => {
    takeAway();
    for (const [key, value] of original) Reflect.defineMetadata(key, value, handler);
  });

  it('a method without handler is logged once, and answers UNKNOWN_METHOD', async () => {
    takeAway();
    const app = await TestApp.start();
    const call = app.client().remove({ taskId: 'f'.repeat(24), userId: 'alice' });
    await expect(call).rejects.toMatchObject({ code: 'UNKNOWN_METHOD' });
    expect(await app.client().check()).toEqual({ ok: true, message: 'OK' });
    await app.stop();
    const lines = app.logged.filter(({ msg }) => msg.includes('has no handler'));
    expect(lines).toMatchObject([{ level: 'warn', msg: 'Tasks.remove has no handler: calls get UNKNOWN_METHOD' }]);
  });

  it('a handler whose method is not in the IDL ends the start, by name', async () => {
    ThriftMethod('Tasks', 'purge')(TasksController.prototype, 'remove', { value: handler });
    await expect(TestApp.start()).rejects.toThrow(/has no Tasks\.purge/);
  });
});
