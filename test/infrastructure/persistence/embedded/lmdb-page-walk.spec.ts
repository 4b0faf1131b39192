import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedStore } from '../../../../src/infrastructure/persistence/embedded/embedded-store.js';
import { EmbeddedTaskRepository } from '../../../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { treeIn } from '../../../../src/infrastructure/persistence/embedded/lmdb-page.js';
import { walkPages, type LmdbPages } from '../../../../src/infrastructure/persistence/embedded/lmdb-page-walk.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { aTask, taskId } from '../../../support/builders.js';

const PAGE_BYTES = 4_096;
/** Where a meta page has the records of its trees, and the number of its transaction. */
const META = { freeTree: 48, mainTree: 96, txnId: 152 };

let folder: ScratchFolder;
let lmdb: LmdbPages;

beforeAll(async () => {
  folder = new ScratchFolder();
  const store = await EmbeddedStore.open({ dataDirectory: folder.path });
  const tasks = new EmbeddedTaskRepository(store);
  const ids = Array.from({ length: 3_000 }, (_, n) => taskId(n));
  await Promise.all(ids.map((id, n) => tasks.add(aTask({ id, name: 'n'.repeat(n % 4_000) }))));
  await Promise.all(ids.filter((_, n) => n % 3 === 0).map((id) => tasks.remove(id, 'alice')));
  await store.close();
  lmdb = openPages(join(folder.path, 'tasks.mdb'));
});

afterAll(() => {
  closeSync(lmdb.file);
  folder[Symbol.dispose]();
});

function openPages(path: string): LmdbPages {
  const bytes = readFileSync(path);
  const [first, second] = [0, PAGE_BYTES].map((at) => bytes.subarray(at, at + PAGE_BYTES)) as [Buffer, Buffer];
  const isSecondNewer = second.readBigUInt64LE(META.txnId) > first.readBigUInt64LE(META.txnId);
  const meta = isSecondNewer ? second : first;
  const file = openSync(path, 'r');
  const trees = [treeIn(meta, META.mainTree), treeIn(meta, META.freeTree)];
  return { file, pageSize: PAGE_BYTES, pages: fstatSync(file).size / PAGE_BYTES, trees };
}

describe('A walk through the pages of a store', () => {
  it('finds a store sound that was added to and removed from', () => {
    expect(walkPages(lmdb)).toBe('sound');
  });

  it('ends when its time is up', () => {
    expect(walkPages(lmdb, performance.now())).toBe('unfinished');
  });

  it('misses pages that the file is too short for', () => {
    const { root = 0 } = lmdb.trees[0] ?? {};
    expect(walkPages({ ...lmdb, pages: root })).toBe('damaged');
  });

  it('finds a tree that has fewer entries than it should', () => {
    const trees = lmdb.trees.map((tree) => ({ ...tree, entries: tree.entries + 1 }));
    expect(walkPages({ ...lmdb, trees })).toBe('damaged');
  });

  it('finds a tree that leads back to its own root', () => {
    const trees = lmdb.trees.map((tree) => ({ ...tree, depth: 32 }));
    expect(walkPages({ ...lmdb, trees })).toBe('damaged');
  });
});
