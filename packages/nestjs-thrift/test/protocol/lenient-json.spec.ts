import { describe, expect, it } from '@jest/globals';
import { jsonProtocol } from '../../src/protocol/json/json.js';
import { json } from './bytes.js';
import { decode, limits, scan } from './dialects.js';
import { base, field, mapOf, struct } from './schemas.js';
import { inMessage } from './table.js';

const body = (text: string): Buffer => inMessage('json', json(text));
const text = struct('Text', [field(1, 'text', base('string'))]);
const double = struct('Double', [field(1, 'double', base('double'))]);
const binary = struct('Binary', [field(1, 'binary', base('binary'))]);
const uuid = struct('Uuid', [field(1, 'uuid', base('uuid'))]);
const ages = struct('Ages', [field(1, 'ages', mapOf(base('i32'), base('i32')))]);

describe('the JSON protocol accepts', () => {
  const read = (schema: Parameters<typeof decode>[1], type: string, written: string): unknown =>
    decode(jsonProtocol, schema, body(`{"1":{"${type}":${written}}}`)).value;

  it('nesting up to the limit', () => {
    const message = body('{"1":{"rec":'.repeat(63) + '{}' + '}}'.repeat(63));
    expect(decode(jsonProtocol, struct('Nothing', []), message).value).toEqual({});
    expect(scan(jsonProtocol, message, message.keys())).toBe(-1);
    expect(scan(jsonProtocol, message, [message.length])).toBe(message.length);
  });

  it('whitespace between tokens and around the message', () => {
    const message = json('\r\n[ 1 ,\t"m" , 1 , 1 , { "1" : { "map" : [ "i32" , "i32" , 1 , { "7" : 8 } ] } } ] \n');
    expect(decode(jsonProtocol, ages, message).value).toEqual({ ages: new Map([[7, 8]]) });
    expect(scan(jsonProtocol, message, message.keys())).toBe(message.length - 2);
  });

  it.each([
    ['"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00"', 'Aé€😀'],
    ['"\\/\\"\\\\\\b\\f\\n\\r\\t"', '/"\\\b\f\n\r\t'],
    ['"\u0001 as npm thrift sends it"', '\u0001 as npm thrift sends it'],
    ['"]}\\"["', ']}"['],
  ])('the string %s', (written, expected) => {
    expect(read(text, 'str', written)).toEqual({ text: expected });
    const message = body(`{"1":{"str":${written}}}`);
    for (let cut = 0; cut < message.length; cut++) {
      expect(scan(jsonProtocol, message, [cut, message.length])).toBe(message.length);
    }
  });

  it.each(['"/w"', '"/w=="', '"\\/w=="', '"/w="'])('the binary %s', (written) => {
    expect(read(binary, 'str', written)).toEqual({ binary: Buffer.from([255]) });
  });

  it.each([
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['"-Infinity"', -Infinity],
    ['-0', -0],
    ['1E+2', 100],
    ['.5', 0.5],
    ['1'.repeat(300), Number('1'.repeat(300))],
  ])('the double %s', (written, expected) => {
    expect(read(double, 'dbl', written)).toEqual({ double: expected });
  });

  it('a string whose escapes, but not whose characters, exceed the limit', () => {
    const message = body('{"1":{"str":"\\u0041\\u0042"}}');
    expect(decode(jsonProtocol, text, message, { ...limits, maxStringBytes: 2 }).value).toEqual({ text: 'AB' });
  });

  it('a UUID in capital letters', () => {
    expect(read(uuid, 'uid', '"00112233-4455-6677-8899-AABBCCDDEEFF"')).toEqual({
      uuid: '00112233-4455-6677-8899-aabbccddeeff',
    });
  });
});

describe('the JSON scanner', () => {
  it('takes one pass over a long string that arrives byte by byte', () => {
    const size = 2_000_000;
    const scanner = jsonProtocol.createScanner(limits);
    const message = Buffer.alloc(size, 'a');
    message.write('[1,"');
    let found = -1;
    for (let end = 1; end <= size; end++) found = scanner.scan(message, 0, end);
    expect(found).toBe(-1);
    message.write('"]', size - 2);
    expect(scan(jsonProtocol, message, [size - 2, size])).toBe(size);
  });
});
