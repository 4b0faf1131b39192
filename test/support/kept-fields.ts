import { expect } from '@jest/globals';
import type { Task, TasksClient } from '@tasks/idl';
import { TestApp, type Variables } from './app.js';
import { runCommand } from './run-command.js';
import { changeableFields, taskWithEveryField } from './task-fields.js';

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

/** The task by every method that returns tasks. */
async function read(tasks: TasksClient, taskId: string): Promise<readonly (Task | undefined)[]> {
  const userId = 'alice';
  const [page, found] = [await tasks.page({ userId, limit: 9 }), await tasks.find({ userId, limit: 9 })];
  const lists = [await tasks.all({ userId }), page.tasks ?? [], found.tasks ?? []];
  return [await tasks.get({ taskId, userId }), ...lists.map((list) => list.find(({ id }) => id === taskId))];
}

/** Adds a task with every field, and changes each field alone; the service runs with these variables. */
export async function expectEveryFieldKept(variables: Variables): Promise<void> {
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

/** Runs a maintenance command on the embedded store in a folder. */
export async function maintain(dataDir: string, ...args: string[]): Promise<unknown> {
  const { code, out, err } = await runCommand([...args, '--data-dir', dataDir]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}
