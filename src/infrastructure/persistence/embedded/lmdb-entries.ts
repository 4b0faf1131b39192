// Reads the entries of an LMDB file: meta pages 0 and 1, a tree of named databases, and a tree for each of them. Layouts of
// LMDB's `mdb.c` in the variant of lmdb-js: `MDB_page_header`, `MDB_node`, `MDB_db`, `MDB_meta`.
const MAGIC = 0xbeefc0de;
const HEADER_BYTES = 24;
const META = { magic: 24, pageSize: 48, mainTree: 96, transaction: 152 };
const PAGE = { flags: 18, lower: 20 };
const NODE = { size: 0, flags: 4, keySize: 6, header: 8 };
const TREE = { depth: 6, root: 40 };
const BRANCH_PAGE = 0x01;
const LEAF_PAGE = 0x02;
const OVERFLOW_NODE = 0x01;
const NO_ROOT = 0xffffffffffffffffn;
const MAX_DEPTH = 32;

type Pair = readonly [key: Buffer, value: Buffer];

/**
 * Returns all entries of a database in an LMDB file.
 *
 * @returns Undefined when it is no LMDB file. The entries throw RangeError where the file is damaged.
 */
export function lmdbEntries(file: Buffer, database: string): Iterable<Pair> | undefined {
  if (file.length < META.transaction + 8 || file.readUInt32LE(META.magic) !== MAGIC) return undefined;
  return entriesOf(file, database);
}

function* entriesOf(file: Buffer, database: string): Generator<Pair> {
  const pageSize = file.readUInt32LE(META.pageSize);
  const metas = [file.subarray(0, pageSize), file.subarray(pageSize, 2 * pageSize)];
  const newest = metas.reduce((one, other) => (transactionOf(other) > transactionOf(one) ? other : one));
  for (const [name, record] of pairs(file, pageSize, newest, META.mainTree)) {
    if (name.toString('latin1').replace(/\0$/, '') === database) yield* pairs(file, pageSize, record, 0);
  }
}

function transactionOf(meta: Buffer): bigint {
  return meta.readBigUInt64LE(META.transaction);
}

/** All pairs of the tree whose record is there, in order. */
function* pairs(file: Buffer, pageSize: number, record: Buffer, at: number): Generator<Pair> {
  const root = record.readBigUInt64LE(at + TREE.root);
  const depth = record.readUInt16LE(at + TREE.depth);
  if (depth > MAX_DEPTH) throw new RangeError('Not a tree');
  if (root !== NO_ROOT) yield* pairsBelow(file, pageSize, Number(root), depth);
}

function* pairsBelow(file: Buffer, pageSize: number, number: number, depth: number): Generator<Pair> {
  const page = file.subarray(number * pageSize, (number + 1) * pageSize);
  const flags = page.readUInt16LE(PAGE.flags);
  if (depth < 1 || (flags & (depth === 1 ? LEAF_PAGE : BRANCH_PAGE)) === 0)
    throw new RangeError('Not a page of a tree');
  const count = page.readUInt16LE(PAGE.lower) >> 1;
  for (let index = 0; index < count; index++) {
    const node = page.readUInt16LE(HEADER_BYTES + 2 * index) + HEADER_BYTES;
    if (depth > 1) yield* pairsBelow(file, pageSize, page.readUIntLE(node, 6), depth - 1);
    else yield pairAt(file, pageSize, page, node);
  }
}

function pairAt(file: Buffer, pageSize: number, page: Buffer, node: number): Pair {
  const keyAt = node + NODE.header;
  const valueAt = keyAt + page.readUInt16LE(node + NODE.keySize);
  const size = page.readUInt32LE(node + NODE.size);
  const key = page.subarray(keyAt, valueAt);
  if ((page.readUInt16LE(node + NODE.flags) & OVERFLOW_NODE) === 0)
    return [key, page.subarray(valueAt, valueAt + size)];
  const start = Number(page.readBigUInt64LE(valueAt)) * pageSize + HEADER_BYTES;
  return [key, file.subarray(start, start + size)];
}
