import { beforeEach, describe, expect, it } from '@jest/globals';
import { TaskCache } from '../../src/state/task-cache.js';
import { matches, type Task } from '../../src/state/task.js';

const task = (second: number, changes: Partial<Task> = {}): Task => ({
  id: second.toString(16).padStart(24, '0'),
  name: `Task ${String(second)}`,
  done: false,
  createdOn: new Date(second * 1000).toISOString(),
  ...changes,
});

describe('TaskCache', () => {
  let cache: TaskCache;
  const loaded = (): string[] => cache.loaded.value.map(({ name }) => name);

  beforeEach(() => {
    cache = new TaskCache();
    cache.setPage([task(3), task(1)], null, cache.now(), 'replace');
  });

  it('places a new task by its date', () => {
    cache.put(task(2));
    expect(loaded()).toEqual(['Task 3', 'Task 2', 'Task 1']);
  });

  it('leaves out what lies beyond the loaded pages', () => {
    cache.setPage([task(3), task(2)], 'cursor', cache.now(), 'replace');
    cache.put(task(1));
    expect(loaded()).toEqual(['Task 3', 'Task 2']);
  });

  it('keeps what changed while a page was on its way', () => {
    const asked = cache.now();
    cache.put(task(1, { name: 'Renamed' }));
    cache.put(task(4));
    cache.remove(task(3).id);
    cache.setPage([task(3), task(1)], null, asked, 'replace');
    expect(loaded()).toEqual(['Task 4', 'Renamed']);
  });

  it('appends no task twice', () => {
    cache.setPage([task(1), task(0)], null, cache.now(), 'append');
    expect(loaded()).toEqual(['Task 3', 'Task 1', 'Task 0']);
  });

  it('shows what it knows at once when the query changes', () => {
    cache.put(task(2, { done: true }));
    cache.setQuery({ filter: 'done', text: '' });
    expect(loaded()).toEqual(['Task 2']);
  });

  it('drops done tasks when they were cleared', () => {
    cache.put(task(2, { done: true }));
    cache.removeDone();
    expect(loaded()).toEqual(['Task 3', 'Task 1']);
  });
});

describe('matches', () => {
  it.each([
    ['STRASSE', 'strasse', true],
    ['ﬁle the report', 'FILE', true],
    ['Buy milk', 'bread', false],
  ])('%s, searched for %s: %s', (name, text, expected) => {
    expect(matches(task(1, { name }), { filter: 'all', text })).toBe(expected);
  });
});
