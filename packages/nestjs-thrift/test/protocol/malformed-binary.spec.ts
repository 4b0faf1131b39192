import { describe, expect, it } from '@jest/globals';
import { binaryProtocol, oldBinaryProtocol } from '../../src/protocol/binary/binary.js';
import { hex } from './bytes.js';
import { decode, encode, limits, scan } from './dialects.js';
import { testFailures } from './failures.js';
import { base, field, listOf, mapOf, struct } from './schemas.js';
import { inMessage } from './table.js';

const binary = (body: Buffer): Buffer => inMessage('binary', body);
const text = struct('Text', [field(1, 'text', base('string'))]);
const numbers = struct('Numbers', [field(1, 'numbers', listOf(base('i32')))]);
const ages = struct('Ages', [field(1, 'ages', mapOf(base('string'), base('i32')))]);
/** A chain of `depth` nested structs. */
const nested = (levels: number): Buffer =>
  Buffer.concat([Buffer.alloc(levels * 3, '0c0001', 'hex'), Buffer.alloc(levels + 1)]);

describe('the binary protocol rejects', () => {
  testFailures(binaryProtocol, [
    {
      name: 'another version',
      message: hex`80 02 00 01 00 00 00 01 6d 00 00 00 01 00`,
      reason: 'bad-version',
      says: 'version 8002 of the binary protocol is not 8001',
      scanned: true,
    },
    {
      name: 'a name of negative size',
      message: hex`80 01 00 01 ff ff ff ff 6d 00 00 00 01 00`,
      reason: 'malformed',
      says: 'a method name of -1 bytes, allowed: 0 to 1024',
      scanned: true,
    },
    {
      name: 'a name over the limit, before its bytes are there',
      message: hex`80 01 00 01 00 00 04 01`,
      reason: 'size-limit',
      says: 'a method name of 1025 bytes, allowed: 0 to 1024',
      scanned: true,
    },
    {
      name: 'a name that is not UTF-8',
      message: hex`80 01 00 01 00 00 00 01 ff 00 00 00 01 00`,
      reason: 'malformed',
      says: 'a string that is not UTF-8',
    },
    {
      name: 'bytes after the end',
      message: binary(hex`00 00`),
      reason: 'malformed',
      says: '1 bytes after the end of the message',
    },
    {
      name: 'a type that there is not',
      message: binary(hex`05 00 01 00`),
      reason: 'malformed',
      says: '5 is not a type of the binary protocol',
      scanned: true,
    },
    {
      name: 'elements of a type that there is not',
      message: binary(hex`0f 00 01 01 00 00 00 01 00 00`),
      reason: 'malformed',
      says: '1 is not a type of the binary protocol',
      scanned: true,
    },
    {
      name: 'a string of negative size',
      message: binary(hex`0b 00 01 ff ff ff fe 00`),
      schema: text,
      reason: 'malformed',
      says: 'a string of -2 bytes, allowed: 0 to 16384000',
      scanned: true,
    },
    {
      name: 'a string of 2 GiB, before its bytes are there',
      message: binary(hex`0b 00 01 7f ff ff ff`),
      schema: text,
      reason: 'size-limit',
      says: 'a string of 2147483647 bytes, allowed: 0 to 16384000',
      scanned: true,
    },
    {
      name: 'a string over the limit, in an unknown field',
      message: binary(hex`0b 00 09 00 00 00 03 61 62 63 00`),
      limits: { maxStringBytes: 2 },
      reason: 'size-limit',
      says: 'a string of 3 bytes, allowed: 0 to 2',
      scanned: true,
    },
    ...['ff', 'c0 80', 'ed a0 80', 'f4 90 80 80', 'e2 82'].map((bytes) => ({
      name: `${bytes} as UTF-8`,
      message: binary(
        Buffer.from(
          `0b000100000008${Buffer.from(bytes.replaceAll(' ', ''), 'hex').toString('hex').padEnd(16, '61')}00`,
          'hex',
        ),
      ),
      schema: text,
      reason: 'malformed' as const,
      says: 'a string that is not UTF-8',
    })),
    {
      name: 'a list of 2^31-1, before anything is allocated',
      message: binary(hex`0f 00 01 08 7f ff ff ff`),
      schema: numbers,
      reason: 'size-limit',
      says: 'a container of 2147483647 elements, allowed: 0 to 1000000',
      scanned: true,
    },
    {
      name: 'a list of negative size',
      message: binary(hex`0f 00 01 08 ff ff ff ff`),
      schema: numbers,
      reason: 'malformed',
      says: 'a container of -1 elements, allowed: 0 to 1000000',
      scanned: true,
    },
    {
      name: 'a list that is longer than its message',
      message: binary(hex`0f 00 01 08 00 00 00 02 00 00 00 01 00`),
      schema: numbers,
      reason: 'truncated',
      says: 'a container of 2 elements is longer than its message',
    },
    {
      name: 'a map whose size fits but whose bytes are not there',
      message: binary(hex`0d 00 01 0b 08 00 0f 42 40 00`),
      schema: ages,
      reason: 'truncated',
      says: 'a container of 1000000 elements is longer than its message',
    },
    {
      name: 'elements of another type than the IDL says',
      message: binary(hex`0f 00 01 06 00 00 00 01 00 01 00`),
      schema: numbers,
      reason: 'malformed',
      says: 'an element of type 6 where the IDL has 8',
    },
    {
      name: 'unknown structs nested over the limit',
      message: binary(nested(64)),
      reason: 'depth-limit',
      says: 'nested deeper than the limit of 64',
      scanned: true,
    },
    {
      name: '200,000 nested structs in an unknown field',
      message: binary(nested(200_000)),
      reason: 'depth-limit',
      says: 'nested deeper than the limit of 64',
    },
  ]);

  it('a list over the message limit, before its elements arrive', () => {
    const small = { ...limits, maxMessageBytes: 1_024 };
    expect(() => scan(binaryProtocol, binary(hex`0f 00 01 0a 00 00 00 80`), [21], small)).toThrow(
      expect.objectContaining({ reason: 'size-limit' }),
    );
  });
});

