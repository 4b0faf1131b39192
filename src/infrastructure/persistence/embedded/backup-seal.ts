import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, openSync, readSync, statSync } from 'node:fs';
import { EmbeddedStoreError } from './embedded-store.error.js';
import { DAMAGE_ADVICE } from './lmdb-file.js';

/**
 * What a backup ends in, since format 2: a line with the checksum of everything before it, whatever LMDB makes of that. A
 * backup of format 1 is an LMDB file and no more, so it consists of whole pages; LMDB ignores what follows its pages.
 */
const FORMAT = 2;
const SEAL = /^tasks backup (\d+) sha256 ([0-9a-f]{64})\n$/;
const SEAL_BYTES = sealOf('0'.repeat(64)).length;
/** Every page is a multiple of that. */
const SMALLEST_PAGE_BYTES = 512;
const CHUNK_BYTES = 1_048_576;

/** Adds the checksum to a file of whole pages. */
export function sealBackup(path: string): void {
  appendFileSync(path, sealOf(checksum(path, statSync(path).size)));
}

/**
 * Compares the file with its checksum, if it has one.
 *
 * @throws EmbeddedStoreError when it is not what was written, or of a later format.
 */
export function checkSeal(path: string): void {
  const { size } = statSync(path);
  if (size % SMALLEST_PAGE_BYTES === 0) return;
  const [, format, expected] = SEAL.exec(lastBytes(path, size)) ?? [];
  if (format !== undefined && Number(format) !== FORMAT) {
    throw new EmbeddedStoreError(
      `${path} has backup format ${format}, this program knows 1 and ${String(FORMAT)}: use the version that wrote it`,
    );
  }
  if (checksum(path, size - SEAL_BYTES) !== expected) {
    throw new EmbeddedStoreError(`${path} is damaged, its checksum is another: ${DAMAGE_ADVICE.backup}`);
  }
}

function sealOf(sum: string): string {
  return `tasks backup ${String(FORMAT)} sha256 ${sum}\n`;
}

function lastBytes(path: string, size: number): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(size, SEAL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('latin1');
  } finally {
    closeSync(file);
  }
}

/** Of so many bytes from the beginning. */
function checksum(path: string, length: number): string {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let done = 0; done < length;) {
      const count = readSync(file, chunk, 0, Math.min(CHUNK_BYTES, length - done), done);
      if (count === 0) break;
      hash.update(chunk.subarray(0, count));
      done += count;
    }
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}
