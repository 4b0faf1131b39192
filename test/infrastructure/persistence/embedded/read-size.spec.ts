import { describe, expect, it } from '@jest/globals';
import { ReadSize } from '../../../../src/infrastructure/persistence/embedded/read-size.js';

describe('rows of a read of a list', () => {
  /** The rows of each read, when each takes some time a row. */
  const readsAt = (size: ReadSize, msPerRow: number, reads: number): number[] =>
    Array.from({ length: reads }, () => {
      const { rows } = size;
      size.took(rows * msPerRow, rows);
      return rows;
    });

  it('are few at first, and grow to 500 on a fast disk', () => {
    const rows = readsAt(new ReadSize(), 0.002, 60);
    expect(rows[0]).toBe(16);
    expect(rows.at(-1)).toBe(500);
    expect(rows.every((count, index) => index === 0 || count >= (rows[index - 1] ?? 0))).toBe(true);
  });

  it('are one at least, however slow the disk is', () => {
    expect(readsAt(new ReadSize(), 12, 5)).toEqual([16, 1, 1, 1, 1]);
  });

  it('stay few while some reads are slow and others come from memory', () => {
    const size = new ReadSize();
    for (let round = 0; round < 20; round++) {
      readsAt(size, 2, 1);
      expect(readsAt(size, 0.002, 10).every((rows) => rows <= 16)).toBe(true);
    }
  });

  it('grow again once the disk is fast again', () => {
    const size = new ReadSize();
    readsAt(size, 8, 3);
    expect(readsAt(size, 0.002, 100).at(-1)).toBe(500);
  });

  it('do not shrink after short reads, which take some time beside their rows', () => {
    const size = new ReadSize();
    readsAt(size, 0.002, 100);
    for (const rows of [0, 1]) size.took(3, rows);
    expect(size.rows).toBe(500);
  });
});
