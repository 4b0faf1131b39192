import { describe, expect, it } from '@jest/globals';
import { jsonProtocol } from '../../src/protocol/json/json.js';
import { json } from './bytes.js';
import { scan } from './dialects.js';
import { type Failure, failureOf, testFailures } from './failures.js';
import { base, field, listOf, mapOf, struct } from './schemas.js';
import { inMessage } from './table.js';

const body = (text: string): Buffer => inMessage('json', json(text));
const text = struct('Text', [field(1, 'text', base('string'))]);
const number = struct('Number', [field(1, 'number', base('i32'))]);
const bool = struct('Bool', [field(1, 'bool', base('bool'))]);
const long = struct('Long', [field(1, 'long', base('i64'))]);
const double = struct('Double', [field(1, 'double', base('double'))]);
const binary = struct('Binary', [field(1, 'binary', base('binary'))]);
const uuid = struct('Uuid', [field(1, 'uuid', base('uuid'))]);
const numbers = struct('Numbers', [field(1, 'numbers', listOf(base('i32')))]);
const ages = struct('Ages', [field(1, 'ages', mapOf(base('i32'), base('i32')))]);

/** A rejected value of field 1, with the type of that name. */
function value(type: string, written: string, schema: Failure['schema'], says: RegExp | string): Failure {
  const message = body(`{"1":{"${type}":${written}}}`);
  return { name: `${written} as ${type}`, message, ...(schema && { schema }), reason: 'malformed', says };
}

