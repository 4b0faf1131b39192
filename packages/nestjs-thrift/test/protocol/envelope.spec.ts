import { describe, expect, it } from '@jest/globals';
import { ByteWriter } from '../../src/protocol/byte-writer.js';
import {
  readApplicationException,
  writeApplicationException,
  type ApplicationException,
} from '../../src/protocol/envelope.js';
import type { Protocol } from '../../src/protocol/protocol.js';
import { hex, json } from './bytes.js';
import { encode, limits, protocols } from './dialects.js';
import { base, field, listOf, struct } from './schemas.js';
import { inMessage } from './table.js';

const BYTES = {
  binary: hex`
    0b 00 01 00 00 00 02 6e 6f // field 1: "no"
    08 00 02 00 00 00 06       // field 2: INTERNAL_ERROR
    00
  `,
  compact: hex`
    18 02 6e 6f // field +1: "no"
    15 0c       // field +1: INTERNAL_ERROR, zigzag 12
    00
  `,
  json: json('{"1":{"str":"no"},"2":{"i32":6}}'),
};

function write(protocol: Protocol, error: ApplicationException): Buffer {
  const bytes = new ByteWriter();
  const writer = protocol.createWriter(bytes);
  bytes.begin(limits.maxMessageBytes);
  writer.writeMessageBegin('m', 1, 1);
  writeApplicationException(writer, error);
  writer.writeMessageEnd();
  const { slab, start, end } = bytes.finish();
  return slab.bytes.subarray(start, end);
}

function read(protocol: Protocol, message: Buffer): ApplicationException {
  const reader = protocol.createReader(limits);
  reader.reset(message, 0, message.length);
  reader.readMessageBegin();
  const error = readApplicationException(reader);
  reader.readMessageEnd();
  return error;
}

describe.each(protocols)('a TApplicationException in $name', (protocol) => {
  it('is written and read as these bytes', () => {
    const message = inMessage(protocol.name, BYTES[protocol.name]);
    expect(write(protocol, { code: 'INTERNAL_ERROR', message: 'no' }).toString('hex')).toBe(message.toString('hex'));
    expect(read(protocol, message)).toMatchObject({ code: 'INTERNAL_ERROR', message: 'no' });
  });

  it('replaces the malformed part of a message', () => {
    expect(read(protocol, write(protocol, { code: 'UNKNOWN', message: 'half \ud83d' }))).toMatchObject({
      message: 'half \ufffd',
    });
  });

  it('reads an unknown type as UNKNOWN, and skips unknown fields', () => {
    const other = struct('Other', [
      field(1, 'message', base('i32')),
      field(2, 'type', base('i32')),
      field(3, 'more', listOf(base('string'))),
    ]);
    const message = encode(protocol, other, { message: 1, type: 99, more: ['a'] });
    expect(read(protocol, message)).toMatchObject({ code: 'UNKNOWN', message: '' });
  });
});
