import { isUtf8 } from 'node:buffer';
import { ThriftProtocolError } from '../errors.js';
import { truncated } from './bounds.js';
import { formatUuid } from './uuid.js';

/** Maximum length of strings decoded together; longer ones are decoded one by one. */
const SHORT_BYTES = 64;
/** Number of bytes decoded at a time. A short string keeps at most this much memory alive. */
const WINDOW_BYTES = 512;
/** The first strings of a message are decoded one by one as well. */
const SINGLE_STRINGS = 4;

/**
 * Reads at a position of a message in memory, within its bounds. Base of the readers of all protocols.
 *
 * A call into the runtime costs more than a short string is worth, so short ASCII strings are cut out of a window of
 * text that took one call. Such a string refers to its window, which makes it slower to read and costlier to keep; for
 * the few strings of most calls that does not pay.
 */
export class ByteReader {
  protected bytes: Buffer = Buffer.alloc(0);
  protected start = 0;
  protected position = 0;
  protected end = 0;
  #window = '';
  #windowStart = 0;
  #windowEnd = 0;
  #strings = 0;

  /** Starts reading the message in `bytes[start..end)`. */
  reset(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.position = start;
    this.end = end;
    this.#windowEnd = 0;
    this.#strings = 0;
  }

  get left(): number {
    return this.end - this.position;
  }

  /** Skips `count` bytes, and returns their offset. @throws ThriftProtocolError when the message is shorter. */
  protected take(count: number): number {
    const at = this.position;
    if (this.end - at < count) throw truncated(count - this.end + at);
    this.position = at + count;
    return at;
  }

  protected takeByte(): number {
    return this.bytes[this.take(1)] as number;
  }

  /** @throws ThriftProtocolError when those bytes are not UTF-8. */
  protected takeText(size: number): string {
    const at = this.take(size);
    return this.textAt(at, at + size);
  }

  /** A copy: the bytes of the message are reused. */
  protected takeBytes(size: number): Buffer {
    const at = this.take(size);
    return Buffer.from(this.bytes.subarray(at, at + size));
  }

  protected takeUuid(): string {
    return formatUuid(this.bytes, this.take(16));
  }

  /** Returns the string in `[from, to)`. Strings must be read in the order of the message. */
  protected textAt(from: number, to: number): string {
    const { bytes } = this;
    if (to - from > SHORT_BYTES) return readUtf8(bytes, from, to);
    for (let at = from; at < to; at++) {
      if ((bytes[at] as number) > 0x7f) return readUtf8(bytes, from, to);
    }
    if (this.#strings < SINGLE_STRINGS) {
      this.#strings++;
      return bytes.toString('latin1', from, to);
    }
    if (to > this.#windowEnd) this.#openWindow(from);
    return this.#window.substring(from - this.#windowStart, to - this.#windowStart);
  }

  /** @throws ThriftProtocolError unless the whole message was read. */
  protected checkEnd(): void {
    if (this.left === 0) return;
    throw new ThriftProtocolError('malformed', `${String(this.left)} bytes after the end of the message`);
  }

  #openWindow(from: number): void {
    this.#windowStart = from;
    this.#windowEnd = Math.min(this.end, from + WINDOW_BYTES);
    this.#window = this.bytes.toString('latin1', from, this.#windowEnd);
  }
}

/**
 * Reads `bytes[start..end)` as UTF-8.
 * @throws ThriftProtocolError when it is not UTF-8 (Thrift IDL specification, "string").
 */
export function readUtf8(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  // The decoder replaces invalid UTF-8 by U+FFFD, so only text with that character is checked again.
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end))) {
    throw new ThriftProtocolError('malformed', 'a string that is not UTF-8');
  }
  return text;
}
