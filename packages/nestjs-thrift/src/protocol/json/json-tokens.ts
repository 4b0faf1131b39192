import { ThriftProtocolError } from '../../errors.js';
import { ByteReader, readUtf8 } from '../byte-reader.js';
import { unescapeJson } from './json-escapes.js';
import { BACKSLASH, isWhitespace, QUOTE, SPECIAL_DOUBLES, TYPE_NAMES } from './json-syntax.js';

const MINUS = 0x2d;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const ZERO = 0x30;
/** Maximum number of digits, more than any i64 has even with leading zeros; conversion time grows with the square. */
const MAX_BIG_DIGITS = 32;

/** Types by name; the key is the bytes of the name as one number. */
const TYPES_BY_NAME: ReadonlyMap<number, number> = new Map(
  [...TYPE_NAMES].map(([type, name]) => [
    [...Buffer.from(name)].reduce((packed, byte) => packed * 256 + byte, 0),
    type,
  ]),
);

/** Reads JSON a token at a time. Skips whitespace between tokens, which npm `thrift` and Apache's Go library send. */
export class JsonTokens extends ByteReader {
  /** After `passString`: the range of its characters, and whether any is escaped. */
  private textStart = 0;
  private textEnd = 0;
  private textEscaped = false;

  /** Returns the first byte of the next token. */
  peek(): number {
    while (this.position < this.end) {
      const byte = this.bytes[this.position] as number;
      if (!isWhitespace(byte)) return byte;
      this.position++;
    }
    throw endsTooEarly();
  }

  /** Skips a one-character token. */
  expect(character: number): void {
    if (this.peek() !== character) throw this.unexpected(`'${String.fromCharCode(character)}'`);
    this.position++;
  }

  /** Checks that only whitespace is left. */
  expectEnd(): void {
    while (this.position < this.end && isWhitespace(this.bytes[this.position] as number)) this.position++;
    this.checkEnd();
  }

  /** Reads the quoted name of a type. */
  readTypeName(): number {
    this.expect(QUOTE);
    let packed = 0;
    for (let length = 0; length < 4; length++) {
      const byte = this.bytes[this.position + length] as number;
      if (this.position + length >= this.end) throw endsTooEarly();
      if (byte !== QUOTE) {
        packed = packed * 256 + byte;
        continue;
      }
      const type = TYPES_BY_NAME.get(packed);
      if (type === undefined) break;
      this.position += length + 1;
      return type;
    }
    throw this.unexpected('the name of a type');
  }

  /** Reads an integer from `least` to `most`, quoted if it is a key. */
  readInteger(least: number, most: number, quoted: boolean): number {
    const from = this.beginInteger(quoted);
    let value = 0;
    for (let at = from; at < this.position; at++) value = value * 10 + (this.bytes[at] as number) - ZERO;
    if (this.bytes[from - 1] === MINUS) value = 0 - value;
    if (value < least || value > most) throw this.outOfRange(from);
    if (quoted) this.closeQuote();
    return value;
  }

  /** Reads a 64-bit integer, quoted if it is a key. */
  readBigInteger(quoted: boolean): bigint {
    const from = this.beginInteger(quoted);
    if (this.position - from > MAX_BIG_DIGITS) throw this.outOfRange(from);
    const digits = BigInt(this.bytes.toString('latin1', from, this.position));
    const value = this.bytes[from - 1] === MINUS ? -digits : digits;
    if (BigInt.asIntN(64, value) !== value) throw this.outOfRange(from);
    if (quoted) this.closeQuote();
    return value;
  }

  /**
   * Reads a number, or the name of one that JSON has no number for: quoted, or unquoted as npm `thrift` and thriftpy2
   * write it.
   */
  readDouble(quoted: boolean): number {
    const from = this.position;
    const inQuotes = this.peek() === QUOTE;
    if (inQuotes) this.position++;
    const text = this.readWord();
    if (inQuotes) this.closeQuote();
    const special = SPECIAL_DOUBLES.get(text);
    const value = special ?? (NUMBER.test(text) && inQuotes === quoted ? Number(text) : NaN);
    if (special === undefined && !Number.isFinite(value)) throw this.outOfRange(from);
    return value;
  }

  /** Skips a string without looking at its characters. */
  passString(): void {
    this.expect(QUOTE);
    const { bytes, end } = this;
    let at = this.position;
    this.textStart = at;
    this.textEscaped = false;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) continue;
      this.textEscaped = true;
      at++;
    }
    if (at >= end) throw endsTooEarly();
    this.textEnd = at;
    this.position = at + 1;
  }

  /** @param checkSize is called with the size in bytes before the string is created. */
  readString(checkSize: (size: number) => void): string {
    this.passString();
    if (!this.textEscaped) {
      checkSize(this.textEnd - this.textStart);
      return this.textAt(this.textStart, this.textEnd);
    }
    const text = unescapeJson(this.bytes, this.textStart, this.textEnd);
    checkSize(text.length);
    return readUtf8(text, 0, text.length);
  }

  /** Returns the ASCII text of a string; other characters become some non-ASCII character. */
  readAscii(): string {
    this.passString();
    if (!this.textEscaped) return this.bytes.toString('latin1', this.textStart, this.textEnd);
    return unescapeJson(this.bytes, this.textStart, this.textEnd).toString('latin1');
  }

  /** Skips an optional minus and the digits of an integer, and returns where they begin. */
  private beginInteger(quoted: boolean): number {
    if (quoted) this.expect(QUOTE);
    if (this.peek() === MINUS) this.position++;
    const from = this.position;
    while (this.position < this.end && isDigit(this.bytes[this.position] as number)) this.position++;
    if (this.position >= this.end) throw endsTooEarly();
    if (this.position === from) throw this.unexpected('a whole number');
    return from;
  }

  /** Returns the letters, digits, signs and points that come next. */
  private readWord(): string {
    const from = this.position;
    let at = from;
    while (at < this.end && isWordByte(this.bytes[at] as number)) at++;
    if (at >= this.end) throw endsTooEarly();
    this.position = at;
    return this.bytes.toString('latin1', from, at);
  }

  private closeQuote(): void {
    if (this.left === 0) throw endsTooEarly();
    if (this.bytes[this.position] !== QUOTE) throw this.unexpected(`'"'`);
    this.position++;
  }

  private unexpected(expected: string): ThriftProtocolError {
    const got = this.bytes.toString('latin1', this.position, Math.min(this.end, this.position + 8));
    return this.malformed(this.position, `expected ${expected}, got ${JSON.stringify(got)}`);
  }

  private outOfRange(from: number): ThriftProtocolError {
    const text = this.bytes.toString('latin1', from, Math.min(this.position, from + 40));
    return this.malformed(from, `${JSON.stringify(text)} is not a number of its type`);
  }

  private malformed(at: number, what: string): ThriftProtocolError {
    return new ThriftProtocolError('malformed', `byte ${String(at - this.start)}: ${what}`);
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function isWordByte(byte: number): boolean {
  const letter = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x7a) || byte === 0x2b || byte === MINUS || byte === 0x2e;
}

function endsTooEarly(): ThriftProtocolError {
  return new ThriftProtocolError('truncated', 'the message ends too early');
}
