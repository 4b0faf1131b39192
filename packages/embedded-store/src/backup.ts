import { createHash, type Hash } from 'node:crypto';
import { link, open, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Entry } from './embedded-store.js';
import { EmbeddedStoreError, reasonOf } from './errors.js';
import { syncFolder } from './folder.js';
import { linesOf } from './lines.js';

// A backup is a text file: a header line, a line of JSON for each entry, and a last line with their number and the
// checksum of everything before it. Without the last line the backup is incomplete.

const FORMAT = 'embedded-store-backup-1';
const CHUNK_ENTRIES = 500;

/** Header of a backup. */
export interface BackupContent {
  /** The program that owns the data. */
  readonly owner: string;
  /** The version of the program's keys and values. */
  readonly version: number;
}

/** A completed backup. */
export interface BackupReport {
  readonly file: string;
  readonly entries: number;
  readonly bytes: number;
}

/** The last line. */
interface Trailer {
  readonly entries: number;
  readonly sha256: string;
}

/**
 * Writes entries into a new file. The file gets its name only after it was completed, synced and verified.
 *
 * @throws EmbeddedStoreError UNUSABLE when the file exists or can't be written.
 */
export async function writeBackup(
  entries: AsyncIterable<readonly Entry[]>,
  file: string,
  { owner, version }: BackupContent,
): Promise<BackupReport> {
  if (await exists(file)) throw unusable(`${file} exists already: choose another name, or move it away`);
  const unfinished = `${file}.${String(process.pid)}.partial`;
  try {
    const output = await open(unfinished, 'wx', 0o600);
    const hash = createHash('sha256');
    let count = 0;
    try {
      await writeText(output, hash, `${JSON.stringify({ format: FORMAT, owner, version })}\n`);
      for await (const chunk of entries) {
        count += chunk.length;
        await writeText(output, hash, chunk.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      }
      const trailer: Trailer = { entries: count, sha256: hash.digest('hex') };
      await output.writeFile(`${JSON.stringify(trailer)}\n`);
      await output.sync();
    } finally {
      await output.close();
    }
    const written = await Backup.open(unfinished, { owner, version });
    await written.close();
    await link(unfinished, file);
    syncFolder(dirname(file));
    return { file, entries: count, bytes: (await stat(file)).size };
  } catch (error) {
    if (error instanceof EmbeddedStoreError) throw error;
    const advice = 'free space there, let this user write there, or choose a folder on a file system with hard links';
    throw unusable(`The backup ${file} can't be written (${reasonOf(error)}): ${advice}`, error);
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
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
  async *entries(): AsyncGenerator<Entry[]> {
    let chunk: Entry[] = [];
    let left = this.entryCount;
    let isHeader = true;
    for await (const line of linesOf(textOf(this.#file))) {
      if (isHeader) isHeader = false;
      else if (left-- > 0) chunk.push(JSON.parse(line) as Entry);
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

async function writeText(file: FileHandle, hash: Hash, text: string): Promise<void> {
  hash.update(text);
  await file.writeFile(text);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unusable(message: string, cause?: unknown): EmbeddedStoreError {
  return new EmbeddedStoreError('UNUSABLE', message, { cause });
}
