import { beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../src/api/api-error.js';
import type { Operation, TasksApi } from '../../../src/api/tasks-api.js';
import { ChangeSender } from '../../../src/state/change-sender.js';
import { Tabs } from '../../../src/state/tabs.js';
import { TaskCache } from '../../../src/state/task-cache.js';
import type { Task } from '../../../src/state/task.js';
import { FakeBrowser } from '../../support/fake-browser.js';

const task = (id: string, fields: Partial<Task> = {}): Task => ({
  id,
  name: id,
  done: true,
  list: 'l',
  createdOn: '2026-01-01T00:00:00.000Z',
  ...fields,
});
const CLEAR = { kind: 'clear-done', list: 'l', sequence: 2, command: 1, state: 'sending' } as const;

describe('ChangeSender', () => {
  let cache: TaskCache;
  let sender: ChangeSender;
  /** What the server has. */
  let done: Task[];
  let removed: string[];
  let failure: ApiError | undefined;
  let onList: () => void;
  let reading: number;
  let mostReading: number;

  beforeEach(() => {
    done = [];
    removed = [];
    failure = undefined;
    onList = () => undefined;
    reading = 0;
    mostReading = 0;
    const api = {
      list: () => {
        const items = [...done];
        onList();
        return Promise.resolve({ items, nextCursor: null });
      },
      get: async (_: string, id: string) => {
        mostReading = Math.max(mostReading, ++reading);
        await new Promise((resolve) => setImmediate(resolve));
        reading--;
        if (failure) throw failure;
        return { task: task(id, { note: 'Whole', noteLength: 5 }), etag: undefined };
      },
      batch: (operations: readonly (Operation & { readonly op: 'remove' })[]) => {
        if (failure) return Promise.reject(failure);
        removed.push(...operations.map(({ id }) => id));
        return Promise.resolve(operations.map(() => ({})));
      },
      remove: (_: string, id: string) => Promise.resolve(void removed.push(id)),
    };
    const tabs = new Tabs(new FakeBrowser().openChannel('tasks-a'), 'tab');
    const lists = { adjust: () => undefined, whenStored: () => Promise.resolve() };
    cache = new TaskCache();
    sender = new ChangeSender(api as unknown as TasksApi, cache, lists, tabs);
  });

  const cut = { note: 'W', noteLength: 5 };
  const remembered = (): string[] => [...sender.removedBy(1).keys()];

  it('remembers what each attempt at "clear done" found, so that undo brings back all', async () => {
    done = [task('a'), task('b')];
    failure = new ApiError(503, 'unavailable');
    await expect(sender.send([CLEAR])).rejects.toBe(failure);
    // The first attempt removed one before it failed; another was ticked meanwhile.
    done = [task('b'), task('c')];
    failure = undefined;
    await sender.send([CLEAR]);
    expect(remembered()).toEqual(['a', 'b', 'c']);
    expect(removed).toEqual(['b', 'c']);
    sender.forget(1);
    expect(remembered()).toEqual([]);
  });

  it('clears none that was done elsewhere while it read them', async () => {
    done = [task('a')];
    onList = () => done.push(task('late'));
    await sender.send([CLEAR]);
    expect([remembered(), removed]).toEqual([['a'], ['a']]);
  });

  it('reads long notes before it removes their tasks, at most four at a time', async () => {
    const tasks = Array.from({ length: 10 }, (_, place) => task(String(place), cut));
    cache.adopt(tasks, cache.now());
    await sender.send(
      tasks.map(({ id }, at) => ({ kind: 'remove', list: 'l', id, sequence: at, command: 1, state: 'sending' })),
    );
    expect(mostReading).toBe(4);
    expect([...sender.removedBy(1).values()].every(({ note }) => note === 'Whole')).toBe(true);
    expect(removed).toHaveLength(10);
  });

  it('removes no task whose long note it could not read', async () => {
    cache.adopt([task('a', cut)], cache.now());
    failure = new ApiError(503, 'unavailable');
    const remove = { kind: 'remove', list: 'l', id: 'a', sequence: 2, command: 1, state: 'sending' } as const;
    await expect(sender.send([remove])).rejects.toBe(failure);
    expect(removed).toEqual([]);
    // Deleted elsewhere: there is nothing to bring back.
    failure = new ApiError(404, 'not-found');
    await sender.send([remove]);
    expect(remembered()).toEqual([]);
  });
});
