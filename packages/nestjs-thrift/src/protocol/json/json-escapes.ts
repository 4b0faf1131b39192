import { ThriftProtocolError } from '../../errors.js';
import { BACKSLASH } from './json-syntax.js';

const LETTER_U = 0x75;

/** Characters by their letter after the backslash (RFC 8259, section 7). */
const SHORT_ESCAPES = new Uint8Array(256);
for (const [letter, character] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  SHORT_ESCAPES[(letter as string).charCodeAt(0)] = (character as string).charCodeAt(0);
}

/**
 * Returns the UTF-8 of a JSON string, given the bytes between its quotes, `bytes[start..end)`.
 * The result is never longer than those.
 * @throws ThriftProtocolError for an unknown escape, and for half a surrogate pair.
 */
export function unescapeJson(bytes: Buffer, start: number, end: number): Buffer {
  const text = Buffer.allocUnsafe(end - start);
  let size = 0;
  for (let at = start; at < end;) {
    const byte = bytes[at] as number;
    if (byte !== BACKSLASH) {
      text[size++] = byte;
      at++;
    } else if (bytes[at + 1] === LETTER_U) {
      const code = readCodePoint(bytes, at, end);
      size += text.write(String.fromCodePoint(code), size);
      at += code > 0xffff ? 12 : 6;
    } else {
      text[size++] = readShortEscape(bytes[at + 1] as number);
      at += 2;
    }
  }
  return text.subarray(0, size);
}

function readShortEscape(letter: number): number {
  const character = SHORT_ESCAPES[letter] as number;
  if (character === 0) {
    throw new ThriftProtocolError('malformed', `\\${String.fromCharCode(letter)} is not an escape of JSON`);
  }
  return character;
}

/** Reads `\uXXXX`, or two of them when the first is the first half of a pair. */
function readCodePoint(bytes: Buffer, at: number, end: number): number {
  const first = readCodeUnit(bytes, at, end);
  if (first < 0xd800 || first > 0xdfff) return first;
  const second = first < 0xdc00 && bytes[at + 7] === LETTER_U ? readCodeUnit(bytes, at + 6, end) : 0;
  if (second < 0xdc00 || second > 0xdfff)
    throw new ThriftProtocolError('malformed', 'half a surrogate pair in a string');
  return 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

function readCodeUnit(bytes: Buffer, at: number, end: number): number {
  let value = at + 6 <= end && bytes[at] === BACKSLASH ? 0 : NaN;
  for (let i = at + 2; i < at + 6; i++) value = value * 16 + hexValue(bytes[i] ?? 0);
  if (Number.isNaN(value)) throw new ThriftProtocolError('malformed', 'a \\u escape without four hexadecimal digits');
  return value;
}

function hexValue(digit: number): number {
  if (digit >= 0x30 && digit <= 0x39) return digit - 0x30;
  const letter = digit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : NaN;
}
