import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromJson } from '../src/from-json.js';
import { jsonText, toJson, type BinaryEncoding } from '../src/json.js';
import type { TypeSchema } from '../src/schema.js';
import { anything, samples } from './fuzz/schemas.js';
import { base, colour, field, listOf, mapOf, recursiveStruct, setOf, struct, structType } from './protocol/schemas.js';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);

const label = structType(struct('Label', [field(1, 'name', base('string'), 'required'), field(2, 'colour', colour)]));
const task = structType(
  struct('Task', [
    field(1, 'id', base('i64'), 'required'),
    field(2, 'labels', listOf(label)),
    field(3, 'counts', mapOf(base('i32'), base('i8'))),
    field(4, 'notes', mapOf(base('string'), label)),
    field(5, 'rank', base('i16'), 'required', 3),
  ]),
);
const choice = structType(
  struct('Choice', [field(1, 'text', base('string')), field(2, 'blob', base('binary'))], 'union'),
);

/** The message of the error for a JSON value. */
function errorOf(json: unknown, type: TypeSchema, binary?: BinaryEncoding): string {
  try {
    fromJson(json, type, binary && { binary });
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('fromJson', () => {
  it.each<[string, unknown, TypeSchema, unknown]>([
    ['an i64 as a number up to 2^53', 9007199254740991, base('i64'), 9007199254740991n],
    ['an i64 as a string', '-9223372036854775808', base('i64'), -(2n ** 63n)],
    ['doubles that JSON lacks', ['NaN', '-Infinity', 1.5, 2], listOf(base('double')), [NaN, -Infinity, 1.5, 2]],
    ['an enum by name and by number', ['RED', 7], listOf(colour), [1, 7]],
    ['a set as an array', [1, 2], setOf(base('i32')), new Set([1, 2])],
    ['a map of text as an object', { a: 1 }, mapOf(base('string'), base('i64')), new Map([['a', 1n]])],
    ['a map of text as pairs', [['a', 1]], mapOf(base('string'), base('i64')), new Map([['a', 1n]])],
    ['a map of numbers as pairs', [['7', 1]], mapOf(base('i64'), base('i8')), new Map([[7n, 1]])],
    ['a map of structs as pairs', [[{ name: 'a' }, 1]], mapOf(label, base('i8')), new Map([[{ name: 'a' }, 1]])],
    [
      'a UUID in lower case',
      'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
      base('uuid'),
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    ],
    ['binary as base64', 'aGk=', base('binary'), Buffer.from('hi')],
    ['binary as base64 of URLs without padding', '-_8', base('binary'), Buffer.from([0xfb, 0xff])],
    ['the member of a union', { text: 'a', blob: null }, choice, { text: 'a' }],
    ['a struct without what is null or has a default', { id: 1, labels: null }, task, { id: 1n }],
  ])('reads %s', (_, json, type, expected) => {
    expect(fromJson(json, type)).toEqual(expected);
  });

  it.each<[BinaryEncoding, string]>([
    ['text', 'hé'],
    ['hex', '68c3A9'],
  ])('reads binary as %s', (binary, json) => {
    expect(fromJson(json, base('binary'), { binary })).toEqual(Buffer.from('hé'));
  });

  it.each<[unknown, TypeSchema, string]>([
    [{}, task, 'id: expected i64, since the field is required, got nothing'],
    [
      { id: 2 ** 53 },
      task,
      'id: expected an i64 beyond 2^53 as a string, since numbers of JSON lose its last digits, got 9007199254740992',
    ],
    [{ id: 1.5 }, task, 'id: expected i64 as a whole number or a string of digits, got 1.5'],
    [{ id: '9223372036854775808' }, task, 'id: expected i64 (-2^63 to 2^63 - 1), got "9223372036854775808"'],
    [{ id: 1, labels: [{ name: 'a' }, { name: 5 }] }, task, 'labels[1].name: expected a string, got 5'],
    [
      { id: 1, labels: [{ name: 'a', colour: 'BLUE' }] },
      task,
      'labels[0].colour: expected a name of enum Colour (RED) or a number, got "BLUE"',
    ],
    [{ id: 1, labels: {} }, task, 'labels: expected list<Label> as an array, got an object'],
    [{ id: 1, titel: 'x' }, task, 'expected only fields of Task (id, labels, counts, notes, rank), got "titel"'],
    [{ id: 1, counts: { 7: 1 } }, task, 'counts: expected map<i32, i8> as [[key, value], ...], got an object'],
    [{ id: 1, counts: [[7, 1], [8]] }, task, 'counts[1]: expected [key, value], got an array'],
    [
      {
        id: 1,
        counts: [
          [7, 1],
          [7, 2],
        ],
      },
      task,
      'counts[1][0]: expected a key that the map does not have yet, got 7',
    ],
    [{ id: 1, counts: [[7, 128]] }, task, 'counts[0][1]: expected i8 as a number (-128 to 127), got 128'],
    [
      { id: 1, notes: { 'a b': { name: null } } },
      task,
      'notes["a b"].name: expected string, since the field is required, got nothing',
    ],
    [{ id: 1, notes: 5 }, task, 'notes: expected map<string, Label> as an object, or as [[key, value], ...], got 5'],
    [{ text: 'a', blob: '' }, choice, 'expected exactly one member of union Choice, got 2 members'],
    [{ blob: 'a' }, choice, 'blob: expected binary as base64, got "a"'],
    [[1], structType(struct('Empty', [])), 'expected struct Empty as an object, got an array'],
    ['\ud800', base('string'), 'expected well-formed Unicode, got "half a surrogate pair"'],
    [1, base('bool'), 'expected true or false, got 1'],
    ['1', base('double'), 'expected a number, "NaN", "Infinity" or "-Infinity", got "1"'],
    ['a0eebc99', base('uuid'), 'expected a UUID, got "a0eebc99"'],
    [null, base('i32'), 'expected i32 as a number (-2147483648 to 2147483647), got null'],
  ])('names the path and the rule for %j', (json, type, message) => {
    expect(errorOf(json, type)).toBe(message);
  });

  it('rejects half a byte of hex', () => {
    expect(errorOf('abc', base('binary'), 'hex')).toBe('expected binary as hex, got "abc"');
  });

  it('keeps a member called __proto__ a member', () => {
    const type = structType(struct('Odd', [field(1, '__proto__', base('i32'))]));
    const value = fromJson(JSON.parse('{"__proto__":1}'), type);
    expect(Object.entries(value)).toEqual([['__proto__', 1]]);
  });

  it('ends at a depth that the stack can take', () => {
    const deep = JSON.parse(`${'{"next":'.repeat(5000)}{}${'}'.repeat(5000)}`) as unknown;
    expect(errorOf(deep, structType(recursiveStruct()))).toMatch(
      /\.next: expected at most 1000 levels of nesting, got more$/,
    );
  });

  it.each<[BinaryEncoding, 'string' | 'number']>([
    ['base64', 'number'],
    ['hex', 'string'],
  ])('reads what toJson writes, binary as %s and i64 as %s', (binary, i64) => {
    fc.assert(
      fc.property(samples(anything), (sample) => {
        const type = structType(sample.schema);
        const text = jsonText(toJson(sample.value, { type, binary, i64 }) ?? null);
        expect(fromJson(JSON.parse(text), type, { binary })).toEqual(sample.value);
      }),
      { seed, numRuns: 100 },
    );
    process.stdout.write(`fromJson, binary as ${binary}: FUZZ_SEED=${String(seed)}, 100 values\n`);
  });

  it('reads or rejects any JSON, with an error that names a rule', () => {
    fc.assert(
      fc.property(samples(anything), fc.jsonValue(), ({ schema }, json) => {
        expect(errorOf(json, structType(schema))).toMatch(/^no error|expected .+, got /s);
      }),
      { seed, numRuns: 200 },
    );
  });
});
