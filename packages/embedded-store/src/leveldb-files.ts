import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged, reasonOf } from './errors.js';
import { crc32c } from './crc32c.js';
import { CURRENT, CURRENT_ADVICE } from './folder.js';

// LevelDB stores a checksum with all data, but classic-level doesn't let it verify them when it reads tables, and
// ignores damaged log records. So they are verified here, by the formats in LevelDB's doc/log_format.md and
// doc/table_format.md.

const LOG_BLOCK_BYTES = 32_768;
const RECORD_HEADER_BYTES = 7;
const FULL = 1;
const FIRST = 2;
const LAST = 4;
/** Disks write whole sectors: the part of a record lost in a crash is at least that many zeros. */
const SECTOR = Buffer.alloc(512);

const BLOCK_TRAILER_BYTES = 5;
const FOOTER_BYTES = 48;
const TABLE_MAGIC = 0xdb4775248b80fb57n;

/** The files of a store, according to its manifest. */
interface LiveFiles {
  /** Paths of the logs, oldest first. */
  readonly logs: readonly string[];
  /** Paths of the tables and their sizes in bytes. */
  readonly tables: ReadonlyMap<string, number>;
}

/**
 * Lists the files of the LevelDB in a folder, and verifies its manifest and its logs.
 *
 * @throws EmbeddedStoreError DAMAGED that names the file.
 */
export async function readLiveFiles(folder: string): Promise<LiveFiles> {
  const path = join(folder, CURRENT);
  const current = (await content(path)).toString('latin1');
  if (!/^MANIFEST-\d+\n$/.test(current)) throw damaged(path, 'is damaged', { advice: CURRENT_ADVICE });
  const manifest = join(folder, current.trim());
  const { tables, log } = manifestState(logRecords(await content(manifest), manifest), manifest);
  const names = await readdir(folder);
  const logs = names.filter((name) => name.endsWith('.log') && parseInt(name, 10) >= log).sort(byNumber);
  const first = fileName(log, 'log');
  if (log > 0 && !logs.includes(first)) throw damaged(join(folder, first), 'is missing');
  const paths = logs.map((name) => join(folder, name));
  for (const path of paths) logRecords(await content(path), path);
  return { logs: paths, tables: await presentTables(folder, names, tables) };
}

/**
 * Verifies the checksums of a table.
 *
 * @throws EmbeddedStoreError DAMAGED that names the file.
 */
export async function checkTable(path: string): Promise<void> {
  const bytes = await content(path);
  try {
    checkBlocks(bytes);
  } catch (error) {
    throw damaged(path, `is damaged (${reasonOf(error)})`);
  }
}

/** Paths of the tables that LevelDB now reads, from its property `leveldb.sstables`. */
export function tablePaths(folder: string, property: string): string[] {
  return Array.from(property.matchAll(/^ (\d+):\d+\[/gm), ([, number]) =>
    join(folder, fileName(Number(number), 'ldb')),
  );
}

async function presentTables(
  folder: string,
  names: readonly string[],
  tables: ReadonlyMap<number, number>,
): Promise<Map<string, number>> {
  const paths = new Map<string, number>();
  for (const [number, size] of tables) {
    const name = fileName(number, 'ldb');
    const path = join(folder, name);
    if (!names.includes(name)) throw damaged(path, 'is missing');
    const found = await stat(path);
    if (found.size !== size) {
      throw damaged(path, `is damaged (it has ${String(found.size)} bytes instead of ${String(size)})`);
    }
    paths.set(path, size);
  }
  return paths;
}

async function content(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const what =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : `can't be read (${reasonOf(error)})`;
    throw damaged(path, what, { cause: error });
  }
}

/**
 * The records of a log. An incomplete one at the end, left by a crash, is ignored. Any other wrong checksum is damage,
 * since each record was synced before the next was written.
 */
function logRecords(bytes: Buffer, path: string): Buffer[] {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  let unfinishedAt: number | undefined;
  let at = 0;
  while (at + RECORD_HEADER_BYTES <= bytes.length) {
    const blockEnd = at - (at % LOG_BLOCK_BYTES) + LOG_BLOCK_BYTES;
    if (blockEnd - at < RECORD_HEADER_BYTES) {
      at = blockEnd;
      continue;
    }
    const fragment = fragmentAt(bytes, at, Math.min(blockEnd, bytes.length));
    if (fragment === undefined) {
      unfinishedAt ??= at;
      // Searches byte by byte for the next record, since a damaged length can't be trusted.
      at++;
      continue;
    }
    const { type, data } = fragment;
    const begins = type === FULL || type === FIRST;
    if (unfinishedAt !== undefined && begins) throw damaged(path, `is damaged at byte ${String(unfinishedAt)}`);
    if (begins) parts = [];
    parts.push(data);
    if (type === FULL || type === LAST) records.push(parts.length === 1 ? data : Buffer.concat(parts));
    at += RECORD_HEADER_BYTES + data.length;
  }
  if (unfinishedAt !== undefined && !looksUnfinished(bytes, unfinishedAt)) {
    throw damaged(path, `is damaged at byte ${String(unfinishedAt)}`);
  }
  return records;
}

