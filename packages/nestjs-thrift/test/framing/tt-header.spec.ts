import { describe, expect, it } from '@jest/globals';
import { createFraming } from '../../src/framing/create-framing.js';
import type { MessageHeaders } from '../../src/framing/framing.js';
import { InputBuffer } from '../../src/framing/input-buffer.js';
import { resolveLimits } from '../../src/limits.js';
import { binaryProtocol } from '../../src/protocol/binary/binary.js';
import { ByteWriter } from '../../src/protocol/byte-writer.js';
import { compactProtocol } from '../../src/protocol/compact/compact.js';
import { jsonProtocol } from '../../src/protocol/json/json.js';
import type { Protocol } from '../../src/protocol/protocol.js';

const limits = resolveLimits({ maxMessageBytes: 100_000 });
const PLAIN: MessageHeaders = { sequenceId: 7, outOfOrder: false, transforms: [], headers: new Map() };

/** Annotated hex as bytes: what follows a `|` on a line is a comment. */
function bytesOf(annotated: string): Buffer {
  return Buffer.from(annotated.replaceAll(/\|.*$/gm, '').replaceAll(/\s/g, ''), 'hex');
}

function write(
  protocol: Protocol,
  request: MessageHeaders,
  headers: ReadonlyMap<string, string>,
  framing = createFraming('ttheader', protocol, limits),
): Buffer {
  const out = new ByteWriter();
  out.begin(limits.maxMessageBytes);
  framing.begin(out, protocol, request, headers);
  const at = out.reserve(4);
  out.bytes.write('body', at);
  framing.end(out);
  const { slab, start, end } = out.finish();
  return Buffer.from(slab.bytes.subarray(start, end));
}

function read(bytes: Buffer) {
  const input = new InputBuffer();
  input.append(bytes);
  const message = createFraming('ttheader', binaryProtocol, limits).read(input);
  if (message === undefined) return undefined;
  const body = message.bytes.toString('latin1', message.start, message.end);
  return { body, protocol: message.protocol.name, headers: message.headers };
}

/** A frame with this header after its fixed part, in whole words. */
function frame(header: string): Buffer {
  const rest = Buffer.from(header.replaceAll(/\s/g, ''), 'hex');
  const fixed = Buffer.from('1000000000000007', 'hex');
  const words = Buffer.from([0, rest.length / 4]);
  const content = Buffer.concat([fixed, words, rest, Buffer.from('body')]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return Buffer.concat([length, content]);
}

describe('a TTHeader', () => {
  it.each([
    [
      'without anything',
      `00000012  | length
       1000 0000 | magic, flags
       00000007  | sequence id
       0001      | header words
       00 00     | binary, no transforms
       0000      | padding
       626f6479  | body`,
      binaryProtocol,
      PLAIN,
      {},
    ],
    [
      'of compact with texts and numbers as keys, in any order',
      `00000026  | length
       1000 0001 | magic, any order
       00000007  | sequence id
       0006      | header words
       02 00     | compact, no transforms
       01 0001   | one pair
       0001 6b 0001 76 | k: v
       10 0001   | one pair with a number
       0009 0003 616464 | 9, the method: add
       000000    | padding
       626f6479  | body`,
      compactProtocol,
      { ...PLAIN, outOfOrder: true },
      { k: 'v', '9': 'add' },
    ],
    [
      "with the timeout in Kitex's header",
      `0000001a  | length
       1000 0000 | magic, flags
       00000007  | sequence id
       0003      | header words
       00 00     | binary, no transforms
       10 0001   | one pair with a number
       000c 0003 323530 | RPCTimeout: 250
       626f6479  | body`,
      binaryProtocol,
      PLAIN,
      { client_timeout: '250' },
    ],
  ] as [string, string, Protocol, MessageHeaders, Record<string, string>][])(
    '%s is written and read',
    (_, annotated, protocol, request, pairs) => {
      const bytes = bytesOf(annotated);
      const headers = new Map(Object.entries(pairs));
      expect(write(protocol, request, headers).toString('hex')).toBe(bytes.toString('hex'));
      expect(read(bytes)).toMatchObject({
        body: 'body',
        protocol: protocol.name,
        headers: { sequenceId: 7, outOfOrder: request.outOfOrder, transforms: [], headers },
      });
    },
  );

  it('skips an access token and padding between headers', () => {
    const bytes = frame('00 00 00 11 0002 7878 00 01 0001 0001 6b 0001 76 0000');
    expect(read(bytes)?.headers?.headers).toEqual(new Map([['k', 'v']]));
  });

  it('with a length before its message gets replies with one', () => {
    const framing = createFraming('ttheader', binaryProtocol, limits);
    const input = new InputBuffer();
    const framed = bytesOf('00000016 10000000 00000007 0001 00000000 00000004 626f6479');
    input.append(framed);
    const message = framing.read(input);
    expect(message?.bytes.toString('latin1', message.start, message.end)).toBe('body');
    expect(write(binaryProtocol, PLAIN, new Map(), framing).equals(framed)).toBe(true);
  });

  it('may end anywhere: incomplete until its last byte', () => {
    const bytes = write(binaryProtocol, PLAIN, new Map([['key', 'value']]));
    for (let end = 1; end < bytes.length; end++) expect(read(bytes.subarray(0, end))).toBeUndefined();
    expect(read(bytes)?.body).toBe('body');
  });

  it.each([
    ['another magic', bytesOf('00000012 0fff0000 00000007 0001 00000000 626f6479'), /without a TTHeader/],
    [
      'a header longer than its frame',
      bytesOf('00000012 10000000 00000007 0009 00000000 626f6479'),
      /longer than its frame/,
    ],
    ['transforms', frame('00 01 01 00'), /Transforms are not supported/],
    ['an unknown protocol', frame('03 00 00 00'), /Protocol 3 is not supported/],
    ['an unknown info', frame('00 00 05 00'), /info 5/],
    ['65,535 pairs', frame('00 00 01 ffff 000000'), /65535 headers, allowed: 64/],
    ['a value longer than the header', frame('00 00 01 0001 0001 6b ffff 0000'), /longer than the header/],
    ['a header that ends in a number', frame('00 00 10 00'), /inside a number/],
  ])('with %s is rejected', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });

  it('rejects headers of more than 65,532 bytes, and JSON', () => {
    expect(() => write(binaryProtocol, PLAIN, new Map([['k', 'v'.repeat(65_536)]]))).toThrow(/header of 65536 bytes/);
    expect(() => write(jsonProtocol, PLAIN, new Map())).toThrow(/not json/);
    expect(read(write(binaryProtocol, PLAIN, new Map([['k', 'v'.repeat(60_000)]])))?.body).toBe('body');
  });
});
