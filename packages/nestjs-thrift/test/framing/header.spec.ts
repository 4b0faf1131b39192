import { describe, expect, it } from '@jest/globals';
import { deflateSync } from 'node:zlib';
import { createFraming } from '../../src/framing/create-framing.js';
import type { Framing, MessageHeaders } from '../../src/framing/framing.js';
import { InputBuffer } from '../../src/framing/input-buffer.js';
import { resolveLimits } from '../../src/limits.js';
import { binaryProtocol } from '../../src/protocol/binary/binary.js';
import { inflateNow, isCompressed } from '../../src/framing/transforms.js';
import { ByteWriter } from '../../src/protocol/byte-writer.js';
import { transformed } from '../support/thrift-dialects.js';
import { compactProtocol } from '../../src/protocol/compact/compact.js';
import { jsonProtocol } from '../../src/protocol/json/json.js';
import type { Protocol } from '../../src/protocol/protocol.js';

const limits = resolveLimits({ maxMessageBytes: 100_000 });
const plain: MessageHeaders = { sequenceId: 7, outOfOrder: false, transforms: [], headers: new Map() };

function create(): Framing {
  return createFraming('header', binaryProtocol, limits);
}

/** Annotated hex as bytes: what follows a `|` on a line is a comment. */
function bytesOf(annotated: string): Buffer {
  const hex = annotated.replaceAll(/\|.*$/gm, '').replaceAll(/\s/g, '');
  return Buffer.from(hex, 'hex');
}

function write(
  body: string,
  protocol: Protocol,
  request: MessageHeaders,
  headers: ReadonlyMap<string, string>,
): Buffer {
  const [framing, out] = [create(), new ByteWriter()];
  out.begin(limits.maxMessageBytes);
  framing.begin(out, protocol, request, headers);
  const at = out.reserve(body.length);
  out.bytes.write(body, at);
  framing.end(out);
  const { slab, start, end } = out.finish();
  const frame = Buffer.from(slab.bytes.subarray(start, end));
  return request.transforms.length > 0 ? transformed(frame, request.transforms) : frame;
}

function read(
  bytes: Buffer,
  framing = create(),
): { body: string; protocol: string; headers: MessageHeaders | undefined } {
  const input = new InputBuffer();
  input.append(bytes);
  const received = framing.read(input);
  if (received === undefined) throw new Error('not whole');
  expect(input.length).toBe(0);
  const message = isCompressed(received) ? inflateNow(received, limits) : received;
  const body = message.bytes.toString('latin1', message.start, message.end);
  return { body, protocol: message.protocol.name, headers: message.headers };
}

describe('a THeader', () => {
  it.each([
    [
      'without anything',
      `00000012  | length
       0fff 0000 | magic, flags
       00000007  | sequence id
       0001      | header words
       00 00     | binary, no transforms
       0000      | padding
       626f6479  | body`,
      binaryProtocol,
      plain,
      {},
    ],
    [
      'of compact with headers and any order',
      `0000001a  | length
       0fff 0001 | magic, any order
       00000007  | sequence id
       0003      | header words
       02 00     | compact, no transforms
       01 02     | two pairs
       016b 0176 | k: v
       02c3a9 00 | é: empty
       626f6479  | body`,
      compactProtocol,
      { ...plain, outOfOrder: true },
      { k: 'v', é: '' },
    ],
  ] as [string, string, Protocol, MessageHeaders, Record<string, string>][])(
    '%s is written and read',
    (_, annotated, protocol, frame, pairs) => {
      const bytes = bytesOf(annotated);
      const headers = new Map(Object.entries(pairs));
      expect(write('body', protocol, frame, headers).toString('hex')).toBe(bytes.toString('hex'));
      const { body, protocol: name, headers: decoded } = read(bytes);
      expect({ body, name }).toEqual({ body: 'body', name: protocol.name });
      expect(decoded).toMatchObject({ sequenceId: 7, outOfOrder: frame.outOfOrder, transforms: [] });
      expect(decoded?.headers).toEqual(headers);
    },
  );

  it('gets its transforms with its compressed body, and is inflated', () => {
    const body = 'abc'.repeat(10_000);
    const bytes = write(body, binaryProtocol, { ...plain, transforms: [1] }, new Map());
    expect(bytes.length).toBeLessThan(200);
    expect(bytes.subarray(22).equals(deflateSync(body))).toBe(true);
    expect(read(bytes)).toMatchObject({ body, headers: { transforms: [1] } });
  });

  it('is read despite unknown info blocks', () => {
    const bytes = bytesOf(`0000001a 0fff0000 00000007 0003
       00 00     | binary, no transforms
       01 01     | a pair
       016b 0176 | k: v
       63 047878 | nobody knows
       626f6479  | body`);
    expect(read(bytes)).toMatchObject({ body: 'body', headers: { headers: new Map([['k', 'v']]) } });
  });

  it('may end anywhere: incomplete until its last byte', () => {
    const bytes = write('body', binaryProtocol, plain, new Map([['k', 'v']]));
    for (let end = 0; end < bytes.length; end++) {
      const input = new InputBuffer();
      input.append(bytes.subarray(0, end));
      expect(create().read(input)).toBeUndefined();
    }
  });

  it('leaves out pairs that are not UTF-8', () => {
    const bytes = write(
      'body',
      binaryProtocol,
      plain,
      new Map([
        ['ab', 'cd'],
        ['k', 'v'],
      ]),
    );
    bytes.write('fffe', bytes.indexOf('cd'), 'hex');
    expect([...(read(bytes).headers?.headers ?? [])]).toEqual([['k', 'v']]);
  });

  it('carries no JSON', () => {
    expect(() => write('body', jsonProtocol, plain, new Map())).toThrow(/binary and the compact protocol, not json/);
  });

  it('with too many headers is not written', () => {
    const headers = new Map([['k', 'v'.repeat(70_000)]]);
    expect(() => write('body', binaryProtocol, plain, headers)).toThrow(/a header of 70012 bytes, allowed: 65532/);
  });
});

