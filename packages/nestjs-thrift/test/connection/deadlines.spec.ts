import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Deadlines, roundTimeout, type Deadline } from '../../src/connection/deadlines.js';

class Item implements Deadline<Item> {
  earlier: Item | undefined;
  later: Item | undefined;
  readonly startedAtMs = performance.now();

  constructor(
    readonly name: string,
    readonly timeoutMs: number,
  ) {}
}

describe('Deadlines', () => {
  let expired: string[];
  let deadlines: Deadlines<Item>;

  beforeEach(() => {
    jest.useFakeTimers();
    expired = [];
    deadlines = new Deadlines<Item>(({ name }) => expired.push(name));
  });
  afterEach(() => {
    deadlines.stop();
    jest.useRealTimers();
  });

  it('expires each item at its own time, in any order of insertion', () => {
    for (const [name, timeoutMs] of [['slow', 300], ['quick', 100], ['middle', 200]] as const) deadlines.add(new Item(name, timeoutMs)); // prettier-ignore
    jest.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(2);
    expect(expired).toEqual(['quick']);
    jest.advanceTimersByTime(200);
    expect(expired).toEqual(['quick', 'middle', 'slow']);
  });

  it('removes items without affecting others', () => {
    const items = ['a', 'b', 'c'].map((name) => new Item(name, 100));
    for (const item of items) deadlines.add(item);
    deadlines.remove(items[1] as Item);
    deadlines.remove(new Item('never added', 100));
    jest.advanceTimersByTime(101);
    expect(expired).toEqual(['a', 'c']);
  });

  it('allows adding and removing while items expire', () => {
    const other = new Item('other', 100);
    deadlines = new Deadlines<Item>(({ name }) => {
      expired.push(name);
      deadlines.remove(other);
      if (name === 'first') deadlines.add(new Item('second', 50));
    });
    deadlines.add(new Item('first', 100));
    deadlines.add(other);
    jest.advanceTimersByTime(200);
    expect(expired).toEqual(['first', 'second']);
  });
});

describe('A timeout chosen by a peer', () => {
  it('is rounded up by at most a sixteenth, to few different values', () => {
    const rounded = new Set<number>();
    for (let timeoutMs = 1; timeoutMs <= 300_000; timeoutMs++) {
      const result = roundTimeout(timeoutMs);
      if (result < timeoutMs || result > timeoutMs * (1 + 1 / 16)) throw new Error(`${String(timeoutMs)} gave ${String(result)}`); // prettier-ignore
      rounded.add(result);
    }
    expect(rounded.size).toBeLessThan(300);
  });
});
