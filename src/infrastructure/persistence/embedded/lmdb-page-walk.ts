import { readSync } from 'node:fs';
import { isPageOf, nodesOf, OVERFLOW_PAGE, PAGE_HEADER_BYTES, treeIn, type LmdbTree } from './lmdb-page.js';

/** An LMDB file whose trees are to be walked. */
export interface LmdbPages {
  /** A file descriptor. */
  readonly file: number;
  readonly pageSize: number;
  /** How many whole pages the file has. */
  readonly pages: number;
  /** The trees that the file's newest meta page names; those within them are found. */
  readonly trees: readonly LmdbTree[];
}

/** What became of a walk: `unfinished` means that the pages looked at were sound when the time was up. */
export type WalkResult = 'sound' | 'damaged' | 'unfinished';

/**
 * Looks at every page that the trees use: whether it is there, is the page that it should be, and holds nothing that reaches
 * beyond it; and whether each tree has as many entries as it should. What tasks are made of is not looked at, since LMDB
 * keeps no checksums. Branches come first, since all depends on them, then leaves in the order of the file.
 *
 * @param untilMs When to give up, as `performance.now()` counts.
 */
export function walkPages(lmdb: LmdbPages, untilMs = Infinity): WalkResult {
  const walk = new Walk(lmdb, untilMs);
  try {
    return walk.run();
  } catch (error) {
    // An offset outside of the page: this is no page of a tree.
    if (error instanceof Damage || (error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE') return 'damaged';
    if (error instanceof TimeIsUp) return 'unfinished';
    throw error;
  }
}

class Damage extends Error {}
class TimeIsUp extends Error {}

class Walk {
  readonly #page: Buffer;
  readonly #header = Buffer.alloc(PAGE_HEADER_BYTES);
  #pagesLeft: number;

  constructor(
    private readonly lmdb: LmdbPages,
    private readonly untilMs: number,
  ) {
    this.#page = Buffer.alloc(lmdb.pageSize);
    this.#pagesLeft = lmdb.pages;
  }

  run(): WalkResult {
    const found: LmdbTree[] = [];
    for (const tree of this.lmdb.trees) this.#walkLeaves(tree, this.#leavesOf(tree), found);
    const withLeaves = found.map((tree) => ({ tree, leaves: this.#leavesOf(tree) }));
    // LMDB nests no deeper here: what these hold are values.
    for (const { tree, leaves } of withLeaves) this.#walkLeaves(tree, leaves);
    return 'sound';
  }

  #leavesOf({ root, depth }: LmdbTree): number[] {
    let level = root === undefined ? [] : [root];
    for (let above = depth - 1; above > 0; above--) {
      const below: number[] = [];
      for (const number of level) {
        this.#read(number);
        for (const { child } of nodesOf(this.#page, 'branch')) below.push(child);
      }
      level = below.sort((a, b) => a - b);
    }
    return level;
  }

  #walkLeaves({ entries }: LmdbTree, leaves: readonly number[], found?: LmdbTree[]): void {
    let count = 0;
    for (const number of leaves) {
      this.#read(number);
      for (const node of nodesOf(this.#page, 'leaf')) {
        count++;
        if (node.kind === 'tree') found?.push(treeIn(this.#page, node.data));
        if (node.kind === 'overflow') this.#checkOverflow(node.first, node.pages);
      }
    }
    if (count !== entries) throw new Damage();
  }

  #read(number: number): void {
    this.#take(number, 1);
    readSync(this.lmdb.file, this.#page, 0, this.lmdb.pageSize, number * this.lmdb.pageSize);
    if (!isPageOf(this.#page, number)) throw new Damage();
  }

  #checkOverflow(first: number, pages: number): void {
    this.#take(first, pages);
    readSync(this.lmdb.file, this.#header, 0, PAGE_HEADER_BYTES, first * this.lmdb.pageSize);
    if (!isPageOf(this.#header, first, OVERFLOW_PAGE)) throw new Damage();
  }

  /** No page is in use twice, so a walk that needs more pages than there are goes in circles. */
  #take(first: number, pages: number): void {
    this.#pagesLeft -= pages;
    if (first + pages > this.lmdb.pages || this.#pagesLeft < 0) throw new Damage();
    if (performance.now() > this.untilMs) throw new TimeIsUp();
  }
}
