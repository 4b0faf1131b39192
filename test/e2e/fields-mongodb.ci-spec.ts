import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { mongo as driver } from 'mongoose';
import type { Task } from '@tasks/idl';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import {
  addFirst,
  allTasks,
  changeField,
  expectEveryFieldKept,
  maintain,
  withService,
} from '../support/kept-fields.js';
import { completeOne, expectUndone } from '../support/series.js';

await describeWithMongo('The fields of a task in MongoDB', ({ uri, database, stop }) => {
  let folder: ScratchFolder;
  let data: string;

  // FerretDB takes a while for what MongoDB does at once.
  const mongo = {
    STORE: 'mongo',
    MONGODB_URI: uri,
    MONGODB_DATABASE: database,
    MONGO_SERVER_SELECTION_TIMEOUT_MS: '30000',
  };

  beforeEach(() => {
    folder = new ScratchFolder();
    data = join(folder.path, 'data');
  });
  afterEach(async () => {
    await using client = await new driver.MongoClient(uri).connect();
    await client.db(database).dropDatabase();
    folder[Symbol.dispose]();
  });
  afterAll(stop);

  it('are kept, each by itself', () => expectEveryFieldKept(mongo));

  it('are migrated there from the embedded store, also over a task that differs', async () => {
    const to = new URL(uri);
    to.pathname = database;
    const [added, changed] = await withService({ STORE: 'embedded', DATA_DIR: data }, async (tasks) => {
      const task = await addFirst(tasks);
      expect(await maintain(data, 'migrate', '--to', to.href)).toMatchObject({ added: 1 });
      return [task, await changeField(tasks, task.id, 'note')];
    });
    const all = (): Promise<readonly Task[]> => withService(mongo, allTasks);
    expect(await all()).toEqual([added]);
    expect(await maintain(data, 'migrate', '--to', to.href, '--overwrite')).toMatchObject({ replaced: 1 });
    expect(await all()).toEqual([changed]);
  });

  it('are migrated with what a done task remembers of its successor', async () => {
    const to = new URL(uri);
    to.pathname = database;
    const done = await withService({ STORE: 'embedded', DATA_DIR: data }, (tasks) => completeOne(tasks, 'alice'));
    expect(await maintain(data, 'migrate', '--to', to.href)).toMatchObject({ added: 2 });
    await withService(mongo, (tasks) => expectUndone(tasks, 'alice', done));
  });
});