describe('the JSON protocol rejects', () => {
  testFailures(jsonProtocol, [
    {
      name: 'what is no list',
      message: json('{"1":2}'),
      reason: 'malformed',
      says: /byte 0: expected '\['/,
      scanned: true,
    },
    { name: 'another version', message: json('[2,"m",1,1,{}]'), reason: 'bad-version', says: /version 2/ },
    {
      name: 'a name over the limit',
      message: json(`[1,"${'m'.repeat(1_025)}",1,1,{}]`),
      reason: 'size-limit',
      says: /1025 bytes/,
    },
    {
      name: 'a seqid of more than 32 bits',
      message: json('[1,"m",1,2147483648,{}]'),
      reason: 'malformed',
      says: /byte 9: "2147483648" is not a number of its type/,
    },
    {
      name: 'bytes after the end',
      message: json('[1,"m",1,1,{}]x'),
      reason: 'malformed',
      says: '1 bytes after the end of the message',
    },
    {
      name: 'one element more',
      message: json('[1,"m",1,1,{},2]'),
      reason: 'malformed',
      says: /expected '\]', got ",2\]"/,
    },
    {
      name: 'the wrong bracket',
      message: json('[1,"m",1,1,{"1":{"lst":["i8",0}}}]'),
      reason: 'malformed',
      says: /expected '\]'/,
      scanned: true,
    },
    {
      name: 'a byte that JSON has not',
      message: json('[1,"m",1,1,{#}]'),
      reason: 'malformed',
      says: /expected '"', got "#}\]"/,
      scanned: true,
    },
    {
      name: 'a comma before the first field',
      message: body('{,"1":{"i32":1}}'),
      reason: 'malformed',
      says: /expected '"'/,
    },
    {
      name: 'a comma after the last field',
      message: body('{"1":{"i32":1},}'),
      reason: 'malformed',
      says: /expected '"'/,
    },
    {
      name: 'no comma between fields',
      message: body('{"1":{"i32":1}"2":{"i32":1}}'),
      reason: 'malformed',
      says: /expected ','/,
    },
    {
      name: 'a field id that is no number',
      message: body('{"a":{"i32":1}}'),
      reason: 'malformed',
      says: /expected a whole number/,
    },
    {
      name: 'a field id over 32,767',
      message: body('{"32768":{"i32":1}}'),
      reason: 'malformed',
      says: /not a number of its type/,
    },
    {
      name: 'a type that there is not',
      message: body('{"1":{"u32":1}}'),
      reason: 'malformed',
      says: /expected the name of a type, got "u32/,
    },
    {
      name: 'a type with a longer name',
      message: body('{"1":{"string":"a"}}'),
      reason: 'malformed',
      says: /expected the name of a type/,
    },
    {
      name: 'two values in a field',
      message: body('{"1":{"i32":1,"i32":2}}'),
      reason: 'malformed',
      says: /expected '}'/,
    },
    value('i32', '2147483648', number, /not a number of its type/),
    value('i32', '-2147483649', number, /not a number of its type/),
    value('i32', '1'.repeat(400), number, /not a number of its type/),
    value('i32', '1.5', number, /expected '}', got ".5/),
    value('i32', '1e3', number, /expected '}', got "e3/),
    value('i32', '-', number, /expected a whole number/),
    value('i32', '- 1', number, /expected a whole number/),
    value('i32', 'null', number, /expected a whole number/),
    value('i32', '"1"', number, /expected a whole number/),
    value('i8', '128', undefined, /not a number of its type/),
    value('i16', '-32769', undefined, /not a number of its type/),
    value('tf', '2', bool, /not a number of its type/),
    value('tf', 'true', bool, /expected a whole number/),
    value('i64', '9223372036854775808', long, /not a number of its type/),
    value('i64', '-9223372036854775809', long, /not a number of its type/),
    value('i64', '0'.repeat(33), undefined, /not a number of its type/),
    value('dbl', '1e999', double, /not a number of its type/),
    value('dbl', '1e', double, /not a number of its type/),
    value('dbl', '0x10', double, /not a number of its type/),
    value('dbl', '1.2.3', double, /not a number of its type/),
    value('dbl', '"1.5"', double, /not a number of its type/),
    value('dbl', 'nan', double, /not a number of its type/),
    value('dbl', '{}', double, /not a number of its type/),
    value('str', 'x', text, /expected '"'/),
    value('str', '"\\x"', text, '\\x is not an escape of JSON'),
    value('str', '"\\u12g4"', text, /four hexadecimal digits/),
    value('str', '"\\u12"', text, /four hexadecimal digits/),
    value('str', '"\\ud83d"', text, 'half a surrogate pair in a string'),
    value('str', '"\\ud83dx"', text, 'half a surrogate pair in a string'),
    value('str', '"\\ud83d\\u0041"', text, 'half a surrogate pair in a string'),
    value('str', '"\\ud83d\\ude0"', text, /four hexadecimal digits/),
    value('str', '"\\ude00\\ud83d"', text, 'half a surrogate pair in a string'),
    value('str', '"a*A===="', binary, 'a binary that is not base64'),
    value('str', '"AAAAA"', binary, 'a binary that is not base64'),
    value('str', '"AA=A"', binary, 'a binary that is not base64'),
    value('str', '"AA\\n"', binary, 'a binary that is not base64'),
    value('uid', '"00112233445566778899aabbccddeeff"', uuid, /is not a UUID/),
    value('lst', '["i32",2,1]', numbers, /expected ','/),
    value('lst', '["i32",1,1,2]', numbers, /expected '\]'/),
    value('lst', '["i32",-1]', numbers, 'a container of -1 elements, allowed: 0 to 1000000'),
    value('lst', '["i16",1,1]', numbers, 'an element of type 6 where the IDL has 8'),
    value('map', '["i32","i32",1,{1:2}]', ages, /expected '"'/),
    value('map', '["i32","i32",2,{"1":2}]', ages, /expected ','/),
    value('map', '["i32","i32",1,{"1"}]', ages, /expected ':'/),
    {
      name: 'a string that is not UTF-8',
      message: Buffer.concat([json('[1,"m",1,1,{"1":{"str":"'), Buffer.from([0xc3, 0x28]), json('"}}]')]),
      schema: text,
      reason: 'malformed',
      says: 'a string that is not UTF-8',
    },
    {
      name: 'UTF-8 of half a surrogate pair between escapes',
      message: Buffer.concat([json('[1,"m",1,1,{"1":{"str":"\\n'), Buffer.from([0xed, 0xa0, 0x80]), json('"}}]')]),
      schema: text,
      reason: 'malformed',
      says: 'a string that is not UTF-8',
    },
    {
      name: 'a string over the limit',
      message: body('{"1":{"str":"abc"}}'),
      schema: text,
      limits: { maxStringBytes: 2 },
      reason: 'size-limit',
      says: /a string of 3 bytes/,
    },
    {
      name: 'a binary over the limit',
      message: body('{"1":{"str":"AAAA"}}'),
      schema: binary,
      limits: { maxStringBytes: 2 },
      reason: 'size-limit',
      says: /a string of 3 bytes/,
    },
    {
      name: 'a list of 2^31-1',
      message: body('{"1":{"lst":["i32",2147483647]}}'),
      schema: numbers,
      reason: 'size-limit',
      says: /a container of 2147483647 elements/,
    },
    {
      name: 'a map whose size fits but whose bytes are not there',
      message: body('{"1":{"map":["i32","i32",1000000,{'),
      schema: ages,
      reason: 'truncated',
      says: /longer than its message/,
    },
    {
      name: 'unknown structs nested over the limit',
      message: body('{"1":{"rec":'.repeat(64) + '{}' + '}}'.repeat(64)),
      reason: 'depth-limit',
      says: /deeper than the limit of 64/,
    },
    {
      name: '100,000 nested structs',
      message: body('{"1":{"rec":'.repeat(100_000)),
      reason: 'depth-limit',
      says: /deeper than the limit of 64/,
    },
    {
      name: '100,000 nested lists',
      message: body('{"1":{"lst":' + '["lst",1,'.repeat(100_000)),
      reason: 'depth-limit',
      says: /deeper than the limit of 64/,
    },
  ]);

  it('100,000 nested brackets while they arrive', () => {
    const message = json('['.repeat(100_000));
    expect(failureOf(() => scan(jsonProtocol, message, [message.length])).reason).toBe('depth-limit');
  });
});
