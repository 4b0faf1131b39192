import type { ProtocolName } from '../../src/protocol/protocol.js';
import type { StructSchema } from '../../src/schema.js';
import { npmThrift, type NpmProtocol, type NpmTransport, type NpmTransportClass } from '../interop/npm/library.js';
import { readStruct, writeStruct } from '../interop/npm/values.js';
import type { Portable } from '../interop/portable.js';

/** Dialects in which npm `thrift` is compared. */
export type NpmDialect = ProtocolName | 'old-style';

/** Its transport classes, each with messages in memory. */
type NpmFraming = 'buffered' | 'framed';

/** Its transport for bytes of a socket, which passes on complete messages. */
type Receiver = NpmTransportClass & {
  receiver(onMessage: (transport: NpmTransport) => void): (bytes: Buffer) => void;
};

function transportClass(framing: NpmFraming): Receiver {
  return (framing === 'framed' ? npmThrift.TFramedTransport : npmThrift.TBufferedTransport) as Receiver;
}

function protocolOn(transport: NpmTransport, dialect: NpmDialect): NpmProtocol {
  switch (dialect) {
    case 'binary':
      return new npmThrift.TBinaryProtocol(transport, true, true);
    case 'old-style':
      return new npmThrift.TBinaryProtocol(transport, false, false);
    case 'compact':
      return new npmThrift.TCompactProtocol(transport);
    case 'json':
      return new npmThrift.TJSONProtocol(transport);
  }
}

/** Returns npm `thrift`'s output for a CALL `m` with seqid 1 and this struct. */
export function npmEncode(
  dialect: NpmDialect,
  framing: NpmFraming,
  schema: StructSchema,
  value: Record<string, Portable>,
): Buffer {
  const written: Buffer[] = [];
  const output = protocolOn(new (transportClass(framing))(undefined, (bytes) => written.push(bytes)), dialect);
  output.writeMessageBegin('m', 1, 1);
  writeStruct(output, schema, value);
  output.writeMessageEnd();
  output.flush();
  return Buffer.concat(written);
}

/** Returns what npm `thrift` reads from such a message. */
export function npmDecode(
  dialect: NpmDialect,
  framing: NpmFraming,
  schema: StructSchema,
  message: Buffer,
): Record<string, Portable> {
  let read: Record<string, Portable> | undefined;
  const receive = transportClass(framing).receiver((transport) => {
    const input = protocolOn(transport, dialect);
    const { fname, mtype, rseqid } = input.readMessageBegin();
    // It returns old-style names as Buffers.
    if (Buffer.from(fname).toString() !== 'm' || mtype !== 1 || rseqid !== 1)
      throw new Error('npm thrift read another header');
    read = readStruct(input, schema);
    input.readMessageEnd();
  });
  receive(message);
  if (read === undefined) throw new Error('npm thrift waits for more');
  return read;
}

export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(message.length);
  return Buffer.concat([length, message]);
}
