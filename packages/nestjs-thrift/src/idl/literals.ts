import { failAt, quoted, type Source } from './diagnostics.js';
import { isDigit, isNamePart, type Token } from './token.js';

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '"': '"', "'": "'", '\\': '\\' };

/** "Literal": in double or single quotes, on one line, with the escapes of `thriftl.ll`. Throws `ThriftIdlError`. */
export function literalAt(source: Source, offset: number): Token {
  const { text } = source;
  const mark = text[offset];
  const parts: string[] = [];
  let partStart = offset + 1;
  let end = partStart;
  for (; text[end] !== mark; end += 1) {
    if (text[end] === '\\') {
      parts.push(text.slice(partStart, end), escapeAt(source, end));
      partStart = end + 2;
      end += 1;
    } else if (text[end] === undefined || text[end] === '\n') {
      failAt(
        source,
        offset,
        'a literal that ends on its line',
        text[end] === undefined ? 'end of file' : 'end of line',
      );
    }
  }
  const value = parts.join('') + text.slice(partStart, end);
  if (/\p{Surrogate}/u.test(value)) failAt(source, offset, 'a literal of whole characters', 'half a surrogate pair');
  return { kind: 'literal', value, text: text.slice(offset, end + 1), offset, end: end + 1 };
}

function escapeAt(source: Source, offset: number): string {
  const character = source.text[offset + 1];
  if (character === undefined) failAt(source, offset, 'a literal that ends on its line', 'end of file');
  const escape = Object.hasOwn(ESCAPES, character) ? ESCAPES[character] : undefined;
  return escape ?? failAt(source, offset, `one of \\n \\r \\t \\" \\' \\\\`, quoted(`\\${character}`));
}

const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;
/** Maximum number of digits that are converted: the time grows with their square. */
const I64_MAX_DIGITS = 20;

/** "IntConstant", decimal or hexadecimal, in the range of an i64, or "DoubleConstant". Throws `ThriftIdlError`. */
export function numberAt(source: Source, offset: number): Token {
  const { text } = source;
  const start = text[offset] === '+' || text[offset] === '-' ? offset + 1 : offset;
  const hexadecimal = text.startsWith('0x', start);
  const digits = hexadecimal ? start + 2 : start;
  const whole = hexadecimal ? pastWhile(text, digits, isHexDigit) : pastWhile(text, digits, isDigit);
  const end = hexadecimal ? whole : pastExponent(text, pastFraction(text, whole));
  if (end === digits || isNamePart(text[end]) || text[end] === '.') {
    failAt(source, offset, 'a number', quoted(text.slice(offset, pastWhile(text, end + 1, isNamePart))));
  }
  const token = text.slice(offset, end);
  if (end === whole) {
    const magnitude = magnitudeOf(text.slice(pastZeros(text, digits), end), hexadecimal);
    const value = token.startsWith('-') ? -magnitude : magnitude;
    if (value < I64_MIN || value > I64_MAX) failAt(source, offset, 'an integer in the range of an i64', quoted(token));
    return { kind: 'int', value, text: token, offset, end };
  }
  const value = Number(token);
  if (!Number.isFinite(value)) failAt(source, offset, 'a number in the range of a double', quoted(token));
  return { kind: 'double', value, text: token, offset, end };
}

function magnitudeOf(digits: string, hexadecimal: boolean): bigint {
  if (digits.length > I64_MAX_DIGITS) return I64_MAX + 2n;
  return BigInt(hexadecimal ? `0x0${digits}` : digits);
}

function isHexDigit(character: string | undefined): boolean {
  return isDigit(character) || (character !== undefined && 'abcdefABCDEF'.includes(character));
}

function pastWhile(text: string, offset: number, belongs: (character: string | undefined) => boolean): number {
  let end = offset;
  while (belongs(text[end])) end += 1;
  return end;
}

function pastZeros(text: string, offset: number): number {
  return pastWhile(text, offset, (character) => character === '0');
}

function pastFraction(text: string, offset: number): number {
  return text[offset] === '.' && isDigit(text[offset + 1]) ? pastWhile(text, offset + 1, isDigit) : offset;
}

function pastExponent(text: string, offset: number): number {
  if (text[offset] !== 'e' && text[offset] !== 'E') return offset;
  const digits = text[offset + 1] === '+' || text[offset + 1] === '-' ? offset + 2 : offset + 1;
  return isDigit(text[digits]) ? pastWhile(text, digits, isDigit) : offset;
}
