import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import type { TasksClient } from '@tasks/idl';
import { mongo as driver } from 'mongoose';
import { dropAndStop, TestApp } from '../support/app.js';

jest.setTimeout(60_000);

/** All invalid values that older writers can have stored. */
const WRONG = [
  { name: 7 },
  { name: null, done: 'yes' },
  { name: { first: 'a' }, done: 1 },
  { name: ['x'] },
  { createdOn: 'yesterday' },
  { createdOn: 1_700_000_000_000 },
  { createdOn: undefined },
  { _id: 'six' },
  { _id: 6 },
];

await describeWithMongo('The service with documents of older writers', (mongo) => {
  const client = new driver.MongoClient(mongo.uri);
  const documents = client.db(mongo.database).collection('tasks');
  let app: TestApp;
  let tasks: TasksClient;

  beforeEach(async () => {
    app = await TestApp.start({
      STORE: 'mongo',
      MONGODB_URI: mongo.uri,
      MONGODB_DATABASE: mongo.database,
      MONGO_SERVER_SELECTION_TIMEOUT_MS: '20000',
      HTTP_PORT: '0',
    });
    tasks = app.client();
  });
  afterEach(() => app.stop());
  afterAll(async () => {
    await client.close();
    await dropAndStop(mongo);
  });

  async function metric(): Promise<number> {
    const text = await (await app.get('/metrics')).text();
    return Number(/^task_store_defects_total (\d+)$/m.exec(text)?.[1]);
  }

  it('lists, pages, finds, counts and changes all tasks that have an id', async () => {
    const whole = { userId: 'alice', name: 'old', createdOn: new Date(0), done: false };
    await documents.insertMany(WRONG.map((fields) => ({ ...whole, ...fields })) as never);
    const added = await tasks.add({ userId: 'alice', name: 'new' });

    const all = await tasks.all({ userId: 'alice' });
    expect(all).toHaveLength(1 + WRONG.length - 2);
    expect(all[0]).toEqual(added);
    expect(all.at(-1)).toMatchObject({ createdOn: '0001-01-01T00:00:00.000Z' });
    expect(await tasks.page({ userId: 'alice', limit: 1_000 })).toEqual({ tasks: all });
    expect(await tasks.find({ userId: 'alice', limit: 9, filter: { text: 'old' } })).toMatchObject({
      tasks: [{ name: 'old' }, { name: 'old' }, { name: 'old' }],
    });
    expect(await tasks.count({ userId: 'alice' })).toEqual({ open: BigInt(all.length), done: 0n });
    for (const { id } of all) {
      const changed = await tasks.update({ taskId: id, userId: 'alice', name: 'changed', done: true });
      expect(changed).toMatchObject({ id, name: 'changed', done: true });
      expect(await tasks.get({ taskId: id, userId: 'alice' })).toMatchObject(changed);
    }
    expect(await tasks.removeAll({ userId: 'alice', onlyDone: false })).toBe(all.length + 2);
    expect(await documents.countDocuments({ userId: 'alice' })).toBe(0);

    expect(await metric()).toBeGreaterThanOrEqual(8);
    const warnings = app.logged.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(warnings).toEqual([expect.stringMatching(/^(A document|Document [\da-f]{24}) in tasks has an? /)]);
  });

  it('counts and logs nothing when all documents are valid', async () => {
    const added = await tasks.add({ userId: 'bob', name: 'milk' });
    expect(await tasks.all({ userId: 'bob' })).toEqual([added]);
    expect(await metric()).toBe(0);
    expect(app.logged.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});
