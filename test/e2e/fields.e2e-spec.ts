import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Task } from '@tasks/idl';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import type { Variables } from '../support/app.js';
import {
  addFirst,
  allTasks,
  changeField,
  expectEveryFieldKept,
  FIRST,
  maintain,
  SECOND,
  withService,
} from '../support/kept-fields.js';
import { completeOne, expectUndone } from '../support/series.js';
import { changeableFields, taskFields } from '../support/task-fields.js';

let folder: ScratchFolder;
let data: string;

beforeEach(() => {
  folder = new ScratchFolder();
  data = join(folder.path, 'data');
});
afterEach(() => {
  folder[Symbol.dispose]();
});

/** The variables of a service on the embedded store in `data`. */
function embedded(): Variables {
  return { STORE: 'embedded', DATA_DIR: data };
}

describe('The fields of a task', () => {
  it('are those of the IDL: some that the service sets, and some that callers change', () => {
    const names = taskFields.map(({ name }) => name);
    expect(names.filter((name) => !changeableFields.includes(name))).toEqual([
      'id',
      'userId',
      'createdOn',
      'doneOn',
      'changedOn',
    ]);
    expect(changeableFields).toEqual(expect.arrayContaining(['name', 'done', 'note']));
    for (const field of changeableFields) {
      expect(FIRST[field as keyof Task]).not.toEqual(SECOND[field as keyof Task]);
    }
  });

  it('are kept by the store in memory, each by itself', () => expectEveryFieldKept({ STORE: 'memory' }));

  it('are kept by the embedded store, each by itself', () => expectEveryFieldKept(embedded()));

  it('come back from a backup, into an empty store', async () => {
    const added = await withService(embedded(), addFirst);
    await maintain(data, 'backup', join(folder.path, 'backup'));
    data = join(folder.path, 'other');
    await maintain(data, 'restore', join(folder.path, 'backup'));
    expect(await withService(embedded(), allTasks)).toEqual([added]);
  });

  it('come back with what a done task remembers of its successor', async () => {
    const done = await withService(embedded(), (tasks) => completeOne(tasks, 'alice'));
    await maintain(data, 'backup', join(folder.path, 'backup'));
    data = join(folder.path, 'other');
    await maintain(data, 'restore', join(folder.path, 'backup'));
    expect(await maintain(data, 'verify')).toEqual({ tasks: 2 });
    await withService(embedded(), (tasks) => expectUndone(tasks, 'alice', done));
  });

  it('come back from a backup where any one alone has changed', async () => {
    const backup = join(folder.path, 'backup');
    const [added, restored] = await withService(embedded(), async (tasks) => {
      const each: Task[] = [];
      while (each.length < changeableFields.length) each.push(await addFirst(tasks));
      await maintain(data, 'backup', backup);
      for (const [place, field] of changeableFields.entries()) await changeField(tasks, each[place]?.id, field);
      // The command hands the tasks to the service that has the store open.
      const counts = await maintain(data, 'restore', backup, '--overwrite');
      expect(counts).toMatchObject({ same: 0, replaced: changeableFields.length });
      return [each, await allTasks(tasks)];
    });
    expect(new Map(restored.map((task) => [task.id, task]))).toEqual(new Map(added.map((task) => [task.id, task])));
  });
});
