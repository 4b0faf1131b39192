import { readUtf8 } from './utf8.js';

/** Longer strings are read by themselves. */
const SHORT_BYTES = 64;
/** So much of the message is turned into text at a time. A short string keeps at most this much memory alive. */
const WINDOW_BYTES = 512;
/** The first strings of a message are read by themselves as well. */
const SINGLE_STRINGS = 4;

/**
 * Reads the strings of a message. Each call into the runtime costs more than a short string is worth, so short ASCII
 * strings are cut out of a larger one, which took one call. Such a string refers to the larger one, which makes it slow
 * to read and dear to keep: for the few strings of most calls that is no gain.
 */
export class TextReader {
  private bytes: Buffer = Buffer.alloc(0);
  private end = 0;
  private window = '';
  private windowStart = 0;
  private windowEnd = 0;
  private strings = 0;

  /** Goes over to another message, which ends at `end`. */
  reset(bytes: Buffer, end: number): void {
    this.bytes = bytes;
    this.end = end;
    this.windowEnd = 0;
    this.strings = 0;
  }

  /**
   * The string in `[from, to)`. Strings are asked for in the order in which they stand in the message.
   * @throws ThriftProtocolError when it is not UTF-8.
   */
  read(from: number, to: number): string {
    const { bytes } = this;
    if (to - from > SHORT_BYTES) return readUtf8(bytes, from, to);
    for (let at = from; at < to; at++) {
      if ((bytes[at] as number) > 0x7f) return readUtf8(bytes, from, to);
    }
    if (this.strings < SINGLE_STRINGS) {
      this.strings++;
      return bytes.toString('latin1', from, to);
    }
    if (to > this.windowEnd) this.openWindow(from);
    return this.window.substring(from - this.windowStart, to - this.windowStart);
  }

  private openWindow(from: number): void {
    this.windowStart = from;
    this.windowEnd = Math.min(this.end, from + WINDOW_BYTES);
    this.window = this.bytes.toString('latin1', from, this.windowEnd);
  }
}
