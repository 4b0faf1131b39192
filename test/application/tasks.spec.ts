import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AddTask } from '../../src/application/add-task.js';
import { CountTasks } from '../../src/application/count-tasks.js';
import { CreateTask } from '../../src/application/create-task.js';
import { GetTask } from '../../src/application/get-task.js';
import { RemoveAllTasks } from '../../src/application/remove-all-tasks.js';
import { RemoveTask } from '../../src/application/remove-task.js';
import { TaskEditor } from '../../src/application/task-editor.js';
import { UpdateTask } from '../../src/application/update-task.js';
import { UpsertTask } from '../../src/application/upsert-task.js';
import { RemoveSomeTasks } from '../../src/application/remove-some-tasks.js';
import { RemoveTaskIf } from '../../src/application/remove-task-if.js';
import { MoveTask } from '../../src/application/move-task.js';
import { taskRevision } from '../../src/application/task-revision.js';
import type { Sha256 } from '@tasks/idl';
import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { aTask, instant, taskId } from '../support/builders.js';

const NOT_FOUND = { name: 'TaskError', code: 'NOT_FOUND', message: 'Task not found' };

function invalid(message: string): object {
  return { name: 'TaskError', code: 'INVALID_INPUT', message };
}

let tasks: MemoryTaskRepository;
let editor: TaskEditor;
const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');
const now = () => instant(5);
const nextId = () => taskId(7);

beforeEach(() => {
  tasks = new MemoryTaskRepository();
  editor = new TaskEditor(tasks, now, sha256);
});

describe('AddTask', () => {
  it('adds a task that is not done, created now, and returns it', async () => {
    const added = await new AddTask(tasks, now, nextId).execute({ userId: 'alice', name: 'buy milk' });
    expect(added).toEqual(aTask({ id: taskId(7), name: 'buy milk', createdOn: instant(5) }));
    expect(await tasks.pageByUser('alice', 10_000)).toEqual([added]);
  });

  it('treats an unset name as empty', async () => {
    expect(await new AddTask(tasks, now, nextId).execute({ userId: 'alice' })).toMatchObject({ name: '' });
  });

  it('stores nothing invalid', async () => {
    const adding = new AddTask(tasks, now, nextId).execute({ userId: '' });
    await expect(adding).rejects.toMatchObject(invalid('userId must not be empty'));
    expect(await tasks.pageByUser('', 10_000)).toEqual([]);
  });
});

describe('UpdateTask', () => {
  const id = taskId(1);

  it('changes the set fields and keeps the others', async () => {
    await tasks.add(aTask({ name: 'buy milk' }));
    const update = new UpdateTask(editor);
    const times = { doneOn: now(), changedOn: now() };
    const done = aTask({ done: true }).with(times);
    expect(await update.execute({ taskId: id, userId: 'alice', done: true })).toEqual({ task: done });
    const unnamed = done.with({ name: '' });
    expect(await update.execute({ taskId: id, userId: 'alice', name: '' })).toEqual({ task: unnamed });
    expect(await update.execute({ taskId: id, userId: 'alice' })).toEqual({ task: unnamed });
    expect(await tasks.pageByUser('alice', 10_000)).toEqual([unnamed]);
  });

  it("finds neither another user's task nor an unknown one", async () => {
    await tasks.add(aTask());
    const update = new UpdateTask(editor);
    await expect(update.execute({ taskId: id, userId: 'mallory', done: true })).rejects.toMatchObject(NOT_FOUND);
    await expect(update.execute({ taskId: taskId(2), userId: 'alice' })).rejects.toMatchObject(NOT_FOUND);
    expect(await tasks.pageByUser('alice', 10_000)).toEqual([aTask()]);
  });

  it.each([
    [{ taskId: '', userId: 'alice' }, 'taskId must be 24 hexadecimal digits'],
    [{ taskId: id, userId: '' }, 'userId must not be empty'],
    [{ taskId: id, userId: 'alice', name: 'n'.repeat(4_097) }, 'name must be at most 4096 characters'],
  ])('rejects %j', async (input, message) => {
    await expect(new UpdateTask(editor).execute(input)).rejects.toMatchObject(invalid(message));
  });
});

