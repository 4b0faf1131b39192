import { describe, expect, it } from '@jest/globals';
import { Codec, requireSuccess } from '../../src/codec/codec.js';
import { parseSchema } from '../../src/idl/load-schema.js';
import type { StructSchema } from '../../src/schema.js';
import { binaryProtocol } from '../../src/protocol/binary/binary.js';
import { decode, encode, limits, protocols } from '../protocol/dialects.js';
import { failureOf } from '../protocol/failures.js';
import { recursiveStruct } from '../protocol/schemas.js';

const schema = parseSchema(`
  enum Colour { RED = 1, BLUE = 2 }
  struct Point { 1: i32 x = 3, 2: i32 y }
  struct Defaults {
    1: optional string name = "none",
    2: list<string> tags = ["a"],
    3: map<string, set<i32>> groups = {"g": [1]},
    4: binary blob = "xyz",
    5: i64 big = 5,
    6: Colour colour = Colour.BLUE,
    7: Point point = {"y": 4},
    8: optional bool none
  }
  struct Required { 1: required string id, 2: required i32 age }
  union Shape { 1: i32 circle, 2: string square, 3: Point point }
  struct WiderShape { 1: i32 circle, 2: string square, 4: string star }
  struct Odd { 1: string constructor, 2: string __proto__, 3: string toString = "mine" }
  struct Counts { 1: map<string, i32> counts, 2: map<i32, string> names }
  struct Empty {}
  service Calls { i32 count(), void nothing() }
`);

function structNamed(name: string): StructSchema {
  const found = schema.structs.get(name);
  if (found === undefined) throw new Error(`no struct ${name}`);
  return found;
}

describe.each(protocols)('reading $name', (protocol) => {
  const reread = (written: string, value: object, read: string): object =>
    decode(protocol, structNamed(read), encode(protocol, structNamed(written), value)).value;

  it('gives fields that were not sent their defaults, or leaves them absent', () => {
    const value = reread('Empty', {}, 'Defaults');
    expect(value).toStrictEqual({
      name: 'none',
      tags: ['a'],
      groups: new Map([['g', new Set([1])]]),
      blob: Buffer.from('xyz'),
      big: 5n,
      colour: 2,
      point: { x: 3, y: 4 },
    });
  });

  it('gives every message its own copies of defaults', () => {
    const first = reread('Empty', {}, 'Defaults') as { tags: string[]; blob: Buffer; groups: Map<string, Set<number>> };
    first.tags.push('b');
    first.blob.fill(0);
    first.groups.get('g')?.add(2);
    expect(reread('Empty', {}, 'Defaults')).toMatchObject({
      tags: ['a'],
      blob: Buffer.from('xyz'),
      groups: new Map([['g', new Set([1])]]),
    });
  });

  it('names the required field that is missing', () => {
    const message = encode(protocol, structNamed('Point'), { x: 1 });
    expect(failureOf(() => decode(protocol, structNamed('Required'), message))).toMatchObject({
      reason: 'missing-field',
      message: 'required field Required.id is missing',
    });
  });

  it('reads a union as the member that was sent, and an unknown member as empty', () => {
    expect(reread('WiderShape', { square: 's' }, 'Shape')).toEqual({ square: 's' });
    expect(reread('WiderShape', { star: 's' }, 'Shape')).toEqual({});
  });

  it('rejects a union with two members', () => {
    expect(() => reread('WiderShape', { circle: 1, square: 's' }, 'Shape')).toThrow('union Shape has 2 members');
  });

  it('separates fields from members of Object.prototype', () => {
    const sent = Object.assign(Object.create(null) as object, { constructor: 'c' });
    expect({ ...reread('Odd', sent, 'Odd') }).toEqual({ constructor: 'c', toString: 'mine' });
    const all = JSON.parse('{"constructor":"c","__proto__":"p","toString":"t"}') as object;
    expect(JSON.stringify(reread('Odd', all, 'Odd'))).toBe(JSON.stringify(all));
    expect({ ...reread('Odd', {}, 'Odd') }).toEqual({ toString: 'mine' });
  });

  it('reads maps with string keys as plain objects if configured', () => {
    const value = { counts: new Map([['a', 1], ['__proto__', 2]]), names: new Map([[1, 'one']]) }; // prettier-ignore
    const message = encode(protocol, structNamed('Counts'), value);
    const codec = new Codec(limits, { stringMapsAsObjects: true }).struct(structNamed('Counts'));
    const reader = protocol.createReader(limits);
    reader.reset(message, 0, message.length);
    reader.readMessageBegin();
    const read = codec.read(reader);
    expect(JSON.stringify(read['counts'])).toBe('{"a":1,"__proto__":2}');
    expect(read['names']).toEqual(new Map([[1, 'one']]));
  });

  it('rejects nesting deeper than the limit', () => {
    let value = {};
    for (let level = 1; level < 10; level++) value = { children: [value] };
    const message = encode(protocol, recursiveStruct(), value);
    expect(decode(protocol, recursiveStruct(), message, { ...limits, maxDepth: 19 }).value).toEqual(value);
    expect(() => decode(protocol, recursiveStruct(), message, { ...limits, maxDepth: 18 })).toThrow('nested deeper');
  });
});

describe('strings of a message', () => {
  it('stay unchanged when its memory is reused', () => {
    const reader = binaryProtocol.createReader(limits);
    const codec = new Codec(limits).struct(structNamed('Required'));
    const message = encode(binaryProtocol, structNamed('Required'), { id: 'a string to be cut out', age: 1 });
    const read = (): unknown => {
      reader.reset(message, 0, message.length);
      reader.readMessageBegin();
      return codec.read(reader)['id'];
    };
    const first = read();
    message.write('another', message.indexOf('a string'));
    expect([first, read()]).toEqual(['a string to be cut out', 'anotherg to be cut out']);
  });
});

describe('requireSuccess', () => {
  const methods = schema.services.get('Calls')?.methods;

  it.each([
    ['count', { success: 3 }, 3],
    ['nothing', {}, undefined],
  ])('is what %s returned', (name, result, expected) => {
    const method = methods?.get(name);
    expect(method && requireSuccess(method, result)).toBe(expected);
  });

  it('rejects a result with neither a value nor an exception', () => {
    const method = methods?.get('count');
    expect(() => method && requireSuccess(method, {})).toThrow(
      'count returned neither a value nor a declared exception',
    );
  });
});
