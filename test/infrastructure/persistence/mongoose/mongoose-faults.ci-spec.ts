import { EventEmitter, once } from 'node:events';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mongo as driver } from 'mongoose';
import type { TaskRepository } from '../../../../src/application/task.repository.js';
import { MongooseTaskStore } from '../../../../src/infrastructure/persistence/mongoose/mongoose-task-store.js';
import { StoreDefects } from '../../../../src/infrastructure/persistence/store-defects.js';
import { aTask, taskId } from '../../../support/builders.js';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { ScriptedMongo } from '@tasks/testing/scripted-mongo';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';

jest.setTimeout(60_000);

const LIMIT_MS = 500;
/** A read is tried twice, and a busy machine is slow. The driver's own limit is 30 s. */
const IN_TIME_MS = 8_000;
/** Of a store whose calls may take long. */
const CALL_LIMIT_MS = 20_000;
const UNAVAILABLE = { name: 'TaskError', code: 'STORE_UNAVAILABLE', message: 'Task store unavailable' };

const NO_PARTIAL_INDEXES = 'MongoDB has no partial indexes here: due and starred tasks are found without an index';

/** Collects log lines. */
class LinesAboutMongo {
  readonly lines: string[] = [];
  /** How often the server's lack of partial indexes was logged: FerretDB has none. */
  withoutPartial = 0;
  readonly #grown = new EventEmitter();
  readonly info = (line: string): void => {
    if (line === NO_PARTIAL_INDEXES) this.withoutPartial++;
    else this.lines.push(line);
    this.#grown.emit('line');
  };
  readonly warn = this.info;

  /** Resolves once that many lines were logged. */
  async hasLines(count: number): Promise<void> {
    while (this.lines.length < count) await once(this.#grown, 'line');
  }
}

await describeWithMongo('The store on a failing MongoDB', ({ uri, database, stop }) => {
  const client = new driver.MongoClient(uri);
  const collection = client.db(database).collection('tasks');
  let link: FaultyLink;
  let log: LinesAboutMongo;
  let store: MongooseTaskStore;

  beforeAll(async () => {
    link = await FaultyLink.to(uri);
  });
  beforeEach(() => link.mend());
  afterEach(() => store.close());
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await client.close();
    await link.cut();
    await stop();
  });

  function started(uri = link.uri, serverSelectionTimeoutMs = LIMIT_MS): TaskRepository {
    const options = { uri, place: 'the link', database, serverSelectionTimeoutMs };
    log = new LinesAboutMongo();
    store = MongooseTaskStore.open(options, log, new StoreDefects());
    return store.tasks;
  }

