import { beforeEach, describe, expect, it } from '@jest/globals';
import { ListCache } from '../../../../src/infrastructure/persistence/embedded/list-cache.js';
import { aTask, taskId } from '../../../support/builders.js';

const tasks = Array.from({ length: 10 }, (_, n) => aTask({ id: taskId(10 - n), name: 'n'.repeat(900) }));

let cache: ListCache;

beforeEach(() => {
  cache = new ListCache(25_000);
});

function read(userId: string, limit: number): void {
  cache.end(cache.begin(userId), limit, tasks.slice(0, limit));
}

describe('The cache of lists', () => {
  it('returns the last read, or a part of it; more only if the list is complete', () => {
    read('alice', 5);
    expect(cache.newest('alice', 5)).toEqual(tasks.slice(0, 5));
    expect(cache.newest('alice', 2)).toEqual(tasks.slice(0, 2));
    expect(cache.newest('alice', 6)).toBeUndefined();
    read('alice', 11);
    expect(cache.newest('alice', 1_000)).toEqual(tasks);
    expect(cache.newest('bob', 1)).toBeUndefined();
  });

  it('returns lists that the caller may change', () => {
    read('alice', 11);
    cache.newest('alice', 11)?.pop();
    expect(cache.newest('alice', 11)).toEqual(tasks);
  });

  it('drops changed lists, including those being read', () => {
    read('alice', 5);
    const reading = cache.begin('alice');
    cache.forget('alice');
    expect(cache.newest('alice', 1)).toBeUndefined();
    const later = cache.begin('alice');
    cache.end(reading, 5, tasks.slice(0, 5));
    expect(cache.newest('alice', 1)).toBeUndefined();
    cache.end(later, 5, tasks.slice(5));
    expect(cache.newest('alice', 5)).toEqual(tasks.slice(5));
  });

  it('keeps nothing of a failed read', () => {
    cache.end(cache.begin('alice'), 5);
    expect(cache.newest('alice', 1)).toBeUndefined();
  });

  it('drops the least recently used when it is full', () => {
    for (const user of ['alice', 'bob']) read(user, 11);
    cache.newest('alice', 1);
    read('carol', 11);
    expect(['alice', 'bob', 'carol'].map((user) => cache.newest(user, 1)?.length)).toEqual([1, undefined, 1]);
    cache = new ListCache(1_000);
    read('alice', 11);
    expect(cache.newest('alice', 1)).toBeUndefined();
  });
});
