import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { Backup, EmbeddedStoreError, type BackupEntry } from '@tasks/embedded-store';
import { TaskSource } from '../../../application/task-source.js';
import { Task } from '../../../domain/task.js';
import { lmdbEntries } from './lmdb-entries.js';

const USER_LENGTH_DIGITS = 3;
const TIME_DIGITS = 11;
const ID_DIGITS = 24;
const POSITION_LENGTH = 1 + TIME_DIGITS + ID_DIGITS;
/** Maximum absolute time of a Date, in milliseconds. */
const MAX_TIME_MS = 8_640_000_000_000_000;

/** Opens a backup that an earlier version made, and reads it completely. @throws EmbeddedStoreError */
export async function openEarlierBackup(file: string): Promise<TaskSource & { close(): Promise<void> }> {
  const ofLmdb = lmdbTasks(file);
  return ofLmdb ? new TaskArray(ofLmdb) : new TextBackup(await Backup.open(file, { owner: 'tasks', version: 1 }));
}

/** A backup of the version on LevelDB: a line for each task. */
class TextBackup extends TaskSource {
  readonly #backup: Backup;

  constructor(backup: Backup) {
    super();
    this.#backup = backup;
  }

  override count(): Promise<number> {
    return Promise.resolve(this.#backup.entryCount);
  }

  override async *batches(size: number): AsyncGenerator<readonly Task[]> {
    for await (const chunk of this.#backup.entries()) {
      for (let at = 0; at < chunk.length; at += size) yield chunk.slice(at, at + size).map(ofEntry);
    }
  }

  close(): Promise<void> {
    return this.#backup.close();
  }
}

/** A backup that was read at once. */
class TaskArray extends TaskSource {
  readonly #tasks: readonly Task[];

  constructor(tasks: readonly Task[]) {
    super();
    this.#tasks = tasks;
  }

  override count(): Promise<number> {
    return Promise.resolve(this.#tasks.length);
  }

  override async *batches(size: number): AsyncGenerator<readonly Task[]> {
    for (let at = 0; at < this.#tasks.length; at += size) yield await Promise.resolve(this.#tasks.slice(at, at + size));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Parses an entry `t USER POSITION` with a value of `1` when done, else `0`, and the name. USER is the length of the id in
 * three hexadecimal digits and the id; POSITION a digit for the sign, the time in eleven digits to the base 36, and the id.
 */
function ofEntry([key, value]: BackupEntry): Task {
  const positionAt = key.length - POSITION_LENGTH;
  const userId = key.slice(1 + USER_LENGTH_DIGITS, positionAt);
  const digits = parseInt(key.slice(positionAt + 1, positionAt + 1 + TIME_DIGITS), 36);
  const createdOn = new Date(key[positionAt] === '0' ? digits - MAX_TIME_MS : digits);
  return new Task(key.slice(-ID_DIGITS), userId, value.slice(1), createdOn, value.startsWith('1'));
}

const SEAL = /^tasks backup 2 sha256 ([0-9a-f]{64})\n$/;
const SEAL_BYTES = `tasks backup 2 sha256 ${'0'.repeat(64)}\n`.length;
const SMALLEST_PAGE_BYTES = 512;
const LENGTH_BYTES = 2;
const TIME_BYTES = 8;
const ID_BYTES = 12;
const TIME_BIAS = 1n << 63n;
const DONE_FLAG = 0x01;

/**
 * Reads a backup of the version on LMDB: the file of the database, and since its format 2 a line with a checksum behind it.
 *
 * @returns Undefined when it is no LMDB file.
 */
function lmdbTasks(file: string): Task[] | undefined {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch {
    return undefined;
  }
  const entries = lmdbEntries(content, 'tasks');
  if (!entries) return undefined;
  const damaged = new EmbeddedStoreError('UNUSABLE', `${file} is damaged: use another backup`);
  if (content.length % SMALLEST_PAGE_BYTES !== 0) {
    const end = content.length - SEAL_BYTES;
    const sum = SEAL.exec(content.toString('latin1', end))?.[1];
    if (sum !== createHash('sha256').update(content.subarray(0, end)).digest('hex')) throw damaged;
  }
  try {
    return Array.from(entries, ([key, value]) => ofPair(key, value));
  } catch {
    throw damaged;
  }
}

/** Parses a key of length and bytes of the user's id, time and id of the task; and a value of flags and name. */
function ofPair(key: Buffer, value: Buffer): Task {
  const idAt = key.length - ID_BYTES;
  const timeAt = idAt - TIME_BYTES;
  if (timeAt <= LENGTH_BYTES || key.readUInt16BE() !== timeAt - LENGTH_BYTES || value.length === 0) {
    throw new Error('Not a task');
  }
  const createdOn = new Date(Number(key.readBigUInt64BE(timeAt) - TIME_BIAS));
  const done = ((value[0] ?? 0) & DONE_FLAG) !== 0;
  return new Task(
    key.toString('hex', idAt),
    key.toString('utf8', LENGTH_BYTES, timeAt),
    value.toString('utf8', 1),
    createdOn,
    done,
  );
}
