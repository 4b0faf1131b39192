import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EmbeddedStore } from '../src/index.js';
import { ScratchStore } from './scratch-store.js';

let scratch: ScratchStore;
let store: EmbeddedStore;

beforeEach(async () => {
  scratch = new ScratchStore();
  await scratch.fill(100);
  store = await scratch.open();
});
afterEach(() => scratch[Symbol.asyncDispose]());

function add(): Promise<void> {
  return store.write(({ put }) => {
    put('added', '1');
  });
}

/** Waits until reads succeed or fail, at most two seconds. */
async function untilReads(outcome: 'succeed' | 'fail'): Promise<boolean> {
  for (const endMs = performance.now() + 2_000; performance.now() < endMs;) {
    await delay(20);
    const isThere = await store.get('key 000001').then(
      () => true,
      () => false,
    );
    if (isThere === (outcome === 'succeed')) return true;
  }
  return false;
}

describe('A folder that changes while it is open', () => {
  it.each<[string, () => void]>([
    [
      'removed',
      () => {
        rmSync(scratch.folder, { recursive: true });
      },
    ],
    [
      'moved',
      () => {
        renameSync(scratch.folder, `${scratch.folder} elsewhere`);
      },
    ],
    [
      'replaced by an empty one',
      () => {
        renameSync(scratch.folder, `${scratch.folder} elsewhere`);
        mkdirSync(scratch.folder);
      },
    ],
    [
      'replaced by a copy',
      () => {
        cpSync(scratch.folder, `${scratch.folder} copy`, { recursive: true });
        renameSync(scratch.folder, `${scratch.folder} elsewhere`);
        renameSync(`${scratch.folder} copy`, scratch.folder);
      },
    ],
  ])('acknowledges nothing once it was %s, and fails reads within two seconds', async (_what, change) => {
    await add();
    change();
    await expect(add()).rejects.toMatchObject({
      code: 'GONE',
      message: `${scratch.folder} was removed, moved or replaced while it was in use: put it back, or restart to begin with what is there now`,
    });
    expect(await untilReads('fail')).toBe(true);
  });

  it('is detected without a write, too', async () => {
    renameSync(scratch.folder, `${scratch.folder} elsewhere`);
    expect(await untilReads('fail')).toBe(true);
  });

  it('is used again once it is back', async () => {
    renameSync(scratch.folder, `${scratch.folder} elsewhere`);
    await expect(add()).rejects.toMatchObject({ code: 'GONE' });
    renameSync(`${scratch.folder} elsewhere`, scratch.folder);
    expect(await untilReads('succeed')).toBe(true);
    await add();
    expect(await store.get('added')).toBe('1');
  });

  it('reports that it was reopened, when a write that had failed may be stored', async () => {
    await store.close();
    const reads: Promise<string | undefined>[] = [];
    store = await scratch.open({ onReopened: () => reads.push(store.get('added')) });
    renameSync(scratch.folder, `${scratch.folder} elsewhere`);
    await expect(add()).rejects.toMatchObject({ code: 'GONE' });
    renameSync(`${scratch.folder} elsewhere`, scratch.folder);
    expect(await untilReads('succeed')).toBe(true);
    expect(reads).toHaveLength(0);
    await store.write(({ put }) => {
      put('other', '1');
    });
    expect(await Promise.all(reads)).toEqual(['1']);
    await add();
    expect(reads).toHaveLength(1);
  });
});
