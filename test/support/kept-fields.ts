import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Task, TasksClient } from '@tasks/idl';
import { TestApp, type Variables } from './app.js';
import { runCommand } from './run-command.js';
import { changeableFields, changeablePart, taskWithEveryField } from './task-fields.js';

/** Tasks whose fields all differ, and none has its default. */
export const FIRST = taskWithEveryField('alice', 1);
export const SECOND = taskWithEveryField('alice', 2);

/** Calls the service over TCP while it runs with these variables. */
export async function withService<Result>(
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

/** Adds `FIRST` under an id of its own. */
export async function addFirst(tasks: TasksClient): Promise<Task> {
  const [inserted] = await tasks.insertAll({
    userId: 'alice',
    tasks: [{ ...FIRST, id: randomBytes(12).toString('hex') }],
  });
  if (!inserted?.task) throw new Error(inserted?.message);
  return inserted.task;
}

/** Changes one field to that of `SECOND`. */
export async function changeField(tasks: TasksClient, id: string | undefined, field: string): Promise<Task> {
  const edit = { [field]: SECOND[field as keyof Task] };
  return (await tasks.edit({ taskId: id, userId: 'alice', edit })).task ?? {};
}

/** All tasks, with all fields. */
export async function allTasks(tasks: TasksClient): Promise<readonly Task[]> {
  return (await tasks.page({ userId: 'alice', limit: 9 })).tasks ?? [];
}

/** The task by every method that returns whole tasks. */
async function read(tasks: TasksClient, taskId: string | undefined): Promise<readonly (Task | undefined)[]> {
  const userId = 'alice';
  const found = await tasks.find({ userId, limit: 9 });
  const lists = [await allTasks(tasks), found.tasks ?? []];
  return [await tasks.get({ taskId, userId }), ...lists.map((list) => list.find(({ id }) => id === taskId))];
}

/** Adds a task with every field, and changes each field alone; the service runs with these variables. */
export async function expectEveryFieldKept(variables: Variables): Promise<void> {
  const last = await withService(variables, async (tasks) => {
    let task = await addFirst(tasks);
    const { id, createdOn } = task;
    let expected = changeablePart(FIRST);
    expect(changeablePart(task)).toEqual(expected);
    expect(await read(tasks, id)).toEqual([task, task, task]);
    for (const field of changeableFields) {
      expected = changeablePart({ ...expected, [field]: SECOND[field as keyof Task] });
      task = await changeField(tasks, id, field);
      expect(changeablePart(task)).toEqual(expected);
      expect(await read(tasks, id)).toEqual([task, task, task]);
    }
    expect(task).toEqual({ ...changeablePart(SECOND), id, userId: 'alice', createdOn, changedOn: expect.any(String) });
    const { name, done } = task;
    expect(await tasks.all({ userId: 'alice' })).toEqual([{ id, userId: 'alice', name, createdOn, done }]);
    return task;
  });
  // A store that outlives the process is read from the disk now.
  if (variables.STORE === 'memory') return;
  const kept = await withService(variables, (tasks) => tasks.get({ taskId: last.id, userId: 'alice' }));
  expect(kept).toEqual(last);
}

/** Runs a maintenance command on the embedded store in a folder. */
export async function maintain(dataDir: string, ...args: string[]): Promise<unknown> {
  const { code, out, err } = await runCommand([...args, '--data-dir', dataDir]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}