describe('UpsertTask', () => {
  it('adds a task without an id, with the name and done of the caller', async () => {
    const upsert = new UpsertTask(tasks, editor, now, nextId);
    const added = await upsert.execute({ userId: 'alice', name: 'buy milk', done: true });
    expect(added).toEqual(aTask({ id: taskId(7), done: true, createdOn: instant(5) }));
    expect(await tasks.pageByUser('alice', 10_000)).toEqual([added]);
  });

  it('changes a task that has an id', async () => {
    await tasks.add(aTask());
    const upsert = new UpsertTask(tasks, editor, now, nextId);
    const input = { id: taskId(1), userId: 'alice', name: 'buy bread', done: true };
    const times = { doneOn: now(), changedOn: now() };
    expect(await upsert.execute(input)).toEqual(aTask({ name: 'buy bread', done: true }).with(times));
  });

  it('keeps the stored name when the name is the default of the contract', async () => {
    await tasks.add(aTask({ name: 'buy milk' }));
    const upsert = new UpsertTask(tasks, editor, now, nextId);
    const input = { id: taskId(1), userId: 'alice', name: '', done: true };
    expect(await upsert.execute(input)).toMatchObject({ name: 'buy milk', done: true });
  });

  it('inserts nothing with an unknown id or for another user', async () => {
    await tasks.add(aTask());
    const upsert = new UpsertTask(tasks, editor, now, nextId);
    await expect(upsert.execute({ id: taskId(2), userId: 'alice', name: 'x' })).rejects.toMatchObject(NOT_FOUND);
    await expect(upsert.execute({ id: taskId(1), userId: 'mallory', name: 'x' })).rejects.toMatchObject(NOT_FOUND);
    expect(await tasks.pageByUser('alice', 10_000)).toEqual([aTask()]);
    expect(await tasks.pageByUser('mallory', 10_000)).toEqual([]);
  });

  it.each([
    [{ id: '', userId: 'alice' }, 'id must be 24 hexadecimal digits'],
    [{ userId: '' }, 'userId must not be empty'],
    [{ id: taskId(1), userId: '' }, 'userId must not be empty'],
    [{ userId: 'alice', name: 'n'.repeat(4_097) }, 'name must be at most 4096 characters'],
    [{ id: taskId(1), userId: 'alice', name: 'n'.repeat(4_097) }, 'name must be at most 4096 characters'],
  ])('rejects %#, naming field and rule', async (input, message) => {
    await expect(new UpsertTask(tasks, editor, now, nextId).execute(input)).rejects.toMatchObject(invalid(message));
  });
});

describe('RemoveTask', () => {
  it('removes the task of the user, once', async () => {
    await tasks.add(aTask());
    const remove = new RemoveTask(tasks);
    await expect(remove.execute({ taskId: taskId(1), userId: 'mallory' })).rejects.toMatchObject(NOT_FOUND);
    await remove.execute({ taskId: taskId(1), userId: 'alice' });
    expect(await tasks.pageByUser('alice', 10_000)).toEqual([]);
    await expect(remove.execute({ taskId: taskId(1), userId: 'alice' })).rejects.toMatchObject(NOT_FOUND);
  });

  it('rejects a malformed id', async () => {
    await expect(new RemoveTask(tasks).execute({ taskId: 'x', userId: 'alice' })).rejects.toMatchObject(
      invalid('taskId must be 24 hexadecimal digits'),
    );
  });
});

describe('GetTask', () => {
  it('reads the task of the user, also by an id in upper case', async () => {
    const id = 'abcdef'.repeat(4);
    await tasks.add(aTask({ id }));
    expect(await new GetTask(tasks).execute({ taskId: id.toUpperCase(), userId: 'alice' })).toEqual(aTask({ id }));
  });

  it("finds neither another user's task, an unknown one, nor a malformed id", async () => {
    await tasks.add(aTask());
    const get = new GetTask(tasks);
    await expect(get.execute({ taskId: taskId(1), userId: 'mallory' })).rejects.toMatchObject(NOT_FOUND);
    await expect(get.execute({ taskId: taskId(2), userId: 'alice' })).rejects.toMatchObject(NOT_FOUND);
    await expect(get.execute({ taskId: 'x', userId: 'alice' })).rejects.toMatchObject(
      invalid('taskId must be 24 hexadecimal digits'),
    );
  });
});

describe('CreateTask', () => {
  it('adds a task with the given id, in lower case, created now', async () => {
    const id = 'ABCDEF'.repeat(4);
    const created = await new CreateTask(tasks, now).execute({ taskId: id, userId: 'alice', name: 'buy milk' });
    expect(created).toEqual(aTask({ id: id.toLowerCase(), createdOn: instant(5) }));
    expect(await tasks.pageByUser('alice', 10)).toEqual([created]);
  });

  it('answers a repeated call with the stored task, even after changes', async () => {
    await tasks.add(aTask({ name: 'renamed', done: true }));
    const again = { taskId: taskId(1), userId: 'alice', name: 'buy milk' };
    expect(await new CreateTask(tasks, now).execute(again)).toEqual(aTask({ name: 'renamed', done: true }));
  });

  it("rejects the id of another user's task", async () => {
    await tasks.add(aTask());
    const creating = new CreateTask(tasks, now).execute({ taskId: taskId(1), userId: 'mallory', name: 'his' });
    await expect(creating).rejects.toMatchObject({ code: 'ID_TAKEN', message: 'Task id is taken' });
    expect(await tasks.pageByUser('mallory', 10)).toEqual([]);
  });

  it.each([
    [{ taskId: 'x', userId: 'alice' }, 'taskId must be 24 hexadecimal digits'],
    [{ taskId: taskId(1), userId: '' }, 'userId must not be empty'],
    [{ taskId: taskId(1), userId: 'alice', name: 'n'.repeat(4_097) }, 'name must be at most 4096 characters'],
  ])('rejects %j', async (input, message) => {
    await expect(new CreateTask(tasks, now).execute(input)).rejects.toMatchObject(invalid(message));
  });
});

