import { describe, expect, it } from '@jest/globals';
import { compactProtocol } from '../../src/protocol/compact/compact.js';
import { hex } from './bytes.js';
import { decode, limits, scan } from './dialects.js';
import { testFailures } from './failures.js';
import { base, field, listOf, mapOf, struct } from './schemas.js';
import { inMessage } from './table.js';

const compact = (body: Buffer): Buffer => inMessage('compact', body);
const text = struct('Text', [field(1, 'text', base('string'))]);
const number = struct('Number', [field(1, 'number', base('i32'))]);
const short = struct('Short', [field(1, 'short', base('i16'))]);
const long = struct('Long', [field(1, 'long', base('i64'))]);
const bools = struct('Bools', [field(1, 'bools', listOf(base('bool')))]);
const ages = struct('Ages', [field(1, 'ages', mapOf(base('string'), base('i32')))]);
/** A chain of `depth` nested structs. */
const nested = (levels: number): Buffer => Buffer.concat([Buffer.alloc(levels, 0x1c), Buffer.alloc(levels + 1)]);

describe('the compact protocol rejects', () => {
  testFailures(compactProtocol, [
    {
      name: 'another protocol id',
      message: hex`83 21 01 01 6d 00`,
      reason: 'bad-version',
      says: 'not version 1 of the compact protocol',
      scanned: true,
    },
    {
      name: 'another version',
      message: hex`82 22 01 01 6d 00`,
      reason: 'bad-version',
      says: 'not version 1 of the compact protocol',
      scanned: true,
    },
    {
      name: 'a seqid of more than 32 bits',
      message: hex`82 21 ff ff ff ff 1f 01 6d 00`,
      reason: 'malformed',
      says: 'a varint that does not fit into 5 bytes',
    },
    {
      name: 'a name over the limit, before its bytes are there',
      message: hex`82 21 01 81 08`,
      reason: 'size-limit',
      says: 'a method name of 1025 bytes, allowed: 0 to 1024',
      scanned: true,
    },
    {
      name: 'a name of 2^32-1, since sizes are unsigned',
      message: hex`82 21 01 ff ff ff ff 0f`,
      reason: 'size-limit',
      says: 'a method name of 4294967295 bytes, allowed: 0 to 1024',
      scanned: true,
    },
    {
      name: 'bytes after the end',
      message: compact(hex`00 00`),
      reason: 'malformed',
      says: '1 bytes after the end of the message',
    },
    {
      name: 'an i32 of 6 bytes',
      message: compact(hex`15 80 80 80 80 80 00 00`),
      schema: number,
      reason: 'malformed',
      says: 'a varint that does not fit into 5 bytes',
      scanned: true,
    },
    {
      name: 'an i32 of 33 bits',
      message: compact(hex`15 80 80 80 80 10 00`),
      schema: number,
      reason: 'malformed',
      says: 'a varint that does not fit into 5 bytes',
    },
    {
      name: 'an i16 of 17 bits',
      message: compact(hex`14 80 80 04 00`),
      schema: short,
      reason: 'malformed',
      says: '32768 does not fit into an i16',
    },
    {
      name: 'an i64 of 11 bytes',
      message: compact(hex`16 80 80 80 80 80 80 80 80 80 80 00 00`),
      schema: long,
      reason: 'malformed',
      says: 'a varint that does not fit into 10 bytes',
      scanned: true,
    },
    {
      name: 'an i64 of 11 bytes in an unknown field',
      message: compact(hex`16 80 80 80 80 80 80 80 80 80 80 00 00`),
      reason: 'malformed',
      says: 'a varint that does not fit into 10 bytes',
      scanned: true,
    },
    {
      name: 'an i64 of 65 bits',
      message: compact(hex`16 80 80 80 80 80 80 80 80 80 02 00`),
      schema: long,
      reason: 'malformed',
      says: 'a varint that does not fit into 10 bytes',
    },
    {
      name: 'a field id over 32,767 by its distance from the last',
      message: compact(hex`03 fe ff 03 00 13 00 00`),
      reason: 'malformed',
      says: '32768 does not fit into an i16',
    },
    {
      name: 'a type that there is not',
      message: compact(hex`1e 00`),
      reason: 'malformed',
      says: '14 is not a type of the compact protocol',
      scanned: true,
    },
    {
      name: 'elements of a type that there is not',
      message: compact(hex`19 1f 00 00`),
      reason: 'malformed',
      says: 'elements without a type',
      scanned: true,
    },
    {
      name: 'a bool element that is neither',
      message: compact(hex`19 11 03 00`),
      schema: bools,
      reason: 'malformed',
      says: '3 is not a bool',
    },
    {
      name: 'a string of 2^32-1, since sizes are unsigned',
      message: compact(hex`18 ff ff ff ff 0f 00`),
      schema: text,
      reason: 'size-limit',
      says: 'a string of 4294967295 bytes, allowed: 0 to 16384000',
      scanned: true,
    },
    {
      name: 'a string of 2 GiB, before its bytes are there',
      message: compact(hex`18 ff ff ff ff 07`),
      schema: text,
      reason: 'size-limit',
      says: 'a string of 2147483647 bytes, allowed: 0 to 16384000',
      scanned: true,
    },
    {
      name: 'a string that is not UTF-8',
      message: compact(hex`18 02 c3 28 00`),
      schema: text,
      reason: 'malformed',
      says: 'a string that is not UTF-8',
    },
    {
      name: 'a list of 2^31-1, before anything is allocated',
      message: compact(hex`19 f1 ff ff ff ff 07`),
      schema: bools,
      reason: 'size-limit',
      says: 'a container of 2147483647 elements, allowed: 0 to 1000000',
      scanned: true,
    },
    {
      name: 'a list of 2^32-1, since sizes are unsigned',
      message: compact(hex`19 f1 ff ff ff ff 0f`),
      schema: bools,
      reason: 'size-limit',
      says: 'a container of 4294967295 elements, allowed: 0 to 1000000',
      scanned: true,
    },
    {
      name: 'a map of 2^32-1, since sizes are unsigned',
      message: compact(hex`1b ff ff ff ff 0f 85`),
      schema: ages,
      reason: 'size-limit',
      says: 'a container of 4294967295 elements, allowed: 0 to 1000000',
      scanned: true,
    },
    {
      name: 'a list that is longer than its message',
      message: compact(hex`19 27 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`),
      reason: 'truncated',
      says: 'a container of 2 elements is longer than its message',
    },
    {
      name: 'a map whose size fits but whose bytes are not there',
      message: compact(hex`1b c0 84 3d 85 00`),
      schema: ages,
      reason: 'truncated',
      says: 'a container of 1000000 elements is longer than its message',
    },
    {
      name: 'elements of another type than the IDL says',
      message: compact(hex`19 13 00 00`),
      schema: bools,
      reason: 'malformed',
      says: 'an element of type 3 where the IDL has 2',
    },
    {
      name: 'unknown structs nested over the limit',
      message: compact(nested(64)),
      reason: 'depth-limit',
      says: 'nested deeper than the limit of 64',
      scanned: true,
    },
    {
      name: '200,000 nested structs in an unknown field',
      message: compact(nested(200_000)),
      reason: 'depth-limit',
      says: 'nested deeper than the limit of 64',
    },
  ]);

  it('a list over the message limit, before its elements arrive', () => {
    const small = { ...limits, maxMessageBytes: 1_024 };
    expect(() => scan(compactProtocol, compact(hex`19 f7 80 01`), [9], small)).toThrow(
      expect.objectContaining({ reason: 'size-limit' }),
    );
  });
});

