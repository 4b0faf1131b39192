import { describe, expect, it } from '@jest/globals';
import { jsonText, toJson } from '../src/json.js';

describe('toJson', () => {
  it.each<[string, unknown, unknown]>([
    ['i64 as a string', { count: 7n }, { count: '7' }],
    ['a set as an array', new Set([1, 2]), [1, 2]],
    ['a map of text as an object', new Map([['a', 1n]]), { a: '1' }],
    ['a map of numbers as an object', new Map([[7n, 'x']]), { 7: 'x' }],
    ['a map of structs as pairs', new Map([[{ a: 1n }, 'x']]), [[{ a: '1' }, 'x']]],
    ['binary as base64', Buffer.from('hello'), 'aGVsbG8='],
    ['doubles that JSON lacks as strings', [NaN, Infinity, 1.5], ['NaN', 'Infinity', 1.5]],
    [
      'nested values',
      { list: [new Set([1n])], none: undefined, nil: null, ok: true },
      { list: [['1']], nil: null, ok: true },
    ],
  ])('writes %s', (_, value, expected) => {
    expect(JSON.parse(JSON.stringify(toJson(value)))).toEqual(expected);
  });

  it('keeps a member called __proto__ as a member', () => {
    const text = JSON.stringify(toJson(new Map([['__proto__', 1]])));
    expect(text).toBe('{"__proto__":1}');
  });

  it('writes i64 as a number up to 2^53 by the option', () => {
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    expect([most, -most, most + 1n].map((value) => toJson(value, { i64: 'number' }))).toEqual([
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      '9007199254740992',
    ]);
  });
});

describe('jsonText', () => {
  it('writes -0 as -0, and all else as JSON.stringify does', () => {
    const value = { zero: -0, none: 0, items: [-0, -1, '-0', '"\\ud800"', '\\ud800', '\ud800'], empty: {} };
    const text = jsonText(value, 2);
    expect(text).toBe(JSON.stringify(value, null, 2).replace('"zero": 0', '"zero": -0').replace('    0,', '    -0,'));
    expect(JSON.parse(text)).toEqual(value);
    expect(jsonText([-0])).toBe('[-0]');
  });
});
