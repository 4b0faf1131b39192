import { Codec } from '../../src/codec/codec.js';
import { binaryProtocol } from '../../src/protocol/binary/binary.js';
import { compactProtocol } from '../../src/protocol/compact/compact.js';
import { ByteWriter, unpin } from '../../src/protocol/byte-writer.js';
import { jsonProtocol } from '../../src/protocol/json/json.js';
import type { MessageHeader, Protocol, ProtocolName, ReadLimits } from '../../src/protocol/protocol.js';
import type { StructSchema } from '../../src/schema.js';

/** High enough for every value in these tests. */
export const limits: ReadLimits = {
  maxMessageBytes: 16_384_000,
  maxStringBytes: 16_384_000,
  maxContainerSize: 1_000_000,
  maxDepth: 64,
};

export const protocols: readonly Protocol[] = [binaryProtocol, compactProtocol, jsonProtocol];

export function protocolNamed(name: ProtocolName): Protocol {
  const found = protocols.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no protocol ${name}`);
  return found;
}

/** A simple header. */
export const call: MessageHeader = { name: 'm', type: 1, seqid: 1 };

const codecs = new WeakMap<ReadLimits, Codec>();

/** The codec with these limits: it compiles each struct once. */
function codecWithin(within: ReadLimits): Codec {
  const codec = codecs.get(within) ?? new Codec(within);
  codecs.set(within, codec);
  return codec;
}

/** A message with that struct in it. */
export function encode(protocol: Protocol, schema: StructSchema, value: object, { name, type, seqid } = call): Buffer {
  const bytes = new ByteWriter();
  const writer = protocol.createWriter(bytes);
  bytes.begin(limits.maxMessageBytes);
  writer.writeMessageBegin(name, type, seqid);
  codecWithin(limits).struct(schema).write(writer, value);
  writer.writeMessageEnd();
  const message = bytes.finish();
  unpin(message);
  return Buffer.from(message.slab.bytes.subarray(message.start, message.end));
}

/** The header and the struct of a message, which is read to its end. */
export function decode(
  protocol: Protocol,
  schema: StructSchema,
  bytes: Buffer,
  within = limits,
): { header: MessageHeader; value: object } {
  const reader = protocol.createReader(within);
  // Puts the message between other bytes, as in a socket's buffer.
  const buffer = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]);
  reader.reset(buffer, 6, 6 + bytes.length);
  const header = reader.readMessageBegin();
  const value = codecWithin(within).struct(schema).read(reader);
  reader.readMessageEnd();
  return { header, value };
}

/** Returns where the scanner finds the end of the message when the bytes arrive in pieces that end at these offsets. */
export function scan(protocol: Protocol, bytes: Buffer, ends: Iterable<number>, within = limits): number {
  const scanner = protocol.createScanner(within);
  let found = -1;
  for (const end of ends) {
    found = scanner.scan(bytes, 0, end);
    if (found !== -1) return found;
  }
  return found;
}
