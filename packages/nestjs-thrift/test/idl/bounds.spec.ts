import { describe, expect, it, jest } from '@jest/globals';
import { errorOf, lines } from './parsing.js';

jest.setTimeout(60_000);

const MANY = 100_000;
const CHAIN = 10_000;

describe('texts that would exhaust the stack get a clear error', () => {
  it.each([
    ['lists', `struct S { 1: ${'list<'.repeat(MANY)}`, '1:340: expected at most 64 nested types, found more'],
    ['maps', `struct S { 1: ${'map<i32,'.repeat(MANY)}`, '1:531: expected at most 64 nested types, found more'],
    ['map keys', `struct S { 1: ${'map<'.repeat(MANY)}`, '1:275: expected at most 64 nested types, found more'],
    ['list values', `const i32 C = ${'['.repeat(MANY)}`, '1:80: expected at most 64 nested values, found more'],
    ['map values', `const i32 C = ${'{1:'.repeat(MANY)}`, '1:208: expected at most 64 nested values, found more'],
    [
      'attributes',
      `struct S { ${'1: i32 a xsd_attrs {'.repeat(MANY)}`,
      "1:1311: expected at most 64 nested attributes, found '{'",
    ],
    [
      'typedefs, the last first',
      lines(CHAIN, (n) => `typedef T${String(n + 1)} T${String(n)}`),
      /expected typedefs before their use, found too long a chain of them$/,
    ],
    [
      'lists of typedefs',
      `typedef i32 T0\n${lines(CHAIN, (n) => `typedef list<T${String(n)}> T${String(n + 1)}`)}`,
      '66:9: expected at most 64 nested types, found more',
    ],
    [
      'constants, the last first',
      lines(CHAIN, (n) => `const i32 C${String(n)} = C${String(n + 1)}`),
      /expected constants before their use, found too long a chain of them$/,
    ],
    [
      'defaults, the last first',
      lines(CHAIN, (n) => `struct S${String(n)} { 1: S${String(n + 1)} s = {} }`) + ` struct S${String(CHAIN)} {}`,
      /expected constants before their use, found too long a chain of them$/,
    ],
    [
      'services, the last first',
      lines(CHAIN, (n) => `service V${String(n)} extends V${String(n + 1)} {}`) + ` service V${String(CHAIN)} {}`,
      '65:21: expected at most 64 services that extend one another, found more',
    ],
    [
      'services',
      `service V0 {}\n` + lines(CHAIN, (n) => `service V${String(n + 1)} extends V${String(n)} {}`),
      '2:20: expected at most 64 services that extend one another, found more',
    ],
  ])('%s', (_, text, message) => {
    expect(errorOf(text)).toMatch(typeof message === 'string' ? new RegExp(`^${message}$`) : message);
  });

  it('64 of each are accepted', () => {
    expect(errorOf(`struct S { 1: ${'list<'.repeat(64)}i32${'>'.repeat(64)} a }`)).toBeUndefined();
    expect(
      errorOf(`const ${'list<'.repeat(64)}i32${'>'.repeat(64)} C = ${'['.repeat(64)}1${']'.repeat(64)}`),
    ).toBeUndefined();
    expect(
      errorOf(`service V0 {}\n${lines(64, (n) => `service V${String(n + 1)} extends V${String(n)} {}`)}`),
    ).toBeUndefined();
  });

  it('long chains in order are accepted', () => {
    const typedefs = `typedef i32 T0\n${lines(CHAIN, (n) => `typedef T${String(n)} T${String(n + 1)}`)}`;
    const constants = `const i32 C0 = 1\n${lines(CHAIN, (n) => `const i32 C${String(n + 1)} = C${String(n)}`)}`;
    expect(errorOf(`${typedefs}\n${constants}`)).toBeUndefined();
  });

  it('types that double at every step take linear work', () => {
    const types = `typedef i32 T0\n${lines(60, (n) => `typedef map<T${String(n)}, T${String(n)}> T${String(n + 1)}`)}`;
    const constants = `const T0 C0 = 1\n${lines(60, (n) => `const T${String(n + 1)} C${String(n + 1)} = {C${String(n)}: C${String(n)}}`)}`;
    expect(errorOf(`${types}\n${constants}`)).toBeUndefined();
  });
});