describe('the compact protocol accepts', () => {
  it('nesting up to the limit', () => {
    const message = compact(nested(63));
    expect(decode(compactProtocol, struct('Nothing', []), message).value).toEqual({});
    expect(scan(compactProtocol, message, [message.length])).toBe(message.length);
  });

  it.each([
    ['the specification says, 0', hex`19 22 01 00 00`],
    ["Apache's libraries write, 2", hex`19 21 01 02 00`],
  ])('false in a list as written by %s', (_, body) => {
    expect(decode(compactProtocol, bools, compact(body)).value).toEqual({ bools: [true, false] });
  });

  it('an empty container with any element type', () => {
    const message = compact(hex`19 0e 00`);
    expect(decode(compactProtocol, bools, message).value).toEqual({ bools: [] });
    expect(scan(compactProtocol, message, [message.length])).toBe(message.length);
  });

  it('numbers with more bytes than necessary', () => {
    expect(decode(compactProtocol, number, compact(hex`05 82 00 8a 80 80 80 00 00`)).value).toEqual({ number: 5 });
  });

  it('a seqid of any 32 bits', () => {
    const message = hex`82 41 80 80 80 80 08 01 6d 00`;
    expect(decode(compactProtocol, number, message).header).toEqual({ name: 'm', type: 2, seqid: -2_147_483_648 });
  });

  it('a bool field where the IDL has another type, and the fields after it', () => {
    expect(decode(compactProtocol, text, compact(hex`11 08 02 01 61 00`)).value).toEqual({ text: 'a' });
  });
});
