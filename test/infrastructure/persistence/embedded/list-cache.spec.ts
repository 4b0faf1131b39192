import { beforeEach, describe, expect, it } from '@jest/globals';
import { ListCache, type ListPage } from '../../../../src/infrastructure/persistence/embedded/list-cache.js';
import type { Task } from '../../../../src/domain/task.js';
import { aTask, taskId } from '../../../support/builders.js';

const tasks = Array.from({ length: 10 }, (_, n) => aTask({ id: taskId(10 - n), name: 'n'.repeat(900) }));

let cache: ListCache;

beforeEach(() => {
  cache = new ListCache(44_000);
});

function page(userId: string, limit: number, after?: Task): ListPage {
  return { userId, limit, after };
}

/** Reads a page of the ten tasks. */
function read(userId: string, limit: number, after?: Task): void {
  const wanted = page(userId, limit, after);
  const start = after ? tasks.indexOf(after) + 1 : 0;
  cache.begin(wanted);
  cache.end(wanted, tasks.slice(start, start + limit));
}

describe('The cache of lists', () => {
  it('returns the last read, or a part of it; more only if the list is complete', () => {
    read('alice', 5);
    expect(cache.find(page('alice', 5))).toEqual(tasks.slice(0, 5));
    expect(cache.find(page('alice', 2))).toEqual(tasks.slice(0, 2));
    expect(cache.find(page('alice', 6))).toBeUndefined();
    read('alice', 11);
    expect(cache.find(page('alice', 1_000))).toEqual(tasks);
    expect(cache.find(page('bob', 1))).toBeUndefined();
  });

  it('returns pages that were read one after the other', () => {
    read('alice', 4);
    read('alice', 4, tasks[3]);
    expect(cache.find(page('alice', 8))).toEqual(tasks.slice(0, 8));
    expect(cache.find(page('alice', 3, tasks[2]))).toEqual(tasks.slice(3, 6));
    expect(cache.find(page('alice', 4, tasks[7]))).toBeUndefined();
    read('alice', 4, tasks[7]);
    expect(cache.find(page('alice', 4, tasks[7]))).toEqual(tasks.slice(8));
    expect(cache.find(page('alice', 4, tasks[9]))).toEqual([]);
  });

  it('continues a list that was read by one task more than its pages have', () => {
    read('alice', 4);
    read('alice', 4, tasks[2]);
    read('alice', 4, tasks[5]);
    expect(cache.find(page('alice', 10))).toEqual(tasks);
  });

  it('keeps the longer of two lists that were read at the same time', () => {
    const [short, long] = [page('alice', 2), page('alice', 11)];
    cache.begin(short);
    cache.begin(long);
    cache.end(long, tasks);
    cache.end(short, tasks.slice(0, 2));
    expect(cache.find(long)).toEqual(tasks);
  });

  it('forgets everything on clear, including pages being read', () => {
    read('alice', 11);
    const reading = page('bob', 5);
    cache.begin(reading);
    cache.clear();
    cache.end(reading, tasks);
    expect(cache.find(page('alice', 1))).toBeUndefined();
    expect(cache.find(page('bob', 1))).toBeUndefined();
    read('alice', 11);
    expect(cache.find(page('alice', 11))).toEqual(tasks);
  });

  it('finds a page after a position where there is no task', () => {
    read('alice', 11);
    const gone = { createdOn: new Date((tasks[2] as Task).createdOn.getTime() + 1), id: taskId(0) };
    expect(cache.find({ userId: 'alice', limit: 2, after: gone })).toEqual(tasks.slice(0, 2));
  });

  it('does not keep a page that leaves a gap, or that follows a forged position', () => {
    read('alice', 4);
    read('alice', 4, tasks[5]);
    expect(cache.find(page('alice', 5))).toBeUndefined();
    const forged = { userId: 'alice', limit: 4, after: { id: (tasks[3] as Task).id, createdOn: new Date(0) } };
    cache.begin(forged);
    cache.end(forged, []);
    expect(cache.find(page('alice', 5))).toBeUndefined();
    expect(cache.find(page('alice', 4))).toEqual(tasks.slice(0, 4));
  });

  it('returns lists that the caller may change', () => {
    read('alice', 11);
    cache.find(page('alice', 11))?.pop();
    expect(cache.find(page('alice', 11))).toEqual(tasks);
  });

  it('drops changed lists, including pages being read', () => {
    read('alice', 5);
    const earlier = page('alice', 5);
    const next = page('alice', 5, tasks[4]);
    cache.begin(earlier);
    cache.begin(next);
    cache.forget('alice');
    expect(cache.find(page('alice', 1))).toBeUndefined();
    const later = page('alice', 5);
    cache.begin(later);
    cache.end(earlier, tasks.slice(0, 5));
    expect(cache.find(page('alice', 1))).toBeUndefined();
    cache.end(later, tasks.slice(0, 5));
    cache.end(next, tasks.slice(5));
    expect(cache.find(page('alice', 6))).toBeUndefined();
    expect(cache.find(page('alice', 5))).toEqual(tasks.slice(0, 5));
  });

  it('keeps nothing of a failed read', () => {
    const failed = page('alice', 5);
    cache.begin(failed);
    cache.end(failed);
    expect(cache.find(page('alice', 1))).toBeUndefined();
  });

  it('drops the least recently used when it is full', () => {
    const users = ['alice', 'bob', 'carol', 'dave', 'erin'];
    for (const user of users.slice(0, 4)) read(user, 11);
    cache.find(page('alice', 1));
    read('erin', 11);
    expect(users.map((user) => cache.find(page(user, 1))?.length)).toEqual([1, undefined, 1, 1, 1]);
  });

  it('keeps no list that takes more than a quarter, and the others beside it', () => {
    cache = new ListCache(32_000);
    read('bob', 5);
    read('alice', 5);
    expect(cache.find(page('alice', 5))).toHaveLength(5);
    read('alice', 5, tasks[4]);
    expect(cache.find(page('alice', 1))).toBeUndefined();
    expect(cache.find(page('bob', 5))).toHaveLength(5);
  });
});
