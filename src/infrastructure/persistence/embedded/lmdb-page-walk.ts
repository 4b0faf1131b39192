import { readSync } from 'node:fs';

/** LMDB's page header and node layouts (`MDB_page_header`, `MDB_node`, `MDB_db`, `MDB_ovpage`), in bytes. */
const PAGE = { flags: 18, lower: 20, header: 24 };
const NODE = { flags: 4, keySize: 6, header: 8 };
const SUB_DATABASE_ROOT = 40;
const OVERFLOW_PAGE_COUNT = 16;

const BRANCH_PAGE = 0x01;
const OVERFLOW_NODE = 0x01;
const SUB_DATABASE_NODE = 0x02;
const NO_ROOT = 0xffffffffffffffffn;

/**
 * Whether any tree of an LMDB file holds a page that the file is too short for (or that makes no sense, which is no
 * better). Reads every page in use, so it is only for files that look too short.
 *
 * @param roots The root pages of the trees.
 * @param pages How many whole pages the file has.
 */
export function reachesBeyond(file: number, pageSize: number, roots: readonly bigint[], pages: bigint): boolean {
  const page = Buffer.alloc(pageSize);
  const pending = roots.filter((root) => root !== NO_ROOT);
  const seen = new Set<bigint>();
  for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
    if (number >= pages || seen.has(number)) return true;
    seen.add(number);
    readSync(file, page, 0, pageSize, Number(number) * pageSize);
    try {
      if (!followNodes(page, pending, pages)) return true;
    } catch (error) {
      // An offset outside of the page: this is no page of a tree.
      if ((error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE') return true;
      throw error;
    }
  }
  return false;
}

/** Adds the pages that this one refers to; false when it has a value that ends beyond the file. */
function followNodes(page: Buffer, pending: bigint[], pages: bigint): boolean {
  const isBranch = (page.readUInt16LE(PAGE.flags) & BRANCH_PAGE) !== 0;
  const nodeCount = page.readUInt16LE(PAGE.lower) >> 1;
  for (let i = 0; i < nodeCount; i++) {
    const node = page.readUInt16LE(PAGE.header + 2 * i) + PAGE.header;
    const data = node + NODE.header + page.readUInt16LE(node + NODE.keySize);
    const flags = page.readUInt16LE(node + NODE.flags);
    if (isBranch) {
      pending.push(BigInt(page.readUIntLE(node, 6)));
    } else if (flags & SUB_DATABASE_NODE) {
      const root = page.readBigUInt64LE(data + SUB_DATABASE_ROOT);
      if (root !== NO_ROOT) pending.push(root);
    } else if (flags & OVERFLOW_NODE) {
      const end = page.readBigUInt64LE(data) + page.readBigUInt64LE(data + OVERFLOW_PAGE_COUNT);
      if (end > pages) return false;
    }
  }
  return true;
}