describe('the binary protocol accepts', () => {
  it('nesting up to the limit', () => {
    const message = binary(nested(63));
    expect(decode(binaryProtocol, struct('Nothing', []), message).value).toEqual({});
    expect(scan(binaryProtocol, message, [message.length])).toBe(message.length);
  });

  it('an empty container with any element type', () => {
    const message = binary(hex`0f 00 01 00 00 00 00 00 0d 00 02 00 63 00 00 00 00 00`);
    expect(decode(binaryProtocol, numbers, message).value).toEqual({ numbers: [] });
    expect(scan(binaryProtocol, message, [message.length])).toBe(message.length);
  });

  it('a known field of another type, as unset', () => {
    expect(decode(binaryProtocol, text, binary(hex`08 00 01 00 00 00 05 00`)).value).toEqual({});
  });

  it('the last of a repeated field', () => {
    const message = binary(hex`0b 00 01 00 00 00 01 61 0b 00 01 00 00 00 01 62 00`);
    expect(decode(binaryProtocol, text, message).value).toEqual({ text: 'b' });
  });
});

describe('old-style binary', () => {
  const message = hex`
    00 00 00 03 // name: 3 bytes
    61 64 64    // "add"
    01          // CALL
    80 00 00 00 // seqid -2,147,483,648
    0b 00 01 00 00 00 01 61
    00
  `;
  const header = { name: 'add', type: 1, seqid: -2_147_483_648 };

  it('is read by the same reader', () => {
    expect(decode(binaryProtocol, text, message)).toEqual({ header, value: { text: 'a' } });
    expect(scan(binaryProtocol, message, message.keys())).toBe(-1);
    expect(scan(binaryProtocol, message, [message.length])).toBe(message.length);
  });

  it('is written for peers that use it', () => {
    expect(encode(oldBinaryProtocol, text, { text: 'a' }, header).toString('hex')).toBe(message.toString('hex'));
  });
});
