import { describe, expect, it } from '@jest/globals';
import { includes, readEach } from '../../../src/state/task-sources.js';
import type { Task } from '../../../src/state/task.js';
import { settle } from '../../support/settle.js';

describe('readEach', () => {
  const places = Array.from({ length: 10 }, (_, place) => place);

  it('asks for four at a time, and returns the answers in the order of the items', async () => {
    const waiting: (() => void)[] = [];
    let begun = 0;
    const answers = readEach(places, async (place) => {
      begun++;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return place * 10;
    });
    expect(begun).toBe(4);
    while (waiting.length > 0) {
      waiting.pop()?.();
      await settle();
      expect(waiting.length).toBeLessThanOrEqual(4);
    }
    expect(await answers).toEqual(places.map((place) => place * 10));
  });

  it('asks for nothing more after a failure', async () => {
    let begun = 0;
    const read = async (): Promise<void> => {
      begun++;
      await settle();
      throw new Error('busy');
    };
    await expect(readEach(places, read)).rejects.toThrow('busy');
    await settle();
    expect(begun).toBe(4);
  });
});

describe('A first page', () => {
  const task = (id: string, createdOn = '2026-01-02'): Task => ({ id, createdOn, name: id, done: true, list: 'l' });

  it.each([
    ['a newer task', task('a', '2026-01-03'), true],
    ['a task of the same time with a higher id', task('c'), true],
    ['an older task', task('z', '2026-01-01'), false],
    ['a task of the same time with a lower id', task('a'), false],
  ])('ends at its last task: %s', (_, one, isIncluded) => {
    expect(includes({ items: [task('b')], nextCursor: 'b' }, one)).toBe(isIncluded);
    expect(includes({ items: [task('b')], nextCursor: null }, one)).toBe(true);
  });

  it('includes nothing when it is empty and others follow', () => {
    expect(includes({ items: [], nextCursor: 'b' }, task('a'))).toBe(false);
  });
});
