import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mongo as driver } from 'mongoose';
import type { TaskRepository } from '../../../../src/application/task.repository.js';
import { Task } from '../../../../src/domain/task.js';
import { stateOf } from '../../../../src/domain/task-details.js';
import { MongooseTaskStore } from '../../../../src/infrastructure/persistence/mongoose/mongoose-task-store.js';
import { StoreDefects } from '../../../../src/infrastructure/persistence/store-defects.js';
import { aTask, instant, taskId } from '../../../support/builders.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';

jest.setTimeout(60_000);

await describeWithMongo('The documents in MongoDB, which other services share', ({ uri, database, stop }) => {
  const client = new driver.MongoClient(uri);
  const collection = client.db(database).collection('tasks');
  let store: MongooseTaskStore;
  let tasks: TaskRepository;
  const warnings: string[] = [];
  const defects = new StoreDefects({ warn: (line: string) => void warnings.push(line) });

  beforeAll(() => {
    const options = { uri, place: 'the test server', database, serverSelectionTimeoutMs: 30_000 };
    store = MongooseTaskStore.open(options, { info: () => undefined, warn: () => undefined }, defects);
    tasks = store.tasks;
  });
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await Promise.all([store.close(), client.close()]);
    await stop();
  });

  it('have exactly the agreed fields and types, also after an update', async () => {
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

  it('may lack name and done if an older writer stored them', async () => {
    const _id = new driver.ObjectId(taskId(77));
    await collection.insertOne({ _id, userId: 'older', createdOn: instant() });
    expect(await tasks.pageByUser('older', 10_000)).toEqual([new Task(taskId(77), 'older', '', instant(), false)]);
    expect(await tasks.pageByUser('older', 10, undefined, false)).toMatchObject([{ id: taskId(77) }]);
    expect(await tasks.pageByUser('older', 10, undefined, true)).toEqual([]);
    expect(await tasks.count('older')).toEqual({ open: 1, done: 0 });
    expect(await tasks.update(taskId(77), 'older', {})).toMatchObject({ name: '', done: false });
    expect(await tasks.update(taskId(77), 'older', { done: true })).toMatchObject({ name: '', done: true });
  });

  it('have a new field only once a call sets it, and no more when it is unset', async () => {
    const task = aTask({ id: taskId(78), userId: 'details' });
    await tasks.create(task);
    const written = await collection.findOne({ userId: 'details' });
    expect(Object.keys(written ?? {})).toEqual(['_id', 'userId', 'name', 'createdOn', 'done']);
    const successor = { id: taskId(79), revision: 'ab01' };
    const changes = { note: '', dueOn: '2026-12-01', starred: true, changedOn: instant(1), successor } as const;
    await tasks.update(task.id, 'details', { ...changes, repeat: null });
    expect(await collection.findOne({ userId: 'details' })).toEqual({ ...written, ...changes });
    await tasks.update(task.id, 'details', { note: null, dueOn: null, starred: null, successor: null });
    expect(await collection.findOne({ userId: 'details' })).toEqual({ ...written, changedOn: instant(1) });
    await tasks.move(task.id, 'details', 'moved details');
    expect(await collection.findOne({ userId: 'moved details' })).toEqual({
      ...written,
      userId: 'moved details',
      changedOn: instant(1),
    });
  });

  it('of other writers stay byte for byte until a call changes them, and then in all other fields', async () => {
    const foreign = {
      list: [1, 'two', { three: 3.5 }],
      done: false,
      nested: { z: 1, a: new driver.Long(7) },
      createdOn: instant(),
      flags: new driver.Binary(Buffer.from([0, 255])),
      name: 'theirs',
      userId: 'foreign',
      nothing: null,
      changed: new driver.Timestamp({ t: 1, i: 2 }),
    };
    const [first, second] = [taskId(500), taskId(501)];
    await collection.insertMany([
      { _id: new driver.ObjectId(first), ...foreign },
      { _id: new driver.ObjectId(second), ...foreign, note: 7, dueOn: ['2026-12-01'], starred: 'yes', repeat: {} },
    ]);
    const bytesOf = async (id: string): Promise<Buffer> => {
      const found: unknown = await collection.findOne({ _id: new driver.ObjectId(id) }, { raw: true });
      return Buffer.from(found as Uint8Array);
    };
    const before = [await bytesOf(first), await bytesOf(second)];
    await tasks.pageByUser('foreign', 10);
    await tasks.pageByDue({ userIds: ['foreign'], limit: 10 });
    await tasks.pageByStar({ userIds: ['foreign'], limit: 10 });
    await tasks.totals(['foreign'], '2026-12-01');
    await tasks.create(aTask({ id: first, userId: 'foreign' }));
    await tasks.createAll([first, second].map((id) => aTask({ id, userId: 'foreign' })));
    await tasks.update(first, 'foreign', {});
    await tasks.update(first, 'foreign', { done: true }, { name: 'other' });
    await tasks.update(first, 'foreign', { changedOn: instant(1) }, { unlike: { name: 'theirs', done: false } });
    await tasks.update(second, 'others', { done: true });
    await tasks.move(second, 'others', 'foreign');
    await tasks.remove(second, 'foreign', { done: true });
    await tasks.removeSome([first, second], 'others');
    expect([await bytesOf(first), await bytesOf(second)]).toEqual(before);

    const fieldsOf = async (id: string): Promise<unknown> =>
      Object.entries((await collection.findOne({ _id: new driver.ObjectId(id) }, { promoteValues: false })) ?? {});
    const whole = (await fieldsOf(first)) as [string, unknown][];
    await tasks.update(first, 'foreign', { name: 'ours', note: 'new' });
    const changed = whole.map(([field, value]) => [field, field === 'name' ? 'ours' : value]);
    expect(await fieldsOf(first)).toEqual([...changed, ['note', 'new']]);
    expect(await bytesOf(second)).toEqual(before[1]);
    await tasks.update(first, 'foreign', { name: 'theirs', note: null });
    expect(await bytesOf(first)).toEqual(before[0]);
  });

  it('are found by indexes that cover the order of each list', async () => {
    let indexes = await collection.indexes();
    while (indexes.length < 3) indexes = await collection.indexes();
    expect(indexes.map(({ key }) => JSON.stringify(key))).toEqual(
      expect.arrayContaining(['{"userId":1,"createdOn":-1,"_id":-1}', '{"userId":1,"done":1,"createdOn":-1,"_id":-1}']),
    );
  });

  describe('of older writers', () => {
    const WRONG = [
      'text',
      '2026-12-01T00:00:00.000Z',
      7,
      true,
      { a: 1 },
      [],
      ['x'],
      new driver.Binary(Buffer.from('x')),
      null,
    ];
    let next = 1_000;

    /** Inserts documents that an older writer may have stored, and returns their ids. */
    async function inserted(userId: string, documents: readonly object[]): Promise<string[]> {
      const whole = documents.map((fields) => ({
        _id: new driver.ObjectId(taskId(next++)),
        ...{ userId, name: 'old', createdOn: instant(), done: false },
        ...fields,
      }));
      await collection.insertMany(whole);
      return whole.map(({ _id }) => (_id instanceof driver.ObjectId ? _id.toHexString() : String(_id)));
    }

    async function pagesOf(userId: string, limit: number, done?: boolean): Promise<Task[]> {
      const all: Task[] = [];
      for (;;) {
        const page = await tasks.pageByUser(userId, limit, all.at(-1), done);
        all.push(...page);
        if (page.length < limit) return all;
      }
    }

    it.each(WRONG)('are listed with an empty name where the name is %j', async (name) => {
      const userId = `name ${JSON.stringify(name)}`;
      const [id = ''] = await inserted(userId, [{ name }]);
      const expected = new Task(id, userId, typeof name === 'string' ? name : '', instant(), false);
      expect(await tasks.pageByUser(userId, 10)).toEqual([expected]);
      expect(await tasks.find(id, userId)).toEqual(expected);
      expect(await tasks.create(aTask({ id, userId }))).toEqual(expected);
      expect(await tasks.update(id, userId, { done: true })).toEqual(expected.with({ done: true }));
      expect(await tasks.update(id, userId, { name: 'new' })).toEqual(expected.with({ done: true, name: 'new' }));
    });

    it.each(WRONG)('are listed as open where done is %j', async (done) => {
      const userId = `done ${JSON.stringify(done)}`;
      const [id = ''] = await inserted(userId, [{ done }]);
      const expected = new Task(id, userId, 'old', instant(), done === true);
      expect(await tasks.pageByUser(userId, 10)).toEqual([expected]);
      expect(await tasks.count(userId)).toEqual(done === true ? { open: 0, done: 1 } : { open: 1, done: 0 });
      expect(await tasks.update(id, userId, { name: 'new' })).toEqual(expected.with({ name: 'new' }));
      expect(await tasks.update(id, userId, { done: true })).toEqual(expected.with({ name: 'new', done: true }));
    });

    it.each(WRONG.filter((value) => value !== null))('are read without details of a wrong type: %j', async (wrong) => {
      const userId = `details ${JSON.stringify(wrong)}`;
      const fields = ['note', 'dueOn', 'starred', 'repeat', 'doneOn', 'position', 'changedOn', 'successor'] as const;
      const right = (field: string): boolean =>
        typeof wrong === 'string' ? !['doneOn', 'changedOn', 'starred', 'successor'].includes(field) : false;
      const isRight = (field: string): boolean => right(field) || (wrong === true && field === 'starred');
      const [id = ''] = await inserted(userId, [Object.fromEntries(fields.map((field) => [field, wrong]))]);
      const before = defects.count;
      const found = await tasks.find(id, userId);
      expect(found?.details).toEqual(Object.fromEntries(fields.filter(isRight).map((field) => [field, wrong])));
      expect(defects.count - before).toBe(fields.filter((field) => !isRight(field)).length);
      const unset = fields.filter((field) => !isRight(field) && field !== 'doneOn');
      const expected = Object.fromEntries(unset.map((field) => [field, null]));
      expect(await tasks.update(id, userId, { name: 'x' }, { unlike: expected })).toBeUndefined();
      expect(await tasks.update(id, userId, { name: 'new' }, expected)).toEqual(found?.with({ name: 'new' }));
      const dueOn = isRight('dueOn') ? 1 : 0;
      expect(await tasks.pageByDue({ userIds: [userId], limit: 5 })).toHaveLength(dueOn);
      expect(await tasks.pageByStar({ userIds: [userId], limit: 5 })).toHaveLength(isRight('starred') ? 1 : 0);
      expect((await tasks.totals([userId], '2026-12-01')).get(userId)).toMatchObject({ open: 1, overdue: 0 });
      const set = { note: 'n', dueOn: '2026-12-01', starred: true, repeat: 'FREQ=DAILY', position: 'p' } as const;
      const successor = { id: taskId(1), revision: 'ab' };
      const whole = { ...set, doneOn: instant(1), changedOn: instant(2), successor };
      expect((await tasks.update(id, userId, whole))?.details).toEqual(whole);
    });

    it('are changed at what they are read as, also with texts that no call writes', async () => {
      const odd = [
        { note: '', dueOn: '', repeat: '', position: '' },
        { successor: { id: 'no id', revision: 'r' }, done: true },
        { successor: { id: taskId(1), revision: 7 }, done: 'yes' },
        { createdOn: 'yesterday', name: null },
        { changedOn: '2026-12-01T00:00:00.000Z', starred: false },
      ];
      for (const id of await inserted('odd', odd)) {
        const task = await tasks.find(id, 'odd');
        if (!task) throw new Error('Not found');
        const expected = { ...stateOf(task), createdOn: task.createdOn };
        expect(await tasks.update(id, 'odd', { position: 'p' }, { ...expected, unlike: expected })).toBeUndefined();
        expect(await tasks.update(id, 'odd', { position: 'p' }, expected)).toEqual(task.with({ position: 'p' }));
        expect(await tasks.remove(id, 'odd', { ...expected, position: 'p' })).toBe(true);
      }
    });

    it.each(['text', 7, { a: 1 }, [], null, undefined, new driver.Timestamp({ t: 1, i: 1 }), new Date(-9e14)])(
      'are the oldest of those with a star, once in pages of any size, where createdOn is %j',
      async (createdOn) => {
        const userId = `star ${JSON.stringify(createdOn)} ${String(next)}`;
        const dates = [createdOn, instant(2), createdOn, instant(1), instant(2)];
        const ids = await inserted(
          userId,
          dates.map((date) => ({ createdOn: date, starred: true })),
        );
        const expected = [0, 2, 3, 1, 4].map((n) => ids[n]);
        for (const limit of [10, 5, 3, 2, 1]) {
          const all: Task[] = [];
          for (let more = true; more;) {
            const page = await tasks.pageByStar({ userIds: [userId], limit, after: all.at(-1) });
            all.push(...page);
            more = page.length === limit;
          }
          expect(all.map(({ id }) => id)).toEqual(expected);
        }
      },
    );

    it.each([...WRONG, undefined, 0, new driver.Timestamp({ t: 1, i: 1 }), new Date(-9e14)])(
      'are listed last, once in pages of any size, where createdOn is %j',
      async (createdOn) => {
        const userId = `createdOn ${JSON.stringify(createdOn)} ${String(next)}`;
        const dated = await inserted(
          userId,
          [1, 2, 3].map((n) => ({ createdOn: instant(n) })),
        );
        const undated = await inserted(userId, [{ createdOn }, { createdOn }, { createdOn, done: true }]);
        const expected = [...dated.reverse(), ...undated.reverse()];
        for (const limit of [10, 6, 5, 3, 2, 1])
          expect((await pagesOf(userId, limit)).map(({ id }) => id)).toEqual(expected);
        const [id = ''] = undated;
        const task = new Task(id, userId, 'old', new Date('0001-01-01T00:00:00.000Z'), true);
        expect(await tasks.find(id, userId)).toEqual(task);
        expect(await pagesOf(userId, 1, true)).toEqual([task]);
        expect(await tasks.update(id, userId, { name: 'new' })).toEqual(task.with({ name: 'new' }));
      },
    );

    it.each(['6560000000000000000000aa', 'x', 7, { a: 1 }, new driver.Binary(Buffer.from('x')), true])(
      'are left out, without hiding others, where _id is %j',
      async (_id) => {
        const userId = `_id ${JSON.stringify(_id)}`;
        const [oldest = ''] = await inserted(userId, [{ createdOn: instant(1) }]);
        await inserted(userId, [{ _id, createdOn: instant(2) }]);
        const [newest = ''] = await inserted(userId, [{ createdOn: instant(3) }]);
        for (const limit of [10, 3, 2, 1])
          expect((await pagesOf(userId, limit)).map(({ id }) => id)).toEqual([newest, oldest]);
        expect(await tasks.count(userId)).toEqual({ open: 2, done: 0 });
        expect(await tasks.removeAll(userId, 10, false)).toBe(3);
        expect(await collection.countDocuments({ userId })).toBe(0);
      },
    );

    it('are counted at each read, and their values never logged', async () => {
      const before = defects.count;
      await inserted('counted', [{ name: { secret: 'hunter2' }, done: 'hunter2' }]);
      await tasks.pageByUser('counted', 10);
      await tasks.pageByUser('counted', 10);
      expect(defects.count - before).toBe(4);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(
        /^Document [\da-f]{24} in tasks has a \w+ of a wrong type: it is read as .*Correct it$/,
      );
    });

    it('are not counted when they are valid', async () => {
      const before = defects.count;
      await inserted('sound', [{ createdOn: instant(1) }, { createdOn: instant(2), done: true }, { name: '' }]);
      expect(await tasks.pageByUser('sound', 10)).toHaveLength(3);
      expect(await pagesOf('sound', 1)).toHaveLength(3);
      expect(defects.count).toBe(before);
    });
  });
});
