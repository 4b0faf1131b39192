import { describe, expect, it } from '@jest/globals';
import { ScratchStore } from './scratch-store.js';
import { startsAtOnce } from './starts.js';

describe('Two processes that start simultaneously', () => {
  it('never both have the folder, but one of them has it', async () => {
    await using scratch = new ScratchStore();
    expect(await startsAtOnce(scratch.root, 5)).toEqual({ none: 0, one: 5, both: 0 });
  }, 60_000);
});
