import { isUtf8 } from 'node:buffer';
import { ThriftProtocolError } from '../errors.js';
import type { ByteWriter } from '../protocol/byte-writer.js';

/** Maximum size of a 32-bit varint, in bytes. */
const MAX_VARINT_BYTES = 5;

/** Maximum number of key-value headers of a message, and of persistent ones of a connection. */
export const MAX_PAIRS = 64;
/** As Apache C++: a larger header is "unreasonable". */
export const MAX_HEADER_BYTES = 65_532;
/** Minimum memory of a pair besides its characters. */
const PAIR_BYTES = 128;

/** Rejects more headers than the maximum. */
export function tooManyPairs(count: number): ThriftProtocolError {
  return new ThriftProtocolError('size-limit', `${String(count)} headers, allowed: ${String(MAX_PAIRS)}`);
}

/** Rejects a header whose variable part is larger than the maximum. @throws ThriftProtocolError */
export function checkHeaderSize(size: number, maxBytes = MAX_HEADER_BYTES): void {
  if (size <= maxBytes) return;
  throw new ThriftProtocolError(
    'size-limit',
    `a header of ${String(size)} bytes, allowed: ${String(MAX_HEADER_BYTES)}`,
  );
}

/** Length of all names and values, in UTF-16 units. */
export function lengthOfPairs(pairs: ReadonlyMap<string, string>): number {
  let length = 0;
  for (const [key, value] of pairs) length += key.length + value.length;
  return length;
}

/** Memory of the headers of one message, in bytes. */
export function memoryOfPairs(pairs: ReadonlyMap<string, string>): number {
  return lengthOfPairs(pairs) + PAIR_BYTES * pairs.size;
}

/** Reads the numbers and strings of a header, never beyond `end`. */
export class HeaderBlockReader {
  /** Number of pairs announced so far. */
  private pairs = 0;

  constructor(
    private readonly bytes: Buffer,
    private position: number,
    private readonly end: number,
  ) {}

  /** Whether bytes are left. */
  get hasMore(): boolean {
    return this.position < this.end;
  }

  /** An unsigned number of one or two bytes. @throws ThriftProtocolError when the header ends before. */
  readUint(size: 1 | 2): number {
    if (this.end - this.position < size) throw endsInNumber();
    this.position += size;
    return this.bytes.readUIntBE(this.position - size, size);
  }

  /** An unsigned number of at most 5 bytes and 31 bits. @throws ThriftProtocolError for any other. */
  readVarint(): number {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      if (this.position >= this.end) throw endsInNumber();
      const byte = this.bytes[this.position++] as number;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) {
        if (value > 0x7fffffff) break;
        return value;
      }
    }
    throw new ThriftProtocolError('malformed', 'a number in a header that is longer than 31 bits');
  }

  /**
   * Key-value pairs after their count. Pairs that are not UTF-8 are left out.
   * @throws ThriftProtocolError for more than a header may have, before any of them is read.
   */
  readPairs(into: Map<string, string>): void {
    for (let left = this.announce(this.readVarint()); left > 0; left--) {
      const key = this.readText(this.readVarint());
      const value = this.readText(this.readVarint());
      if (key !== undefined && value !== undefined) into.set(key, value);
    }
  }

  /** Accepts a number of pairs that follow. @throws ThriftProtocolError for more than a header may have. */
  announce(count: number): number {
    this.pairs += count;
    if (this.pairs > MAX_PAIRS) throw tooManyPairs(this.pairs);
    return count;
  }

  /** A text of `size` bytes; undefined when it is not UTF-8. @throws ThriftProtocolError when it exceeds the header. */
  readText(size: number): string | undefined {
    const at = this.position;
    if (size > this.end - at) {
      throw new ThriftProtocolError(
        'malformed',
        `a header's string of ${String(size)} bytes is longer than the header`,
      );
    }
    this.position = at + size;
    const slice = this.bytes.subarray(at, at + size);
    return isUtf8(slice) ? slice.toString('utf8') : undefined;
  }
}

function endsInNumber(): ThriftProtocolError {
  return new ThriftProtocolError('malformed', 'a header that ends inside a number');
}

/** Writes a number of at most 31 bits. */
export function writeVarint(out: ByteWriter, value: number): void {
  let left = value;
  while (left > 0x7f) {
    writeByte(out, (left & 0x7f) | 0x80);
    left >>>= 7;
  }
  writeByte(out, left);
}

/** Writes key-value pairs after their count. */
export function writePairs(out: ByteWriter, pairs: ReadonlyMap<string, string>): void {
  writeVarint(out, pairs.size);
  for (const [key, value] of pairs) {
    writeString(out, key);
    writeString(out, value);
  }
}

/** `reserve` may move the bytes: read `bytes` after it. */
function writeByte(out: ByteWriter, byte: number): void {
  const at = out.reserve(1);
  out.bytes[at] = byte;
}

function writeString(out: ByteWriter, text: string): void {
  const size = Buffer.byteLength(text);
  writeVarint(out, size);
  const at = out.reserve(size);
  out.bytes.write(text, at, 'utf8');
}
