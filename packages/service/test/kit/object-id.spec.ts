import { describe, expect, it } from '@jest/globals';
import { createObjectIdGenerator } from '../../src/kit/object-id.js';

describe('The ids of tasks', () => {
  it('are 24 lower-case hexadecimal digits that begin with the second', () => {
    const nextId = createObjectIdGenerator(() => 0x65a1b2c3 * 1_000 + 999);
    expect(nextId()).toMatch(/^65a1b2c3[0-9a-f]{16}$/);
  });

  it('rise within a second and from second to second, and are unique', () => {
    let nowMs = 1_700_000_000_000;
    const nextId = createObjectIdGenerator(() => nowMs);
    const ids = Array.from({ length: 2_000 }, (_, n) => {
      if (n % 100 === 0) nowMs += 1_000;
      return nextId();
    });
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('differ between two processes that start at the same time', () => {
    const [one, other] = [createObjectIdGenerator(() => 0), createObjectIdGenerator(() => 0)];
    expect(one().slice(8, 18)).not.toBe(other().slice(8, 18));
  });
});
