import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mongo as driver } from 'mongoose';
import type { EmbeddedTaskRepository } from '../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { migrateTasks } from '../../src/bootstrap/maintenance.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { AppProcess } from '../support/app.js';
import { aTask, instant, taskId } from '../support/builders.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { withEmbeddedTasks } from '../support/embedded-tasks.js';
import { runCommand } from '../support/run-command.js';
import { ScriptedMongo } from '@tasks/testing/scripted-mongo';

jest.setTimeout(60_000);

/** Two batches. */
const TASKS = 600;

await describeWithMongo('A migration from the embedded store to MongoDB', ({ uri, database, stop }) => {
  const client = new driver.MongoClient(uri);
  const documents = client.db(database).collection('tasks');
  let data: ScratchFolder;
  const tasks = Array.from({ length: TASKS }, (_, n) =>
    aTask({ id: taskId(n + 1), userId: `user ${String(n % 7)}`, createdOn: instant(n), done: n % 2 === 0 }),
  );
  const expected = tasks.map(({ id, userId, name, createdOn, done }) => {
    return { _id: new driver.ObjectId(id), userId, name, createdOn, done };
  });

  beforeEach(async () => {
    data = new ScratchFolder();
    await withStore((store) => Promise.all(tasks.map((task) => store.add(task))));
  });
  afterEach(async () => {
    data[Symbol.dispose]();
    await documents.deleteMany({});
  });
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await client.close();
    await stop();
  });

  function withStore(act: (tasks: EmbeddedTaskRepository) => Promise<unknown>): Promise<unknown> {
    return withEmbeddedTasks(data.path, act);
  }

  function migrate(...flags: string[]): ReturnType<typeof runCommand> {
    const to = new URL(uri);
    to.pathname = database;
    return runCommand(['migrate', '--to', to.href, '--data-dir', data.path, ...flags]);
  }

  function stored(): Promise<unknown[]> {
    return documents.find().sort({ _id: 1 }).toArray();
  }

  it('writes the same documents as the service, and the same when run again', async () => {
    const { code, out, err } = await migrate();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const counts = { added: TASKS, same: 0, replaced: 0, kept: 0, inSource: TASKS, inTarget: TASKS };
    expect(JSON.parse(out)).toEqual(counts);
    expect(await stored()).toEqual(expected);
    expect(Object.keys((await documents.findOne()) ?? {})).toEqual(['_id', 'userId', 'name', 'createdOn', 'done']);

    expect(JSON.parse((await migrate()).out)).toEqual({ ...counts, added: 0, same: TASKS });
    expect(await stored()).toEqual(expected);
  });

  it('adds newer tasks, and replaces differing ones only if requested', async () => {
    await migrate();
    await withStore(async (store) => {
      await store.add(aTask({ id: taskId(9_999), userId: 'new' }));
      await store.update(taskId(1), 'user 0', { name: 'changed' });
    });
    expect(JSON.parse((await migrate()).out)).toMatchObject({ added: 1, kept: 1, replaced: 0 });
    expect(await documents.findOne({ userId: 'user 0' }, { sort: { _id: 1 } })).toEqual(expected[0]);
    expect(JSON.parse((await migrate('--overwrite')).out)).toMatchObject({ added: 0, kept: 0, replaced: 1 });
    const changed = await documents.findOne({ userId: 'user 0' }, { sort: { _id: 1 } });
    expect(changed).toEqual({ ...expected[0], name: 'changed' });
  });

  it('copies from a running service, through it', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data.path });
    const { id = '' } = await app.client().add({ userId: 'new', name: 'while it runs' });
    const { code, out, err } = await migrate();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ added: TASKS + 1, inSource: TASKS + 1, inTarget: TASKS + 1 });
    expect(await documents.findOne({ _id: new driver.ObjectId(id) })).toMatchObject({ name: 'while it runs' });
  });

  it('completes when run again after an interruption', async () => {
    const link = await FaultyLink.to(uri);
    const to = { uri: link.uri, place: 'the link', database, namedBy: undefined, serverSelectionTimeoutMs: 2_000 };
    const interrupted = migrateTasks(data.path, to, {
      overwrite: false,
      onProgress: (_step, done) => {
        if (done > 0) void link.cut();
      },
    });
    await expect(interrupted).rejects.toThrow(/^MongoDB at the link can't be used \(.+\): check --to or MONGODB_URI$/);
    const half = (await stored()).length;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(TASKS);
    await link.cut();
    expect(JSON.parse((await migrate()).out)).toMatchObject({ added: TASKS - half, same: half, inTarget: TASKS });
    expect(await stored()).toEqual(expected);
  });

  it('ends with 1 when tasks are missing at the end, with advice', async () => {
    const server = await ScriptedMongo.before(uri, 'single');
    // It reports all as stored, but has none.
    server.rejection = { commands: ['insert'], reply: { ok: 1, n: 500 } };
    const to = `mongodb://${server.address}/${database}`;
    const { code, out } = await runCommand(['migrate', '--to', to, '--data-dir', data.path]);
    expect(JSON.parse(out)).toMatchObject({ added: TASKS, inSource: TASKS, inTarget: 0 });
    expect(code).toBe(1);
    server.rejection = undefined;
    expect(await migrate()).toMatchObject({ code: 0 });
    await server.close();
  });

  it('draws a progress bar on a terminal', async () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
    await migrateOn(terminal as unknown as NodeJS.WriteStream);
    const drawn = String(terminal.read());
    expect(drawn).toMatch(/copying .* 0% \| 0 of 600 tasks/);
    expect(drawn).toMatch(/copying .* 100% \| 600 of 600 tasks/);
    expect(drawn).toMatch(/comparing .* 100% \| 600 of 600 tasks/);
  });

  function migrateOn(terminal: NodeJS.WriteStream): Promise<unknown> {
    const to = new URL(uri);
    to.pathname = database;
    return runCommand(['migrate', '--to', to.href, '--data-dir', data.path], terminal);
  }
});

describe('A migration without a target', () => {
  it('is rejected before anything is opened, and never shows a password', async () => {
    const nowhere = await runCommand(['migrate', '--data-dir', '/nowhere']);
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('use --to mongodb://host:27017/') });
    const bad = await runCommand(['migrate', '--to', 'mongodb://alice:hunter2', '--data-dir', '/nowhere']);
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('is not shown') });
    expect(bad.err).not.toContain('hunter2');
  });
});

describe('A migration to a MongoDB that is down', () => {
  const variable = 'MONGO_SERVER_SELECTION_TIMEOUT_MS';
  let data: ScratchFolder;

  beforeEach(() => {
    data = new ScratchFolder();
    process.env[variable] = '100';
  });
  afterEach(() => {
    Reflect.deleteProperty(process.env, variable);
    data[Symbol.dispose]();
  });

  it.each([
    ['', 'connect ECONNREFUSED 127.0.0.1:1'],
    ['?appName=tasks&bogus=1', 'option bogus is not supported'],
  ])('names it after the time limit of a call, and what to check: %s', async (options, reason) => {
    await withEmbeddedTasks(data.path, () => Promise.resolve());
    const to = `mongodb://alice:hunter2@127.0.0.1:1/${options}`;
    const startMs = performance.now();
    const printed = await runCommand(['migrate', '--to', to, '--data-dir', data.path]);
    expect(printed).toEqual({
      code: 1,
      out: '',
      err: `tasks: MongoDB at 127.0.0.1:1 can't be used (${reason}): check --to or MONGODB_URI\n`,
    });
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });
});
