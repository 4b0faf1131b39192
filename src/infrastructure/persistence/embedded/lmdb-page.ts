/** LMDB's page header and node layouts (`MDB_page_header`, `MDB_node`, `MDB_db`, `MDB_ovpage`), in bytes. */
const PAGE = { number: 0, flags: 18, lower: 20, upper: 22 };
const NODE = { size: 0, flags: 4, keySize: 6, header: 8 };
const TREE = { depth: 6, entries: 32, root: 40, length: 48 };
const OVERFLOW = { first: 0, pageCount: 16, length: 24 };

/** How long a page's header is. */
export const PAGE_HEADER_BYTES = 24;

const BRANCH_PAGE = 0x01;
const LEAF_PAGE = 0x02;
/** The flag of a page that holds one large value, or the beginning of it. */
export const OVERFLOW_PAGE = 0x04;
const PAGE_KINDS = BRANCH_PAGE | LEAF_PAGE | OVERFLOW_PAGE;

const OVERFLOW_NODE = 0x01;
const TREE_NODE = 0x02;
const NO_ROOT = 0xffffffffffffffffn;
/** LMDB's own limit (`CURSOR_STACK`). */
const MAX_DEPTH = 32;

/** A B+ tree of an LMDB file. */
export interface LmdbTree {
  /** The number of its topmost page; undefined when it is empty. */
  readonly root: number | undefined;
  /** How many pages lie between root and leaf, both included. */
  readonly depth: number;
  readonly entries: number;
}

/** What a page refers to: a page below, or where a leaf keeps a value. */
type BranchNode = { readonly child: number };
type LeafNode =
  | { readonly kind: 'value' }
  | { readonly kind: 'tree'; /** Where its record is in the page. */ readonly data: number }
  | { readonly kind: 'overflow'; readonly first: number; readonly pages: number };

/** Whether these bytes begin the page of that number, and of that kind if one is given. */
export function isPageOf(page: Buffer, number: number, kind = 0): boolean {
  const flags = page.readUInt16LE(PAGE.flags);
  return page.readBigUInt64LE(PAGE.number) === BigInt(number) && (kind === 0 || (flags & PAGE_KINDS) === kind);
}

/** The tree whose record (`MDB_db`) is there. @throws RangeError when it makes no sense. */
export function treeIn(bytes: Buffer, offset: number): LmdbTree {
  const root = bytes.readBigUInt64LE(offset + TREE.root);
  const depth = bytes.readUInt16LE(offset + TREE.depth);
  check(depth <= MAX_DEPTH);
  return {
    root: root === NO_ROOT ? undefined : Number(root),
    depth,
    entries: Number(bytes.readBigUInt64LE(offset + TREE.entries)),
  };
}

export function nodesOf(page: Buffer, kind: 'branch'): BranchNode[];
export function nodesOf(page: Buffer, kind: 'leaf'): LeafNode[];
/** All nodes of a page that must be of this kind. @throws RangeError when anything lies where it can't. */
export function nodesOf(page: Buffer, kind: 'branch' | 'leaf'): (BranchNode | LeafNode)[] {
  const lower = page.readUInt16LE(PAGE.lower);
  const upper = page.readUInt16LE(PAGE.upper) + PAGE_HEADER_BYTES;
  const wanted = kind === 'branch' ? BRANCH_PAGE : LEAF_PAGE;
  check((page.readUInt16LE(PAGE.flags) & PAGE_KINDS) === wanted);
  check(lower % 2 === 0 && PAGE_HEADER_BYTES + lower <= upper && upper <= page.length);
  return Array.from({ length: lower >> 1 }, (_, index) => {
    const node = page.readUInt16LE(PAGE_HEADER_BYTES + 2 * index) + PAGE_HEADER_BYTES;
    check(node >= upper);
    return kind === 'branch' ? branchNode(page, node) : leafNode(page, node);
  });
}

function branchNode(page: Buffer, node: number): BranchNode {
  check(node + NODE.header + page.readUInt16LE(node + NODE.keySize) <= page.length);
  return { child: page.readUIntLE(node, 6) };
}

function leafNode(page: Buffer, node: number): LeafNode {
  const flags = page.readUInt16LE(node + NODE.flags);
  const data = node + NODE.header + page.readUInt16LE(node + NODE.keySize);
  if (flags & OVERFLOW_NODE) {
    check(data + OVERFLOW.length <= page.length);
    return {
      kind: 'overflow',
      first: Number(page.readBigUInt64LE(data + OVERFLOW.first)),
      pages: Number(page.readBigUInt64LE(data + OVERFLOW.pageCount)),
    };
  }
  check(data + page.readUInt32LE(node + NODE.size) <= page.length);
  if ((flags & TREE_NODE) === 0) return VALUE;
  check(page.readUInt32LE(node + NODE.size) === TREE.length);
  return { kind: 'tree', data };
}

const VALUE: LeafNode = { kind: 'value' };

function check(isSound: boolean): void {
  if (!isSound) throw Object.assign(new RangeError('Not a page of a tree'), { code: 'ERR_OUT_OF_RANGE' });
}