describe('CountTasks', () => {
  it('counts the open and the done tasks of the user', async () => {
    for (let n = 1; n <= 3; n++) await tasks.add(aTask({ id: taskId(n), done: n === 2 }));
    expect(await new CountTasks(tasks).execute({ userId: 'alice' })).toEqual({ open: 2, done: 1 });
    expect(await new CountTasks(tasks).execute({ userId: 'bob' })).toEqual({ open: 0, done: 0 });
    await expect(new CountTasks(tasks).execute({ userId: '' })).rejects.toMatchObject(
      invalid('userId must not be empty'),
    );
  });
});

describe('RemoveAllTasks', () => {
  it('removes up to 1,000 tasks a call, and returns how many', async () => {
    for (let n = 1; n <= 1_100; n++) await tasks.add(aTask({ id: taskId(n), done: n > 1_050 }));
    const remove = new RemoveAllTasks(tasks);
    expect(await remove.execute({ userId: 'alice', onlyDone: true })).toBe(50);
    expect(await remove.execute({ userId: 'alice', onlyDone: false })).toBe(1_000);
    expect(await remove.execute({ userId: 'alice', onlyDone: false })).toBe(50);
    expect(await remove.execute({ userId: 'alice', onlyDone: false })).toBe(0);
  });

  it('rejects a call without onlyDone', async () => {
    const input = { userId: 'alice' } as { userId: string; onlyDone: boolean };
    await expect(new RemoveAllTasks(tasks).execute(input)).rejects.toMatchObject(
      invalid('onlyDone must be true or false'),
    );
  });
});

describe('RemoveTaskIf', () => {
  const revision = taskRevision(sha256);

  it('removes a task at its revision alone, and counts one that is gone as removed', async () => {
    await tasks.add(aTask());
    const remove = new RemoveTaskIf(tasks, sha256);
    const target = { taskId: taskId(1), userId: 'alice' };
    const other = remove.execute({ ...target, ifRevision: revision(aTask({ done: true })) });
    await expect(other).rejects.toMatchObject({ code: 'OTHER_REVISION' });
    await remove.execute({ ...target, ifRevision: revision(aTask()) });
    expect(await tasks.pageByUser('alice', 10)).toEqual([]);
    await remove.execute({ ...target, ifRevision: revision(aTask()) });
  });

  it('removes no task that is changed between reading and removing', async () => {
    await tasks.add(aTask());
    const find = tasks.find.bind(tasks);
    tasks.find = async (...args) => {
      const found = await find(...args);
      await tasks.update(taskId(1), 'alice', { name: 'changed' });
      return found;
    };
    const input = { taskId: taskId(1), userId: 'alice', ifRevision: revision(aTask()) };
    await expect(new RemoveTaskIf(tasks, sha256).execute(input)).rejects.toMatchObject({ code: 'OTHER_REVISION' });
    expect(await tasks.count('alice')).toEqual({ open: 1, done: 0 });
  });
});

describe('RemoveSomeTasks', () => {
  it('removes these tasks of the user, and counts those that were gone', async () => {
    for (let n = 1; n <= 3; n++) await tasks.add(aTask({ id: taskId(n), userId: n === 3 ? 'bob' : 'alice' }));
    const remove = new RemoveSomeTasks(tasks);
    expect(await remove.execute({ userId: 'alice', taskIds: [taskId(1), taskId(3), taskId(9)] })).toBe(3);
    expect((await tasks.pageByUser('alice', 10)).map(({ id }) => id)).toEqual([taskId(2)]);
    expect(await tasks.count('bob')).toEqual({ open: 1, done: 0 });
  });

  it.each([
    [[], 'taskIds must be 1-100'],
    [Array.from({ length: 101 }, () => taskId(1)), 'taskIds must be 1-100'],
    [['x'], 'taskIds must be 24 hexadecimal digits'],
  ])('rejects %#', async (taskIds, message) => {
    const removing = new RemoveSomeTasks(tasks).execute({ userId: 'alice', taskIds });
    await expect(removing).rejects.toMatchObject(invalid(message));
  });
});

describe('MoveTask', () => {
  it('gives a task to another user, whole, and answers the same again', async () => {
    const task = aTask({ done: true }).with({ note: 'n', changedOn: instant(1) });
    await tasks.add(task);
    const move = new MoveTask(tasks);
    const input = { taskId: task.id, userId: 'alice', toUserId: 'bob' };
    expect(await move.execute(input)).toEqual(task.ownedBy('bob'));
    expect(await move.execute(input)).toEqual(task.ownedBy('bob'));
    expect(await tasks.count('alice')).toEqual({ open: 0, done: 0 });
    await expect(move.execute({ ...input, toUserId: 'carol' })).rejects.toMatchObject(NOT_FOUND);
  });
});
