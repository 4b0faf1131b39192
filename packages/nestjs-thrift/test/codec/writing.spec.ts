import { describe, expect, it } from '@jest/globals';
import { parseSchema } from '../../src/idl/load-schema.js';
import type { StructSchema } from '../../src/schema.js';
import { ByteWriter } from '../../src/protocol/byte-writer.js';
import { Codec } from '../../src/codec/codec.js';
import { decode, encode, limits, protocols } from '../protocol/dialects.js';
import { failureOf } from '../protocol/failures.js';

const schema = parseSchema(`
  enum Colour { RED = 1 }
  struct Task { 1: optional string id, 2: string name = "", 3: required i32 rank }
  union Shape { 1: i32 circle, 2: string square = "unit" }
  struct All {
    1: bool flag, 2: i8 tiny, 3: i16 short, 4: i32 number, 5: i64 big, 6: double real, 7: string text, 8: binary blob,
    9: uuid id, 10: Colour colour, 11: list<Task> tasks, 12: set<i32> numbers, 13: map<string, list<i32>> byName,
    14: map<i64, Task> byId, 15: Shape shape, 16: list<list<string>> table, 17: All nested,
    18: list<bool> flags
  }
`);

function structNamed(name: string): StructSchema {
  const found = schema.structs.get(name);
  if (found === undefined) throw new Error(`no struct ${name}`);
  return found;
}

/** An invalid value, and the text of the error. */
const wrong: readonly (readonly [unknown, string])[] = [
  [{ flag: 1 }, 'flag: expected boolean, got number'],
  [{ tiny: 128 }, 'tiny: expected i8, got 128'],
  [{ short: 1.5 }, 'short: expected i16, got 1.5'],
  [{ number: '1' }, 'number: expected i32, got string'],
  [{ number: NaN }, 'number: expected i32, got NaN'],
  [{ number: 2 ** 31 }, 'number: expected i32, got 2147483648'],
  [{ big: 1 }, 'big: expected bigint, got number'],
  [{ big: 2n ** 63n }, 'big: expected i64, got 9223372036854775808'],
  [{ real: '1' }, 'real: expected number, got string'],
  [{ text: Buffer.from('a') }, 'text: expected string, got Buffer'],
  [{ text: 'a\ud83d' }, 'text: expected well-formed Unicode, got half a surrogate pair'],
  [{ text: '\udc00'.padEnd(100, 'a') }, 'text: expected well-formed Unicode, got half a surrogate pair'],
  [{ blob: 'a' }, 'blob: expected Buffer, got string'],
  [{ id: 'no-uuid' }, 'id: expected UUID, got "no-uuid"'],
  [{ colour: 'RED' }, 'colour: expected number of an enum, got string'],
  [{ tasks: {} }, 'tasks: expected array, got Object'],
  [{ tasks: [{ rank: 1 }, { rank: 1, name: 3 }] }, 'tasks[1].name: expected string, got number'],
  [{ tasks: [{}] }, 'tasks[0].rank: expected a value, since the field is required, got undefined'],
  [{ tasks: [null] }, 'tasks[0]: expected Task, got null'],
  [{ tasks: [[]] }, 'tasks[0]: expected Task, got Array'],
  [{ numbers: [1] }, 'numbers: expected Set, got Array'],
  [{ numbers: new Set([1, 'x']) }, 'numbers[1]: expected i32, got string'],
  [{ byName: [] }, 'byName: expected Map or object, got Array'],
  [{ byName: { a: [1], 'b "c"': [1, true] } }, 'byName["b \\"c\\""][1]: expected i32, got boolean'],
  [{ byId: { 1: {} } }, 'byId: expected Map, got Object'],
  [{ byId: new Map([[7n, { rank: 'x' }]]) }, 'byId[7].rank: expected i32, got string'],
  [{ byId: new Map([['7', { rank: 1 }]]) }, 'byId["7"]: expected bigint, got string'],
  [{ shape: {} }, 'shape: expected exactly one member of union Shape, got 0 members'],
  [{ shape: { circle: 1, square: 'a' } }, 'shape: expected exactly one member of union Shape, got 2 members'],
  [{ table: [['a'], ['b', undefined]] }, 'table[1][1]: expected string, got undefined'],
  [{ text: Object.create(null) as object }, 'text: expected string, got object'],
  [{ text: { constructor: 'x' } }, 'text: expected string, got object'],
  ['text', 'expected All, got string'],
];

