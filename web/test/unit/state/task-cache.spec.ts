import { beforeEach, describe, expect, it } from '@jest/globals';
import { TaskCache } from '../../../src/state/task-cache.js';
import type { Task } from '../../../src/state/task.js';
import { comparatorOf, compareDone, matcherOf, type Selection } from '../../../src/state/view.js';

const task = (second: number, changes: Partial<Task> = {}): Task => ({
  id: second.toString(16).padStart(24, '0'),
  name: `Task ${String(second)}`,
  done: false,
  list: 'l',
  createdOn: new Date(second * 1000).toISOString(),
  ...changes,
});
const LIST: Selection = { view: { kind: 'list', list: 'l' }, text: '', sorting: 'manual', tomorrow: '2026-12-02' };

describe('TaskCache', () => {
  let cache: TaskCache;
  const names = (part: 'open' | 'done'): string[] => cache[part].value.tasks.map(({ name }) => name);
  const show = (selection: Selection): void => {
    const matches = matcherOf(selection);
    cache.show({ matches, compare: comparatorOf(selection) }, compareDone);
  };

  beforeEach(() => {
    cache = new TaskCache();
    show(LIST);
    cache.adopt([task(3), task(1)], cache.now());
  });

  it('places a new task by its date, and one with a position by that', () => {
    cache.put(task(2));
    cache.put(task(4, { position: 'z'.repeat(20) }));
    expect(names('open')).toEqual(['Task 3', 'Task 2', 'Task 1', 'Task 4']);
  });

  it('moves a task whose order changes, and drops one that is done or in another list', () => {
    cache.put(task(3, { position: 'z'.repeat(20) }));
    expect(names('open')).toEqual(['Task 1', 'Task 3']);
    cache.put(task(1, { list: 'm' }));
    cache.put(task(3, { done: true }));
    expect([names('open'), names('done')]).toEqual([[], ['Task 3']]);
  });

  it('keeps what changed while a page was on its way', () => {
    const asked = cache.now();
    cache.put(task(1, { name: 'Renamed' }));
    cache.put(task(4));
    cache.remove(task(3).id);
    cache.adopt([task(3), task(1)], asked);
    cache.removeMissing(({ done }) => !done, new Set([task(1).id, task(3).id]), asked);
    expect(names('open')).toEqual(['Task 4', 'Renamed']);
  });

  it.each([1, 100])('removes what an answer does not have, with %i tasks', (count) => {
    const many = Array.from({ length: count }, (_, place) => task(10 + place));
    cache.adopt(many, cache.now());
    expect(names('open')).toHaveLength(2 + count);
    cache.removeMissing(({ done }) => !done, new Set([task(3).id]), cache.now());
    expect(names('open')).toEqual(['Task 3']);
  });

  it('keeps the objects of unchanged tasks, so that their rows are not drawn again', () => {
    const before = cache.find(task(3).id);
    expect(cache.adopt([task(3)], cache.now())).toBe(false);
    expect(cache.find(task(3).id)).toBe(before);
  });

  it('shows what it knows at once when the view changes', () => {
    cache.put(task(2, { starred: true }));
    show({ ...LIST, view: { kind: 'starred' } });
    expect(names('open')).toEqual(['Task 2']);
  });

  it('looks through thousands of tasks in slices, and starts with those that it found', async () => {
    const many = Array.from({ length: 6_000 }, (_, place) => task(10 + place));
    cache.adopt(many, cache.now());
    let pauses = 0;
    const pause = (): Promise<boolean> => {
      pauses++;
      return Promise.resolve(true);
    };
    const matches = matcherOf({ ...LIST, text: 'task 600' });
    const found = await cache.filter(matches, pause);
    expect([found?.length, pauses, cache.isLarge]).toEqual([16, 5, true]);
    cache.show({ matches, compare: comparatorOf(LIST) }, compareDone, found);
    expect(names('open')).toHaveLength(16);
    expect(names('open')[0]).toBe('Task 6009');
  });

  it('gives up what it looks for in slices when a task changes, or nobody waits for it', async () => {
    cache.adopt(
      Array.from({ length: 6_000 }, (_, place) => task(10 + place)),
      cache.now(),
    );
    const put = (): Promise<boolean> => {
      cache.put(task(1, { name: 'Renamed' }));
      return Promise.resolve(true);
    };
    expect(await cache.filter(() => true, put)).toBeUndefined();
    let looked = 0;
    const matches = (): boolean => looked++ >= 0;
    expect(await cache.filter(matches, () => Promise.resolve(looked === 0))).toBeUndefined();
    expect(looked).toBe(1_250);
  });

  it('drops the done tasks of a list when they were cleared', () => {
    cache.put(task(2, { done: true }));
    cache.put(task(5, { done: true, list: 'm' }));
    cache.apply({ cleared: { list: 'l', ids: [task(2).id] } });
    expect(cache.find(task(2).id)).toBeUndefined();
    expect(cache.find(task(5).id)).toBeDefined();
  });
});
