import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { mongo as driver } from 'mongoose';
import { TaskRepository } from '../../../../src/application/task.repository.js';
import { Task } from '../../../../src/domain/task.js';
import { MongoosePersistenceModule } from '../../../../src/infrastructure/persistence/mongoose/mongoose-persistence.module.js';
import { aTask, instant, taskId } from '../../../support/builders.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';

jest.setTimeout(60_000);

await describeWithMongo('The documents in MongoDB, which other services share', ({ uri, database, stop }) => {
  const client = new driver.MongoClient(uri);
  const collection = client.db(database).collection('tasks');
  let app: TestingModule;
  let tasks: TaskRepository;

  beforeAll(async () => {
    const options = { uri, place: 'the test server', database, serverSelectionTimeoutMs: 30_000 };
    app = await Test.createTestingModule({ imports: [MongoosePersistenceModule.register(options)] }).compile();
    await app.init();
    tasks = app.get(TaskRepository);
  });
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await Promise.all([app.close(), client.close()]);
    await stop();
  });

  it('have the very fields and types that are agreed on, also after an update', async () => {
    const task = aTask({ userId: 'fields' });
    await tasks.add(task);
    const written = await collection.findOne({ userId: 'fields' });
    expect(written).toEqual({
      _id: new driver.ObjectId(task.id),
      userId: 'fields',
      name: 'buy milk',
      createdOn: task.createdOn,
      done: false,
    });
    await tasks.update(task.id, 'fields', { done: true });
    expect(await collection.findOne({ userId: 'fields' })).toEqual({ ...written, done: true });
  });

  it('may lack name and done when an older writer wrote them', async () => {
    const _id = new driver.ObjectId(taskId(77));
    await collection.insertOne({ _id, userId: 'older', createdOn: instant() });
    expect(await tasks.pageByUser('older', 10_000)).toEqual([new Task(taskId(77), 'older', '', instant(), false)]);
    expect(await tasks.pageByUser('older', 10, undefined, false)).toMatchObject([{ id: taskId(77) }]);
    expect(await tasks.pageByUser('older', 10, undefined, true)).toEqual([]);
    expect(await tasks.count('older')).toEqual({ open: 1, done: 0 });
    expect(await tasks.update(taskId(77), 'older', {})).toMatchObject({ name: '', done: false });
    expect(await tasks.update(taskId(77), 'older', { done: true })).toMatchObject({ name: '', done: true });
  });

  it('are found by indexes that cover the order of each list', async () => {
    let indexes = await collection.indexes();
    while (indexes.length < 3) indexes = await collection.indexes();
    expect(indexes.map(({ key }) => JSON.stringify(key))).toEqual(
      expect.arrayContaining(['{"userId":1,"createdOn":-1,"_id":-1}', '{"userId":1,"done":1,"createdOn":-1,"_id":-1}']),
    );
  });
});
