import { ThriftProtocolError } from '../errors.js';
import { STRICT_VERSION } from './binary-reader.js';
import { isFixedBinarySize, minBinarySize } from './binary-sizes.js';
import { checkContainerSize, checkNameSize, checkStringSize, depthExceeded, messageTooLarge } from './bounds.js';
import { LIST, MAP, SET, STOP, STRING, STRUCT } from './constants.js';
import type { MessageScanner, ReadLimits } from './protocol.js';

/** Bytes of a strict message besides its name: version, length of the name, seqid. Old style has no version but a type. */
const STRICT_HEADER_BYTES = 12;
const OLD_HEADER_BYTES = 9;
/** In place of a count: the level is a struct and ends at its stop field. */
const UNTIL_STOP = -1;

/**
 * Finds the end of an unframed binary message. What is open stands on a stack of its own, so that a message may break
 * off anywhere and nesting can't exhaust the stack of the process.
 */
export class BinaryScanner implements MessageScanner {
  /** Offset from the start of the message; may lie beyond the bytes that are there. */
  private offset = 0;
  private headerDone = false;
  private depth = 0;
  /** For each open level: the elements left; keys and values of a map count one each. */
  private readonly left: Int32Array;
  /** For each open level: the type of the next element. */
  private readonly next: Uint8Array;
  /** For each open level: the type of the element after the next, which differs in a map. */
  private readonly afterNext: Uint8Array;

  constructor(private readonly limits: ReadLimits) {
    this.left = new Int32Array(limits.maxDepth);
    this.next = new Uint8Array(limits.maxDepth);
    this.afterNext = new Uint8Array(limits.maxDepth);
  }

  reset(): void {
    this.offset = 0;
    this.depth = 0;
    this.headerDone = false;
  }

  scan(bytes: Buffer, start: number, end: number): number {
    if (!this.headerDone && !this.scanHeader(bytes, start, end)) return -1;
    while (this.depth > 0) {
      // One byte more is needed at least: every open level has something to come.
      if (this.offset >= this.limits.maxMessageBytes) throw messageTooLarge(this.offset + 1, this.limits);
      const at = start + this.offset;
      if (at >= end) return -1;
      const top = this.depth - 1;
      if (this.left[top] === UNTIL_STOP) {
        if (!this.scanField(bytes, at, end)) return -1;
      } else if (!this.scanElement(top, bytes, at, end)) return -1;
      this.close();
    }
    return start + this.offset;
  }

  private scanHeader(bytes: Buffer, start: number, end: number): boolean {
    if (end - start < 8) return false;
    const strict = bytes[start] === STRICT_VERSION >> 8;
    if (strict && bytes[start + 1] !== (STRICT_VERSION & 0xff)) {
      throw new ThriftProtocolError('bad-version', 'not version 8001 of the binary protocol');
    }
    const nameSize = bytes.readInt32BE(strict ? start + 4 : start);
    checkNameSize(nameSize);
    this.offset = nameSize + (strict ? STRICT_HEADER_BYTES : OLD_HEADER_BYTES);
    this.headerDone = true;
    this.open(UNTIL_STOP, STOP, STOP);
    return true;
  }

  /** Passes over a stop field, or a field's header and as much of its value as has a known size. */
  private scanField(bytes: Buffer, at: number, end: number): boolean {
    const type = bytes[at] as number;
    if (type === STOP) {
      this.offset += 1;
      this.depth -= 1;
      return true;
    }
    if (!this.scanValue(type, bytes, at + 3, end)) return false;
    this.offset += 3;
    return true;
  }

  private scanElement(level: number, bytes: Buffer, at: number, end: number): boolean {
    const type = this.next[level] as number;
    if (!this.scanValue(type, bytes, at, end)) return false;
    this.next[level] = this.afterNext[level] as number;
    this.afterNext[level] = type;
    this.left[level] = (this.left[level] as number) - 1;
    return true;
  }

  /** Passes over a value of known size, or opens a level for it. False, and nothing moved: more bytes are needed. */
  private scanValue(type: number, bytes: Buffer, at: number, end: number): boolean {
    switch (type) {
      case STRUCT:
        this.open(UNTIL_STOP, STOP, STOP);
        return true;
      case STRING: {
        if (end - at < 4) return false;
        const size = bytes.readInt32BE(at);
        checkStringSize(size, this.limits);
        this.offset += 4 + size;
        return true;
      }
      case LIST:
      case SET:
        if (end - at < 5) return false;
        this.scanContainer(bytes.readInt32BE(at + 1), 1, bytes[at] as number, bytes[at] as number);
        this.offset += 5;
        return true;
      case MAP:
        if (end - at < 6) return false;
        this.scanContainer(bytes.readInt32BE(at + 2), 2, bytes[at] as number, bytes[at + 1] as number);
        this.offset += 6;
        return true;
      default:
        this.offset += minBinarySize(type);
        return true;
    }
  }

  /** @param perEntry 1 in a list or set, 2 in a map. */
  private scanContainer(size: number, perEntry: 1 | 2, first: number, second: number): void {
    checkContainerSize(size, this.limits);
    if (this.depth >= this.limits.maxDepth) throw depthExceeded(this.limits);
    if (size === 0) return;
    const entryBytes = minBinarySize(first) + (perEntry === 2 ? minBinarySize(second) : 0);
    const atLeast = this.offset + size * entryBytes;
    if (atLeast > this.limits.maxMessageBytes) throw messageTooLarge(atLeast, this.limits);
    if (isFixedBinarySize(first) && isFixedBinarySize(second)) this.offset += size * entryBytes;
    else this.open(size * perEntry, first, second);
  }

  private open(left: number, next: number, afterNext: number): void {
    if (this.depth >= this.limits.maxDepth) throw depthExceeded(this.limits);
    this.left[this.depth] = left;
    this.next[this.depth] = next;
    this.afterNext[this.depth] = afterNext;
    this.depth++;
  }

  /** Closes the levels that have nothing left. */
  private close(): void {
    while (this.depth > 0 && this.left[this.depth - 1] === 0) this.depth--;
  }
}
