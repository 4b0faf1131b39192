import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../src/api/api-error.js';
import type { TasksApi } from '../../../src/api/tasks-api.js';
import { ChangeSender } from '../../../src/state/change-sender.js';
import { Tabs } from '../../../src/state/tabs.js';
import { TaskCache } from '../../../src/state/task-cache.js';
import type { Task } from '../../../src/state/task.js';
import { FakeBrowser } from '../../support/fake-browser.js';

const task = (id: string): Task => ({ id, name: id, done: true, list: 'l', createdOn: '2026-01-01T00:00:00.000Z' });

describe('ChangeSender', () => {
  it('remembers what each attempt at "clear done" found, so that undo brings back all', async () => {
    let done = [task('a'), task('b')];
    let failure: ApiError | undefined = new ApiError(503, 'unavailable');
    const api = {
      list: () => Promise.resolve({ items: done, nextCursor: null }),
      clearDone: () => (failure ? Promise.reject(failure) : Promise.resolve({ removed: done.length, more: false })),
    };
    const tabs = new Tabs(new FakeBrowser().openChannel('tasks-a'), 'tab');
    const lists = { adjust: () => undefined, whenStored: () => Promise.resolve() };
    const sender = new ChangeSender(api as unknown as TasksApi, new TaskCache(), lists, tabs);
    const change = { kind: 'clear-done', list: 'l', sequence: 2, command: 1, state: 'sending' } as const;
    await expect(sender.send([change])).rejects.toBe(failure);
    // The first attempt removed one before it failed; another was ticked meanwhile.
    done = [task('b'), task('c')];
    failure = undefined;
    await sender.send([change]);
    expect(sender.clearedBy(1)?.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
});