function fragmentAt(bytes: Buffer, at: number, end: number): { type: number; data: Buffer } | undefined {
  const dataAt = at + RECORD_HEADER_BYTES;
  const type = bytes[at + 6] ?? 0;
  if (dataAt > end || type < FULL || type > LAST) return undefined;
  const dataEnd = dataAt + bytes.readUInt16LE(at + 4);
  if (dataEnd > end || !isSound(bytes, at + 6, dataEnd, bytes.readUInt32LE(at))) return undefined;
  return { type, data: bytes.subarray(dataAt, dataEnd) };
}

/** Whether a crash may have left the last record like this: cut short, or with unwritten sectors. */
function looksUnfinished(bytes: Buffer, at: number): boolean {
  const end = at + RECORD_HEADER_BYTES + bytes.readUInt16LE(at + 4);
  return end > bytes.length || bytes.indexOf(SECTOR, at) >= 0 || bytes.subarray(at).every((byte) => byte === 0);
}

/** The final state of a manifest: LevelDB's VersionEdits, applied one after the other. */
function manifestState(records: readonly Buffer[], path: string): { tables: Map<number, number>; log: number } {
  const tables = new Map<number, number>();
  let log = 0;
  try {
    for (const record of records) {
      const reader = new VarintReader(record);
      while (!reader.isAtEnd) {
        const tag = reader.next();
        if (tag === 1) reader.skipBytes();
        else if (tag === 2) log = reader.next();
        else if (tag === 3 || tag === 4 || tag === 9) reader.next();
        else if (tag === 5) {
          reader.next();
          reader.skipBytes();
        } else if (tag === 6) {
          reader.next();
          tables.delete(reader.next());
        } else if (tag === 7) {
          reader.next();
          const number = reader.next();
          tables.set(number, reader.next());
          reader.skipBytes();
          reader.skipBytes();
        } else throw new Error(`unknown tag ${String(tag)}`);
      }
    }
  } catch (error) {
    throw damaged(path, `is damaged (${reasonOf(error)})`);
  }
  return { tables, log };
}

/** A table consists of contiguous blocks with a checksum each, and the footer. */
function checkBlocks(bytes: Buffer): void {
  if (bytes.length < FOOTER_BYTES || bytes.readBigUInt64LE(bytes.length - 8) !== TABLE_MAGIC) {
    throw new Error('it does not end in a footer');
  }
  const footer = new VarintReader(bytes.subarray(-FOOTER_BYTES));
  const [metaAt, metaSize, indexAt, indexSize] = [footer.next(), footer.next(), footer.next(), footer.next()];
  const index = checkedBlock(bytes, indexAt, indexSize);
  let at = 0;
  for (const [blockAt, size] of blockHandles(index)) {
    if (blockAt !== at) throw new Error(`no block at byte ${String(at)}`);
    checkedBlock(bytes, at, size);
    at += size + BLOCK_TRAILER_BYTES;
  }
  // The filter block, which lists keys that are not in the table.
  if (at < metaAt) checkedBlock(bytes, at, metaAt - at - BLOCK_TRAILER_BYTES);
  checkedBlock(bytes, metaAt, metaSize);
  const end = indexAt + indexSize + BLOCK_TRAILER_BYTES + FOOTER_BYTES;
  if (metaAt + metaSize + BLOCK_TRAILER_BYTES !== indexAt || end !== bytes.length)
    throw new Error('its blocks have gaps');
}

function checkedBlock(bytes: Buffer, at: number, size: number): Buffer {
  const typeAt = at + size;
  if (size < 0 || typeAt + BLOCK_TRAILER_BYTES > bytes.length - FOOTER_BYTES) throw new Error('it is too short');
  if (!isSound(bytes, at, typeAt + 1, bytes.readUInt32LE(typeAt + 1)))
    throw new Error(`checksum at byte ${String(at)}`);
  if (bytes[typeAt] !== 0) throw new Error(`compressed block at byte ${String(at)}`);
  return bytes.subarray(at, typeAt);
}

/** Offset and size of a table's blocks, from its index block. */
function* blockHandles(index: Buffer): Generator<readonly [number, number]> {
  const restarts = index.readUInt32LE(index.length - 4);
  const reader = new VarintReader(index.subarray(0, index.length - 4 - 4 * restarts));
  while (!reader.isAtEnd) {
    reader.next();
    const unsharedBytes = reader.next();
    const valueBytes = reader.next();
    reader.skip(unsharedBytes);
    const valueEnd = reader.position + valueBytes;
    yield [reader.next(), reader.next()];
    reader.skip(valueEnd - reader.position);
  }
}

/** Whether bytes have this checksum. LevelDB stores it rotated, so that a checksum over checksums is safe. */
function isSound(bytes: Buffer, start: number, end: number, stored: number): boolean {
  const sum = crc32c(bytes, start, end);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0 === stored;
}

function fileName(number: number, extension: 'ldb' | 'log'): string {
  return `${String(number).padStart(6, '0')}.${extension}`;
}

function byNumber(one: string, other: string): number {
  return parseInt(one, 10) - parseInt(other, 10);
}

/** Reads LevelDB's variable-length integers, up to 2^53. */
class VarintReader {
  position = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let factor = 1; factor < Number.MAX_SAFE_INTEGER; factor *= 128) {
      const byte = this.#bytes[this.position++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * factor;
      if (byte < 128) return value;
    }
    throw new Error('a number is cut short');
  }

  skip(count: number): void {
    this.position += count;
  }

  skipBytes(): void {
    const length = this.next();
    this.skip(length);
  }
}
