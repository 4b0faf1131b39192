import { BOOL, BYTE, DOUBLE, I16, I32, I64, LIST, MAP, SET, STRING, STRUCT, UUID } from '../constants.js';

/** First element of every message. */
export const JSON_VERSION = 1;

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** Names of the types (lib/cpp/src/thrift/protocol/TJSONProtocol.cpp; `uid` in TJSONProtocol.java). */
export const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [BOOL, 'tf'],
  [BYTE, 'i8'],
  [I16, 'i16'],
  [I32, 'i32'],
  [I64, 'i64'],
  [DOUBLE, 'dbl'],
  [STRING, 'str'],
  [STRUCT, 'rec'],
  [MAP, 'map'],
  [LIST, 'lst'],
  [SET, 'set'],
  [UUID, 'uid'],
]);

/** Doubles that JSON has no number for, by their replacement string. */
export const SPECIAL_DOUBLES: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** Position in a container, which decides the separator before the next value. */
export const Place = {
  /** A field's value: nothing. */
  ALONE: 0,
  /** An element after the type and the size, or the struct after the seqid: a comma. */
  ELEMENT: 1,
  /** The first key of a map: nothing. Numbers are in quotes. */
  FIRST_KEY: 2,
  /** A further key of a map: a comma. Numbers are in quotes. */
  KEY: 3,
  /** The value after a key: a colon. */
  VALUE: 4,
  /** The first field of a struct: nothing. */
  FIRST_FIELD: 5,
  /** A further field of a struct: a comma. */
  FIELD: 6,
} as const;

/** Whether JSON allows a byte between its tokens (RFC 8259, section 2). */
export function isWhitespace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
