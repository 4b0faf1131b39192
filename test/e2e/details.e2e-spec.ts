import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AgendaView, revisionOf, type Task, type TaskEdit, type TasksClient } from '@tasks/idl';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { TestApp } from '../support/app.js';
import { taskId } from '../support/builders.js';

const EVERYTHING = { note: 'n', dueOn: '2026-11-30', starred: true, repeat: 'FREQ=WEEKLY;BYDAY=MO', position: 'a0' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let folder: ScratchFolder;
let app: TestApp;
let tasks: TasksClient;
let users = 0;
let userId: string;

beforeAll(async () => {
  folder = new ScratchFolder();
  app = await TestApp.start({ STORE: 'embedded', DATA_DIR: join(folder.path, 'data') });
  tasks = app.client();
});
afterAll(async () => {
  await app.stop();
  folder[Symbol.dispose]();
});
beforeEach(() => {
  userId = `user ${String(++users)}`;
});

async function added(edit: TaskEdit = {}): Promise<Task> {
  const { id } = await tasks.add({ userId, name: 'rent' });
  return (await tasks.edit({ taskId: id, userId, edit })).task ?? {};
}

function rejection(code: number, message: string): object {
  return { value: { code, message } };
}

describe('The first four methods', () => {
  it('answer with the first five fields, whatever is stored', async () => {
    const { id, name, createdOn } = await added(EVERYTHING);
    const first = { id, userId, name, createdOn };
    expect(await tasks.all({ userId })).toEqual([{ ...first, done: false }]);
    expect(await tasks.update({ taskId: id, userId, done: true })).toEqual({ ...first, done: true });
    expect(await tasks.upsert({ task: { id, userId, done: false } })).toEqual({ ...first, done: false });
    expect(await tasks.get({ taskId: id, userId })).toEqual({
      ...first,
      ...EVERYTHING,
      done: false,
      changedOn: expect.any(String),
    });
  });

  it.each<Partial<Task>>([
    { note: '' },
    { dueOn: '2026-12-01' },
    { starred: false },
    { repeat: 'FREQ=DAILY' },
    { doneOn: '2026-12-01T00:00:00.000Z' },
    { position: 'a' },
    { changedOn: '2026-12-01T00:00:00.000Z' },
  ])('take no later field: upsert with %j', async (later) => {
    const [field = ''] = Object.keys(later);
    const upserting = tasks.upsert({ task: { userId, name: 'rent', ...later } });
    await expect(upserting).rejects.toMatchObject(rejection(400, `task.${field} must not be set: use edit`));
    expect(await tasks.count({ userId })).toEqual({ open: 0n, done: 0n });
  });
});

describe('The methods for all fields', () => {
  it('make the successor of a done task, and take it back', async () => {
    const { id } = await added(EVERYTHING);
    const done = await tasks.edit({ taskId: id, userId, edit: { done: true, now: '2026-12-01' } });
    expect(done.task).toMatchObject({ id, done: true, doneOn: expect.any(String) });
    expect(done.successor).toMatchObject({ ...EVERYTHING, name: 'rent', dueOn: '2026-12-07', done: false });
    expect(done.successor).not.toHaveProperty('changedOn');
    expect(await tasks.all({ userId })).toHaveLength(2);
    const open = await tasks.edit({ taskId: id, userId, edit: { done: false } });
    expect(open).toEqual({ task: expect.objectContaining({ id, done: false }) });
    expect(await tasks.all({ userId })).toHaveLength(1);
  });

  it('change a task at its revision alone, with code 412', async () => {
    const task = await added({ note: 'n' });
    const ifRevision = revisionOf(task, sha256);
    const edited = await tasks.edit({ taskId: task.id, userId, edit: { note: 'm', ifRevision } });
    const late = tasks.edit({ taskId: task.id, userId, edit: { note: 'o', ifRevision } });
    const changed = rejection(412, 'Task is at another revision: read it again');
    await expect(late).rejects.toMatchObject(changed);
    await expect(tasks.removeIf({ taskId: task.id, userId, ifRevision })).rejects.toMatchObject(changed);
    await tasks.removeIf({ taskId: task.id, userId, ifRevision: revisionOf(edited.task ?? {}, sha256) });
    await tasks.removeIf({ taskId: task.id, userId, ifRevision });
    expect(await tasks.all({ userId })).toEqual([]);
  });

  it('insert tasks each by itself', async () => {
    const other = await tasks.add({ userId: `${userId}2`, name: 'not mine' });
    const batch = [{ id: taskId(1), ...EVERYTHING }, { id: other.id }, { id: taskId(2), note: 'n'.repeat(8_193) }];
    expect(await tasks.insertAll({ userId, tasks: batch })).toEqual([
      { task: { ...batch[0], userId, name: '', createdOn: expect.any(String), done: false }, created: true },
      { created: false, code: 409, message: 'Task id is taken' },
      { created: false, code: 400, message: 'note must be at most 8192 characters' },
    ]);
    expect(await tasks.insertAll({ userId, tasks: batch.slice(0, 1) })).toMatchObject([{ created: false }]);
    await expect(tasks.insertAll({ userId, tasks: [] })).rejects.toMatchObject(rejection(400, 'tasks must be 1-100'));
  });

  it('move a task, and remove several', async () => {
    const task = await added(EVERYTHING);
    const toUserId = `${userId}2`;
    expect(await tasks.move({ taskId: task.id, userId, toUserId })).toEqual({ ...task, userId: toUserId });
    expect(await tasks.move({ taskId: task.id, userId, toUserId })).toEqual({ ...task, userId: toUserId });
    expect(await tasks.count({ userId })).toEqual({ open: 0n, done: 0n });
    const moving = tasks.move({ taskId: taskId(9), userId, toUserId });
    await expect(moving).rejects.toMatchObject(rejection(404, 'Task not found'));
    expect(await tasks.removeSome({ userId: toUserId, taskIds: [task.id ?? '', taskId(9)] })).toBe(2);
    expect(await tasks.count({ userId: toUserId })).toEqual({ open: 0n, done: 0n });
  });

  it('read the agenda and the totals of several users', async () => {
    const userIds = [userId, `${userId}2`, `${userId}\u0000`];
    for (const [n, owner] of userIds.entries()) {
      const { id } = await tasks.add({ userId: owner, name: owner });
      await tasks.edit({ taskId: id, userId: owner, edit: { dueOn: `2026-12-0${String(3 - n)}`, starred: true } });
    }
    const filter = { view: AgendaView.DUE, dueBefore: '2026-12-03' };
    const page = await tasks.agenda({ userIds, filter, limit: 1 });
    const rest = await tasks.agenda({ userIds, filter, limit: 5, after: page.nextCursor });
    expect([page.tasks, rest.tasks]).toMatchObject([[{ dueOn: '2026-12-01' }], [{ dueOn: '2026-12-02' }]]);
    const starred = await tasks.agenda({ userIds, filter: { view: AgendaView.STARRED }, limit: 5 });
    expect(starred.tasks?.map((task) => task.userId)).toEqual(userIds);
    const totals = await tasks.totals({ userIds: [...userIds, 'nobody'], today: '2026-12-02' });
    expect(totals).toEqual(
      new Map([
        [userIds[0], { open: 1n, done: 0n, overdue: 0n, dueToday: 0n }],
        [userIds[1], { open: 1n, done: 0n, overdue: 0n, dueToday: 1n }],
        [userIds[2], { open: 1n, done: 0n, overdue: 1n, dueToday: 0n }],
        ['nobody', { open: 0n, done: 0n, overdue: 0n, dueToday: 0n }],
      ]),
    );
  });

  it.each<[() => Promise<unknown>, string]>([
    [() => tasks.edit({ taskId: taskId(1), userId }), 'edit must not be empty'],
    [() => tasks.edit({ taskId: taskId(1), userId, edit: { dueOn: 'x', position: '-' } }), 'edit.dueOn must be a date'],
    [() => tasks.agenda({ userIds: [userId], limit: 5 }), 'filter must not be empty'],
    [() => tasks.agenda({ filter: { view: AgendaView.DUE }, limit: 5 }), 'userIds must be 1-200'],
    [() => tasks.totals({ userIds: [userId] }), 'today must be a date'],
    [() => tasks.removeSome({ userId }), 'taskIds must be 1-100'],
    [() => tasks.removeIf({ taskId: taskId(1), userId }), 'ifRevision must not be empty'],
    [() => tasks.move({ taskId: taskId(1), userId }), 'toUserId must not be empty'],
  ])('name what is wrong: %#', async (call, message) => {
    await expect(call()).rejects.toMatchObject({ value: { code: 400, message: expect.stringContaining(message) } });
  });
});
