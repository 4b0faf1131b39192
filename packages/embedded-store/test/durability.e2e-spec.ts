import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { acknowledged, startLoad, violations } from './load-changes.js';
import { allEntries, ScratchStore } from './scratch-store.js';

jest.setTimeout(60_000);

const LANES = 8;
/** Of the shell's blocks, 512 or 1,024 bytes each. */
const FILE_SIZE_LIMIT = 'ulimit -f 2048';

let scratch: ScratchStore;

beforeEach(() => {
  scratch = new ScratchStore();
});
afterEach(() => scratch[Symbol.asyncDispose]());

describe('After kill -9', () => {
  it('has every acknowledged change, and no removed entry', async () => {
    using program = startLoad(scratch.folder, { lanes: LANES });
    await program.printed(/^done 7 40$/m);
    await expect(scratch.open()).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringContaining(`is in use by process ${String(program.pid)}: stop that one`),
    });
    program.signal('SIGKILL');
    const { stdout } = await program.ended();
    const store = await scratch.open();
    expect(violations(await allEntries(store), acknowledged(stdout, LANES), 100)).toEqual([]);
  });
});

describe('On a full disk', () => {
  it('rejects writes with advice, still reads, and loses nothing', async () => {
    // The log of 1 or 2 MiB is as large as a file may be, and so is what opening it again would write.
    using program = startLoad(scratch.folder, { lanes: LANES, valueLength: 4_000, limit: FILE_SIZE_LIMIT });
    await program.printed(/^rejected 200 /m);
    program.signal('SIGKILL');
    const { stdout } = await program.ended();
    const rejections = new Set(stdout.match(/^rejected .*$/gm));
    for (const rejection of rejections) {
      expect(rejection).toMatch(/ takes no writes \(.*File too large\): free space on its disk, .* reads$/);
    }
    const store = await scratch.open();
    expect(violations(await allEntries(store), acknowledged(stdout, LANES), 4_000)).toEqual([]);
    await store.write(({ put }) => {
      put('after', '1');
    });
    expect(readdirSync(scratch.folder)).not.toContain('room');
  });
});
