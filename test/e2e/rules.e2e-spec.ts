import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ThriftError, ThriftException } from 'nestjs-thrift';
import type { BaseException, Task, TasksClient } from '@tasks/idl';
import { TestApp } from '../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

// Every rule of the contract, through a client over TCP. What each store does is in test/support/store-contract.ts.

const NO_TASK = 'f'.repeat(24);

describe('The service on its default store', () => {
  const folder = new ScratchFolder();
  let app: TestApp;
  let tasks: TasksClient;

  beforeAll(async () => {
    app = await TestApp.start({ STORE: 'embedded', DATA_DIR: folder.path });
    tasks = app.client();
  });

  afterAll(async () => {
    await app.stop();
    folder[Symbol.dispose]();
  });

  async function added(userId: string, name = 'buy milk'): Promise<Required<Task>> {
    return (await tasks.add({ userId, name })) as Required<Task>;
  }

  /** The error of the call: the declared exception, or the application exception's message. */
  async function rejection(call: Promise<unknown>): Promise<BaseException | string> {
    try {
      return `not rejected: ${JSON.stringify(await call)}`;
    } catch (error) {
      if (error instanceof ThriftException) return { ...(error.value as BaseException) };
      if (error instanceof ThriftError) return `${error.code}: ${error.message}`;
      throw error;
    }
  }

  describe('check', () => {
    it('is OK when the store answers', async () => {
      expect(await tasks.check()).toEqual({ ok: true, message: 'OK' });
    });
  });

  describe('add', () => {
    it('adds a task, not done, created now', async () => {
      const before = Date.now();
      const task = await added('adder', 'buy milk');
      expect(task).toEqual({ ...task, userId: 'adder', name: 'buy milk', done: false });
      expect(task.id).toMatch(/^[0-9a-f]{24}$/);
      expect(task.createdOn).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Date.parse(task.createdOn)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(task.createdOn)).toBeLessThanOrEqual(Date.now());
      expect(await tasks.all({ userId: 'adder' })).toEqual([task]);
    });

    it('treats an unset name as empty', async () => {
      expect((await tasks.add({ userId: 'nameless' })).name).toBe('');
    });

    it('keeps every character at every allowed length', async () => {
      const userId = 'ü'.repeat(256);
      const name = '\u{1f95b}'.repeat(2_048);
      expect(await added(userId, name)).toMatchObject({ userId, name });
      expect(await tasks.all({ userId })).toHaveLength(1);
    });

    it.each([
      ['400 userId must not be empty', { userId: '', name: 'x' }],
      ['400 userId must not be empty', { name: 'unset' }],
      ['400 userId must be at most 256 characters', { userId: 'u'.repeat(257) }],
      ['400 name must be at most 4096 characters', { userId: 'u', name: 'n'.repeat(4_097) }],
      ['400 userId must not be empty; name must be at most 4096 characters', { userId: '', name: 'n'.repeat(4_097) }],
    ])('declares no exception, so that "%s" is an application exception', async (message, args) => {
      expect(await rejection(tasks.add(args))).toBe(`INTERNAL_ERROR: ${message}`);
    });
  });

  describe('all', () => {
    it('lists newest first, ties by id descending', async () => {
      const inOrder = [];
      for (const name of ['a', 'b', 'c', 'd']) inOrder.unshift(await added('lister', name));
      expect(await tasks.all({ userId: 'lister' })).toEqual(inOrder);
    });

    it('is empty for an unknown user, and rejects an empty one', async () => {
      expect(await tasks.all({ userId: 'stranger' })).toEqual([]);
      expect(await rejection(tasks.all({}))).toBe('INTERNAL_ERROR: 400 userId must not be empty');
    });
  });

  describe('update', () => {
    it('changes set fields and leaves unset ones unchanged', async () => {
      const task = await added('updater');
      const { id: taskId, userId } = task;
      expect(await tasks.update({ taskId, userId, done: true })).toEqual({ ...task, done: true });
      expect(await tasks.update({ taskId, userId, name: '' })).toEqual({ ...task, name: '', done: true });
      expect(await tasks.update({ taskId, userId })).toEqual({ ...task, name: '', done: true });
      expect(await tasks.all({ userId })).toEqual([{ ...task, name: '', done: true }]);
    });

    it('accepts an id in upper case', async () => {
      const { id, userId } = await added('upper');
      expect((await tasks.update({ taskId: id.toUpperCase(), userId, done: true })).id).toBe(id);
    });

    it("finds neither an unknown task nor another user's", async () => {
      const { id: taskId } = await added('owner');
      const missing = { code: 404, message: 'Task not found' };
      expect(await rejection(tasks.update({ taskId: NO_TASK, userId: 'owner', done: true }))).toEqual(missing);
      expect(await rejection(tasks.update({ taskId, userId: 'thief', done: true }))).toEqual(missing);
      expect((await tasks.all({ userId: 'owner' }))[0]?.done).toBe(false);
    });

    it.each([
      ['taskId must be 24 hexadecimal digits', { taskId: '', userId: 'u' }],
      ['taskId must be 24 hexadecimal digits', { userId: 'u' }],
      ['taskId must be 24 hexadecimal digits', { taskId: 'g'.repeat(24), userId: 'u' }],
      ['userId must not be empty', { taskId: NO_TASK }],
      ['name must be at most 4096 characters', { taskId: NO_TASK, userId: 'u', name: 'n'.repeat(4_097) }],
    ])('rejects invalid input: %s', async (message, args) => {
      expect(await rejection(tasks.update(args))).toEqual({ code: 400, message });
    });
  });

  describe('upsert', () => {
    it('adds a task without id, with the given name and done, created now', async () => {
      const before = Date.now();
      const task = { userId: 'upserter', name: 'n', done: true, createdOn: '2001-01-01T00:00:00.000Z' };
      const { createdOn = '', ...rest } = await tasks.upsert({ task });
      expect(rest).toEqual({ id: rest.id, userId: 'upserter', name: 'n', done: true });
      expect(Date.parse(createdOn)).toBeGreaterThanOrEqual(before);
    });

    it('changes the set fields of an existing task; an empty name keeps the stored one', async () => {
      const task = await added('changer', 'old');
      const { id, userId } = task;
      expect(await tasks.upsert({ task: { id, userId, done: true } })).toEqual({ ...task, done: true });
      expect(await tasks.upsert({ task: { id, userId, name: '' } })).toEqual({ ...task, done: true });
      expect(await tasks.upsert({ task: { id, userId, name: 'new' } })).toEqual({ ...task, name: 'new', done: true });
    });

    it("finds neither an unknown id nor another user's task, and adds nothing", async () => {
      const { id } = await added('keeper');
      const missing = { code: 404, message: 'Task not found' };
      expect(await rejection(tasks.upsert({ task: { id: NO_TASK, userId: 'inserter', name: 'x' } }))).toEqual(missing);
      expect(await rejection(tasks.upsert({ task: { id, userId: 'inserter', name: 'x' } }))).toEqual(missing);
      expect(await tasks.all({ userId: 'inserter' })).toEqual([]);
    });

    it.each([
      ['task must not be empty', {}],
      ['task.userId must not be empty', { task: {} }],
      ['task.id must be 24 hexadecimal digits', { task: { id: '', userId: 'u' } }],
      ['task.name must be at most 4096 characters', { task: { userId: 'u', name: 'n'.repeat(4_097) } }],
    ])('rejects invalid input: %s', async (message, args) => {
      expect(await rejection(tasks.upsert(args))).toEqual({ code: 400, message });
    });
  });

  describe('page', () => {
    it.each([
      ['limit must be 1 to 1000', { userId: 'u', limit: 0 }],
      ['limit must be 1 to 1000', { userId: 'u', limit: 1_001 }],
      ['limit must be 1 to 1000', { userId: 'u' }],
      ['userId must not be empty', { limit: 1 }],
      ['after must be the `nextCursor` of an earlier page', { userId: 'u', limit: 1, after: 'zzz' }],
    ])('rejects invalid input: %s', async (message, args) => {
      expect(await rejection(tasks.page(args))).toEqual({ code: 400, message });
    });

    it('omits the cursor on the last page, also when it is full', async () => {
      const older = await added('reader');
      const newer = await added('reader');
      const first = await tasks.page({ userId: 'reader', limit: 1 });
      expect(first).toEqual({ tasks: [newer], nextCursor: first.nextCursor });
      expect(await tasks.page({ userId: 'reader', limit: 1, after: first.nextCursor })).toEqual({ tasks: [older] });
    });
  });

  describe('remove', () => {
    it("removes the user's task, and no other user's", async () => {
      const { id: taskId, userId } = await added('remover');
      const missing = { code: 404, message: 'Task not found' };
      expect(await rejection(tasks.remove({ taskId, userId: 'thief' }))).toEqual(missing);
      await tasks.remove({ taskId, userId });
      expect(await tasks.all({ userId })).toEqual([]);
      expect(await rejection(tasks.remove({ taskId, userId }))).toEqual(missing);
    });

    it('rejects an invalid id', async () => {
      const expected = { code: 400, message: 'taskId must be 24 hexadecimal digits; userId must not be empty' };
      expect(await rejection(tasks.remove({ taskId: 'x' }))).toEqual(expected);
    });
  });
});