describe('persistent headers', () => {
  const persistent = (key: string, value: string): Buffer => {
    const bytes = write('body', binaryProtocol, plain, new Map([[key, value]]));
    bytes[16] = 2;
    return bytes;
  };

  it('apply to all later messages of the connection, unless one overrides them', () => {
    const framing = create();
    expect([...(read(persistent('tenant', 'a'), framing).headers?.headers ?? [])]).toEqual([['tenant', 'a']]);
    const later = read(write('body', binaryProtocol, plain, new Map([['k', 'v']])), framing);
    expect(later.headers?.headers).toEqual(
      new Map([
        ['tenant', 'a'],
        ['k', 'v'],
      ]),
    );
    const own = read(write('body', binaryProtocol, plain, new Map([['tenant', 'b']])), framing);
    expect(own.headers?.headers).toEqual(new Map([['tenant', 'b']]));
    expect(read(write('body', binaryProtocol, plain, new Map())).headers?.headers.size).toBe(0);
  });

  it('are one map for all messages until one of them changes it', () => {
    const framing = create();
    const first = read(persistent('tenant', 'a'), framing).headers?.headers;
    const plainMessage = write('body', binaryProtocol, plain, new Map());
    expect(read(plainMessage, framing).headers?.headers).toBe(first);
    const changed = read(persistent('tenant', 'b'), framing).headers?.headers;
    expect(first).toEqual(new Map([['tenant', 'a']]));
    expect(read(plainMessage, framing).headers?.headers).toBe(changed);
  });

  it('are limited in number per connection', () => {
    const framing = create();
    for (let i = 0; i < 64; i++) read(persistent(String(i), ''), framing);
    read(persistent('0', 'again'), framing);
    expect(() => read(persistent('one more', ''), framing)).toThrow('65 headers, allowed: 64');
  });

  it('are limited in size per connection', () => {
    const framing = create();
    read(persistent('a', 'x'.repeat(10_000)), framing);
    expect(() => read(persistent('b', 'x'.repeat(10_000)), framing)).toThrow(/persistent headers .+ allowed: 16384/);
  });
});

describe('the headers of a message', () => {
  const many = (count: number): ReadonlyMap<string, string> =>
    new Map(Array.from({ length: count }, (_, i) => [`key-${String(i)}`, 'value']));

  it('may be 64, but not 65', () => {
    expect(read(write('body', binaryProtocol, plain, many(64))).headers?.headers.size).toBe(64);
    expect(() => read(write('body', binaryProtocol, plain, many(65)))).toThrow('65 headers, allowed: 64');
  });

  it('count in the memory of the message, and an inflated body with its full size', () => {
    const memoryOf = (bytes: Buffer): number => {
      const input = new InputBuffer();
      input.append(bytes);
      const message = create().read(input);
      if (message === undefined) return NaN;
      return (isCompressed(message) ? inflateNow(message, limits) : message).memoryBytes;
    };
    const bare = memoryOf(write('body', binaryProtocol, plain, new Map()));
    expect(bare).toBeLessThan(40);
    expect(memoryOf(write('body', binaryProtocol, plain, many(10)))).toBeGreaterThan(bare + 10 * (9 + 128));
    const deflated = { ...plain, transforms: [1] };
    expect(memoryOf(write('x'.repeat(50_000), binaryProtocol, deflated, new Map()))).toBeGreaterThan(50_000);
  });
});
