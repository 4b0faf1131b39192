import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mongo as driver } from 'mongoose';
import type { Task, TasksClient } from '@tasks/idl';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { TestApp, type Variables } from '../support/app.js';
import { runCommand } from '../support/run-command.js';
import { changeableFields, taskFields, taskWithEveryField } from '../support/task-fields.js';

jest.setTimeout(60_000);

/** Every field of these, with a value that is not its default. */
const FIRST = taskWithEveryField('alice', 1);
const SECOND = taskWithEveryField('alice', 2);

let folder: ScratchFolder;
let data: string;

beforeEach(() => {
  folder = new ScratchFolder();
  data = join(folder.path, 'data');
});
afterEach(() => {
  folder[Symbol.dispose]();
});

/** The variables of a service on the embedded store in `data`. */
function embedded(): Variables {
  return { STORE: 'embedded', DATA_DIR: data };
}

/** Calls the service over TCP while it runs with these variables. */
async function withService<Result>(
  variables: Variables,
  act: (tasks: TasksClient) => Promise<Result>,
): Promise<Result> {
  const app = await TestApp.start(variables);
  try {
    return await act(app.client());
  } finally {
    await app.stop();
  }
}

/** The task by every method that returns tasks. */
async function read(tasks: TasksClient, taskId: string): Promise<readonly (Task | undefined)[]> {
  const userId = 'alice';
  const [page, found] = [await tasks.page({ userId, limit: 9 }), await tasks.find({ userId, limit: 9 })];
  const lists = [await tasks.all({ userId }), page.tasks ?? [], found.tasks ?? []];
  return [await tasks.get({ taskId, userId }), ...lists.map((list) => list.find(({ id }) => id === taskId))];
}

/** Adds a task with every field, and changes each field alone; the service runs with these variables. */
async function expectEveryFieldKept(variables: Variables): Promise<void> {
  const id = await withService(variables, async (tasks) => {
    const added = await tasks.upsert({ task: FIRST });
    const { id = '', createdOn } = added;
    expect(added).toEqual({ ...FIRST, id: expect.stringMatching(/^[0-9a-f]{24}$/), createdOn: expect.any(String) });
    expect(await read(tasks, id)).toEqual([added, added, added, added]);
    let expected = added;
    for (const field of changeableFields) {
      const change = { [field]: SECOND[field as keyof Task] };
      expected = { ...expected, ...change };
      expect(await tasks.upsert({ task: { id, userId: 'alice', ...change } })).toEqual(expected);
      expect(await read(tasks, id)).toEqual([expected, expected, expected, expected]);
    }
    expect(expected).toEqual({ ...SECOND, id, createdOn });
    return id;
  });
  // A store that outlives the process is read from the disk now.
  if (variables.STORE === 'memory') return;
  const kept = await withService(variables, (tasks) => tasks.get({ taskId: id, userId: 'alice' }));
  expect(kept).toMatchObject(SECOND);
}

/** Runs a maintenance command. */
async function run(...args: string[]): Promise<unknown> {
  const { code, out, err } = await runCommand([...args, '--data-dir', data]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

describe('The fields of a task', () => {
  it('are those of the IDL: id, userId and createdOn, and some that callers change', () => {
    const names = taskFields.map(({ name }) => name);
    expect(names.filter((name) => !changeableFields.includes(name))).toEqual(['id', 'userId', 'createdOn']);
    expect(changeableFields).toEqual(expect.arrayContaining(['name', 'done']));
    for (const field of changeableFields) {
      expect(FIRST[field as keyof Task]).not.toEqual(SECOND[field as keyof Task]);
    }
  });

  it('are kept by the store in memory, each by itself', () => expectEveryFieldKept({ STORE: 'memory' }));

  it('are kept by the embedded store, each by itself', () => expectEveryFieldKept(embedded()));

  it('come back from a backup, into an empty store', async () => {
    const added = await withService(embedded(), (tasks) => tasks.upsert({ task: FIRST }));
    await run('backup', join(folder.path, 'backup'));
    data = join(folder.path, 'other');
    await run('restore', join(folder.path, 'backup'));
    const restored = await withService(embedded(), (tasks) => tasks.all({ userId: 'alice' }));
    expect(restored).toEqual([added]);
  });

  it.each(changeableFields)('come back from a backup where %s alone has changed', async (field) => {
    const backup = join(folder.path, 'backup');
    const added = await withService(embedded(), (tasks) => tasks.upsert({ task: FIRST }));
    await run('backup', backup);
    const restored = await withService(embedded(), async (tasks) => {
      const change = { [field]: SECOND[field as keyof Task] };
      await tasks.upsert({ task: { id: added.id, userId: 'alice', ...change } });
      // The command hands the tasks to the service that has the store open.
      expect(await run('restore', backup, '--overwrite')).toMatchObject({ same: 0, replaced: 1 });
      return tasks.all({ userId: 'alice' });
    });
    expect(restored).toEqual([added]);
  });
});

await describeWithMongo('The fields of a task in MongoDB', ({ uri, database, stop }) => {
  // FerretDB takes a while for what MongoDB does at once.
  const mongo = {
    STORE: 'mongo',
    MONGODB_URI: uri,
    MONGODB_DATABASE: database,
    MONGO_SERVER_SELECTION_TIMEOUT_MS: '30000',
  };

  afterEach(async () => {
    await using client = await new driver.MongoClient(uri).connect();
    await client.db(database).dropDatabase();
  });
  afterAll(stop);

  it('are kept, each by itself', () => expectEveryFieldKept(mongo));

  it('are migrated there from the embedded store, also over a task that differs', async () => {
    const to = new URL(uri);
    to.pathname = database;
    const [added, changed] = await withService(embedded(), async (tasks) => {
      const task = await tasks.upsert({ task: FIRST });
      expect(await run('migrate', '--to', to.href)).toMatchObject({ added: 1 });
      return [task, await tasks.upsert({ task: { ...SECOND, id: task.id } })];
    });
    const all = (): Promise<readonly Task[]> => withService(mongo, (tasks) => tasks.all({ userId: 'alice' }));
    expect(await all()).toEqual([added]);
    expect(await run('migrate', '--to', to.href, '--overwrite')).toMatchObject({ replaced: 1 });
    expect(await all()).toEqual([changed]);
  });
});