describe.each(protocols)('writing $name', (protocol) => {
  it.each(wrong)('rejects %o', (value, message) => {
    const error = failureOf(() => encode(protocol, structNamed('All'), value as object));
    expect({ reason: error.reason, message: error.message }).toEqual({ reason: 'bad-value', message });
  });

  it('rejects a value that refers to itself', () => {
    const circular: Record<string, unknown> = {};
    circular['nested'] = circular;
    const { message } = failureOf(() => encode(protocol, structNamed('All'), circular));
    expect(message).toBe(`${'nested.'.repeat(63)}nested: expected at most 64 levels of nesting, got more`);
  });

  it('writes the next message unaffected by the rejected one', () => {
    const good = { tasks: [{ rank: 1 }], nested: { flags: [false] }, flags: [true] };
    const bytes = new ByteWriter();
    const writer = protocol.createWriter(bytes);
    const codec = new Codec(limits).struct(structNamed('All'));
    const write = (value: object): string => {
      bytes.begin(limits.maxMessageBytes);
      writer.writeMessageBegin('m', 1, 1);
      codec.write(writer, value);
      writer.writeMessageEnd();
      const { slab, start, end } = bytes.finish();
      return slab.bytes.toString('latin1', start, end);
    };
    failureOf(() => write({ nested: { flag: 'yes' } }));
    bytes.abandon();
    expect(write(good)).toBe(encode(protocol, structNamed('All'), good).toString('latin1'));
  });

  it('writes the default for undefined, and nothing for null', () => {
    const written = (value: object): object =>
      decode(protocol, structNamed('All'), encode(protocol, structNamed('All'), { tasks: [value] })).value;
    expect(written({ rank: 1 })).toEqual({ tasks: [{ rank: 1, name: '' }] });
    const withoutName = encode(protocol, structNamed('Task'), { rank: 1, name: null });
    const withName = encode(protocol, structNamed('Task'), { rank: 1 });
    expect(withoutName.length).toBeLessThan(withName.length);
  });

  it('writes the last member whatever others are missing, null, undefined or unknown', () => {
    const last = { flags: [true] };
    for (const others of [
      {},
      { text: null },
      { number: undefined },
      { unknown: 1 },
      { unknown: 1, text: null, number: 7 },
    ]) {
      for (const value of [{ ...others, ...last }, { ...last, ...others }, Object.create({ ...others, ...last })]) {
        const message = encode(protocol, structNamed('All'), value as object);
        const { number } = others as { readonly number?: number };
        expect(decode(protocol, structNamed('All'), message).value).toEqual(number === 7 ? { number, ...last } : last);
      }
    }
  });

  it('writes only the given member of a union, despite defaults of others', () => {
    const message = encode(protocol, structNamed('Shape'), { circle: 1 });
    expect(decode(protocol, structNamed('Shape'), message).value).toEqual({ circle: 1 });
  });

  it('accepts plain objects for maps, getters as members, any Uint8Array as binary', () => {
    class Input {
      readonly byName = { a: [1] };
      readonly blob = new Uint8Array(Buffer.from('-bytes-').buffer.slice(0, 0));
      get text(): string {
        return 'got';
      }
    }
    const message = encode(protocol, structNamed('All'), new Input());
    expect(decode(protocol, structNamed('All'), message).value).toEqual({
      byName: new Map([['a', [1]]]),
      blob: Buffer.alloc(0),
      text: 'got',
    });
  });

  it('writes only the viewed part of a larger buffer', () => {
    const part = new Uint8Array(Buffer.from('-bytes-')).subarray(1, 6);
    const message = encode(protocol, structNamed('All'), { blob: part });
    expect(decode(protocol, structNamed('All'), message).value).toEqual({ blob: Buffer.from('bytes') });
  });
});
