import { ThriftProtocolError } from '../../errors.js';
import { depthExceeded, messageTooLarge } from '../bounds.js';
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, isWhitespace, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-syntax.js';
import type { MessageScanner, ReadLimits } from '../protocol.js';

const OTHER = 1;
const STRING_BEGINS = 2;
const OPENS = 3;
const CLOSES = 4;

/** Class of a byte outside strings; 0 for invalid ones. The letters are those of `-Infinity`, `NaN` and `1E9`. */
const KINDS = new Uint8Array(256);
for (const byte of Buffer.from(' \n\r\t,:+-.0123456789eEINafinty')) KINDS[byte] = OTHER;
KINDS[QUOTE] = STRING_BEGINS;
KINDS[OPEN_BRACKET] = KINDS[OPEN_BRACE] = OPENS;
KINDS[CLOSE_BRACKET] = KINDS[CLOSE_BRACE] = CLOSES;

/**
 * Finds the end of an unframed JSON message: the bracket that closes the first one. It only looks at strings and
 * brackets; the reader checks the rest.
 */
export class JsonScanner implements MessageScanner {
  private offset = 0;
  private inString = false;
  /** Whether the last byte was a backslash in a string. */
  private escaped = false;
  private depth = 0;
  /**
   * The closing bracket of each open one. A struct or a map takes two of these levels per level of depth, a message
   * one.
   */
  private readonly closers: Uint8Array;

  constructor(private readonly limits: ReadLimits) {
    this.closers = new Uint8Array(2 * limits.maxDepth + 1);
  }

  reset(): void {
    this.offset = 0;
    this.depth = 0;
    this.inString = false;
    this.escaped = false;
  }

  passBetween(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && isWhitespace(bytes[at] as number)) at++;
    return at;
  }

  scan(bytes: Buffer, start: number, end: number): number {
    const { maxMessageBytes } = this.limits;
    const stop = Math.min(end, start + maxMessageBytes);
    let at = start + this.offset;
    while (at < stop) {
      if (this.inString) at = this.scanString(bytes, at, stop);
      else if (this.scanByte(bytes[at++] as number)) return at;
    }
    this.offset = at - start;
    if (this.offset >= maxMessageBytes) throw messageTooLarge(maxMessageBytes + 1, this.limits);
    return -1;
  }

  private scanString(bytes: Buffer, from: number, stop: number): number {
    let at = from;
    if (this.escaped) {
      this.escaped = false;
      at++;
    }
    for (; at < stop; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.inString = false;
        return at + 1;
      }
      if (byte !== BACKSLASH) continue;
      at++;
      if (at === stop) this.escaped = true;
    }
    return stop;
  }

  /** Whether the byte ends the message. */
  private scanByte(byte: number): boolean {
    const kind = KINDS[byte] as number;
    if (this.depth === 0 && byte !== OPEN_BRACKET) {
      if (isWhitespace(byte)) return false;
      throw unexpected(byte);
    }
    if (kind === OPENS) this.open(byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET);
    else if (kind === CLOSES) return this.close(byte);
    else if (kind === STRING_BEGINS) this.inString = true;
    else if (kind !== OTHER) throw unexpected(byte);
    return false;
  }

  private open(closer: number): void {
    if (this.depth >= this.closers.length) throw depthExceeded(this.limits);
    this.closers[this.depth++] = closer;
  }

  private close(byte: number): boolean {
    if (this.closers[--this.depth] !== byte) throw unexpected(byte);
    return this.depth === 0;
  }
}

function unexpected(byte: number): ThriftProtocolError {
  return new ThriftProtocolError('malformed', `${JSON.stringify(String.fromCharCode(byte))} is not valid JSON here`);
}
