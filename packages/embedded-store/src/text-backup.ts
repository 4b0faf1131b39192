import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { EmbeddedStoreError, reasonOf } from './errors.js';

// A backup of the versions on LevelDB is a text file: a header line, a line of JSON for each entry, and a last line with their number and the
// checksum of everything before it. Without the last line the backup is incomplete.

const FORMAT = 'embedded-store-backup-1';
const CHUNK_ENTRIES = 500;

/** A key and its value. */
export type BackupEntry = readonly [key: string, value: string];

/** Header of a backup. */
interface BackupContent {
  /** The program that owns the data. */
  readonly owner: string;
  /** The version of the program's keys and values. */
  readonly version: number;
}

/** The last line. */
interface Trailer {
  readonly entries: number;
  readonly sha256: string;
}

/** A backup that was read completely and verified. */
export class Backup {
  /** Number of its entries. */
  readonly entryCount: number;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, entryCount: number) {
    this.#file = file;
    this.entryCount = entryCount;
  }

  /**
   * Reads a backup completely and verifies its checksum.
   *
   * @throws EmbeddedStoreError UNUSABLE when it is missing, damaged, cut short, or of another program or version.
   */
  static async open(path: string, expected: BackupContent): Promise<Backup> {
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (error) {
      throw unusable(`There is no backup at ${path} (${reasonOf(error)}): give the path of a backup file`, error);
    }
    try {
      return new Backup(file, await checkBackup(file, path, expected));
    } catch (error) {
      await file.close();
      if (error instanceof EmbeddedStoreError) throw error;
      throw unusable(`${path} can't be read (${reasonOf(error)}): use another backup`, error);
    }
  }

  /** All entries, in chunks. */
  async *entries(): AsyncGenerator<BackupEntry[]> {
    let chunk: BackupEntry[] = [];
    let left = this.entryCount;
    let isHeader = true;
    for await (const line of linesOf(textOf(this.#file))) {
      if (isHeader) isHeader = false;
      else if (left-- > 0) chunk.push(JSON.parse(line) as BackupEntry);
      if (chunk.length === CHUNK_ENTRIES) {
        yield chunk;
        chunk = [];
      }
    }
    if (chunk.length > 0) yield chunk;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** @returns The number of entries. */
async function checkBackup(file: FileHandle, path: string, expected: BackupContent): Promise<number> {
  const hash = createHash('sha256');
  let last: string | undefined;
  let lines = 0;
  for await (const line of linesOf(textOf(file))) {
    if (lines === 0) checkHeader(line, path, expected);
    if (last !== undefined) hash.update(`${last}\n`);
    last = line;
    lines++;
  }
  if (lines === 0) throw unusable(`${path} is empty: use another backup`);
  const trailer = parsed<Trailer>(last);
  if (trailer?.sha256 === undefined)
    throw unusable(`${path} is cut short, its last line with the checksum is missing: use another backup`);
  if (trailer.sha256 !== hash.digest('hex') || trailer.entries !== lines - 2) {
    throw unusable(`${path} is damaged, its checksum does not match: use another backup`);
  }
  return trailer.entries;
}

function checkHeader(line: string, path: string, { owner, version }: BackupContent): void {
  const header = parsed<BackupContent & { readonly format: string }>(line);
  if (header?.format !== FORMAT)
    throw unusable(`${path} is not a backup of this version: use one that this version made`);
  if (header.owner !== owner || header.version !== version) {
    const found = `"${String(header.owner)}", data version ${String(header.version)}`;
    throw unusable(
      `${path} is a backup of ${found}, not of "${owner}", data version ${String(version)}: use another backup`,
    );
  }
}

function parsed<Value>(line: string | undefined): Partial<Value> | undefined {
  try {
    return (JSON.parse(line ?? '') as Partial<Value> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function textOf(file: FileHandle): AsyncIterable<string> {
  return file.createReadStream({ start: 0, autoClose: false, encoding: 'utf8' }) as AsyncIterable<string>;
}

function unusable(message: string, cause?: unknown): EmbeddedStoreError {
  return new EmbeddedStoreError('UNUSABLE', message, { cause });
}

/**
 * Splits a text into lines without their line feeds; the last one may lack its line feed. (`node:readline` also splits
 * at U+2028 and U+2029 since Node 24, which JSON leaves unescaped.)
 *
 * @param text Pieces of the text; no more are read while a line is being processed.
 */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