  async function rejectsInTime(tasks: TaskRepository): Promise<void> {
    const startMs = performance.now();
    const calls = [
      tasks.add(aTask()),
      tasks.pageByUser('alice', 10_000),
      tasks.pageByUser('alice', 1),
      tasks.create(aTask()),
      tasks.find(aTask().id, 'alice'),
      tasks.count('alice'),
      tasks.removeAll('alice', 10, false),
      tasks.update(aTask().id, 'alice', { done: true }),
      tasks.remove(aTask().id, 'alice'),
      tasks.createAll([aTask()]),
      tasks.pageByDue({ userIds: ['alice'], limit: 1 }),
      tasks.pageByStar({ userIds: ['alice'], limit: 1 }),
      tasks.totals(['alice'], '2026-12-01'),
      tasks.update(aTask().id, 'alice', { note: 'x' }, { done: false }),
      tasks.move(aTask().id, 'alice', 'bob'),
      tasks.removeSome([aTask().id], 'alice'),
    ];
    for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ reason: UNAVAILABLE });
    await expect(store.roundTrip()).rejects.toThrow();
    expect(performance.now() - startMs).toBeLessThan(IN_TIME_MS);
  }

  async function worksAgain(tasks: TaskRepository): Promise<void> {
    for (;;) {
      const found = await tasks.pageByUser('nobody', 10_000).catch(() => undefined);
      if (found) return;
      await delay(20);
    }
  }

  it('starts without it, rejects calls in time, works once it is up, logs both once', async () => {
    await link.cut();
    const tasks = started();
    await rejectsInTime(tasks);
    await link.mend();
    await worksAgain(tasks);
    expect(log.lines).toEqual([
      expect.stringMatching(/^No MongoDB at the link \(.*\): calls are answered with 503 until it is available$/),
      'Connected to MongoDB at the link',
    ]);
  });

  it('rejects calls in time when it hangs, and works once it answers again', async () => {
    const tasks = started();
    await worksAgain(tasks);
    link.hang();
    await rejectsInTime(tasks);
    await link.mend();
    await worksAgain(tasks);
  });

  it('rejects calls in time when it is cut off, and recovers with new indexes', async () => {
    const tasks = started();
    await worksAgain(tasks);
    await link.cut();
    await rejectsInTime(tasks);
    await log.hasLines(2);
    await collection.dropIndexes();
    await link.mend();
    await log.hasLines(3);
    await worksAgain(tasks);
    expect(log.lines.map((line) => line.split(' ')[0])).toEqual(['Connected', 'No', 'Connected']);
    while ((await collection.indexes()).length < 3) await delay(20);
  });

  it('aborts a health check after 1.2 s with its dead connection, for any call limit', async () => {
    await worksAgain(started(link.uri, CALL_LIMIT_MS));
    // The indexes are created over the same connection: one after each round trip.
    for (let index = 0; index < 4; index++) await store.roundTrip();
    const startMs = performance.now();
    link.hang();
    await expect(store.roundTrip()).rejects.toThrow('No answer within 1200 ms');
    link.letNewOnesThrough();
    while (
      !(await store.roundTrip().then(
        () => true,
        () => false,
      ))
    )
      await delay(20);
    expect(performance.now() - startMs).toBeLessThan(CALL_LIMIT_MS);
  });

  it('fails the health check without read permission, and passes it with one', async () => {
    const server = await ScriptedMongo.before(uri);
    await worksAgain(started(`mongodb://${server.address}/`));
    await expect(store.roundTrip()).resolves.toBeUndefined();
    const reply = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized' };
    server.rejection = { commands: ['find', 'insert'], reply };
    await expect(store.roundTrip()).rejects.toThrow('not authorized');
    await store.close();
    await server.close();
  });

  it('retries to create the indexes, and logs which, the effect and the remedy', async () => {
    const names = ['userId_1_createdOn_-1__id_-1', 'userId_1_done_1_createdOn_-1__id_-1'];
    const server = await ScriptedMongo.before(uri);
    const reply = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized' };
    server.rejection = { commands: ['createIndexes'], reply };
    await collection.dropIndexes();
    started(`mongodb://${server.address}/`);
    await log.hasLines(2);
    while (server.commands.filter((command) => command === 'createIndexes').length < 2) await setImmediate();
    server.rejection = undefined;
    await log.hasLines(3);
    expect(log.lines).toEqual([
      'Connected to MongoDB at the link',
      "The indexes of tasks can't be created (not authorized): listing is slow until they exist. Creation is retried; " +
        "let the service's user create indexes, or run " +
        'db.tasks.createIndex({"userId":1,"createdOn":-1,"_id":-1}); ' +
        'db.tasks.createIndex({"userId":1,"done":1,"createdOn":-1,"_id":-1}); ' +
        'db.tasks.createIndex({"userId":1,"dueOn":1,"_id":1}, {"partialFilterExpression":{"dueOn":{"$exists":true}}}); ' +
        'db.tasks.createIndex({"userId":1,"createdOn":1,"_id":1}, {"partialFilterExpression":{"starred":true}})',
      'The indexes of tasks exist',
    ]);
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    await store.close();
    await server.close();
  });

  it('goes without partial indexes on a server that has none, and logs that once', async () => {
    const server = await ScriptedMongo.before(uri, 'single');
    const link = await FaultyLink.to(`mongodb://${server.address}/`);
    const created = async (count: number): Promise<void> => {
      while (server.commands.filter((command) => command === 'createIndexes').length < count) await setImmediate();
    };
    const notImplemented = { ok: 0, code: 238, codeName: 'NotImplemented', errmsg: 'not implemented' };
    for (let connection = 0; connection < 2; connection++) {
      for (let list = 0; list < 2; list++) server.fail('createIndexes', { kind: 'reject', reply: { ok: 1 } });
      server.fail('createIndexes', { kind: 'reject', reply: notImplemented });
    }
    const tasks = started(link.uri);
    await created(3);
    await worksAgain(tasks);
    await link.cut();
    await log.hasLines(2);
    await link.mend();
    await created(6);
    await worksAgain(tasks);
    expect(log.lines.map((line) => line.split(' ')[0])).toEqual(['Connected', 'No', 'Connected']);
    expect(log.withoutPartial).toBe(1);
    await store.close();
    await link.cut();
    await server.close();
  });

  it('creates a task whose id was taken and is free, and finds one that was made meanwhile', async () => {
    const server = await ScriptedMongo.before(uri);
    const tasks = started(`mongodb://${server.address}/`, 10_000);
    const duplicate = { ok: 1, n: 0, writeErrors: [{ index: 0, code: 11_000, errmsg: 'E11000 duplicate key error' }] };
    const cursor = { id: driver.Long.ZERO, ns: `${database}.tasks`, firstBatch: [] };
    const task = aTask({ userId: 'created' });
    for (let n = 0; n < 2; n++) server.fail('insert', { kind: 'reject', reply: duplicate });
    expect(await tasks.create(task)).toEqual(task);
    // Removed between insert and find, and made again before the next insert.
    server.fail('find', { kind: 'reject', reply: { ok: 1, cursor } });
    expect(await tasks.create(task)).toEqual(task);
    expect(await tasks.pageByUser('created', 10)).toEqual([task]);
    for (let n = 0; n < 5; n++) server.fail('insert', { kind: 'reject', reply: duplicate });
    await expect(tasks.create(aTask({ id: taskId(9), userId: 'created' }))).rejects.toMatchObject(UNAVAILABLE);
    await store.close();
    await server.close();
  });

  it('repeats a removal when others removed the found tasks: 0 means none is left', async () => {
    const server = await ScriptedMongo.before(uri);
    const tasks = started(`mongodb://${server.address}/`, 10_000);
    await tasks.add(aTask({ id: taskId(2), userId: 'cleared' }));
    server.fail('delete', { kind: 'reject', reply: { ok: 1, n: 0 } });
    expect(await tasks.removeAll('cleared', 10, false)).toBe(1);
    expect(await tasks.removeAll('cleared', 10, false)).toBe(0);
    await store.close();
    await server.close();
  });

  it('closes at once while it is down', async () => {
    await link.cut();
    started(link.uri, CALL_LIMIT_MS);
    const startMs = performance.now();
    await store.close();
    expect(performance.now() - startMs).toBeLessThan(CALL_LIMIT_MS / 4);
  });
});

describe('A connection string', () => {
  it.each([
    ['mongodb://alice:secret@host/?unknown=1', 'MONGODB_URI for host can’t be used: option unknown is not supported'],
    ['mongodb://alice:secret@host:port/', 'MONGODB_URI for host can’t be used: Unable to parse host:port with URL'],
  ])('that is invalid is rejected without its password: %s', (uri, message) => {
    const log = { info: () => undefined, warn: () => undefined };
    const options = { uri, place: 'host', database: 'x', serverSelectionTimeoutMs: LIMIT_MS };
    expect(() => MongooseTaskStore.open(options, log, new StoreDefects())).toThrow(message.replace('’', "'"));
  });
});
