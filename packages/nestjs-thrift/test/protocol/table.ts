import type { StructSchema, ThriftValue, TypeSchema } from '../../src/schema.js';
import { hex, json } from './bytes.js';
import type { ProtocolName } from '../../src/protocol/protocol.js';
import { field, struct } from './schemas.js';

/** A struct and its bytes in each protocol, for writer and reader. */
export interface Row {
  readonly name: string;
  readonly schema: StructSchema;
  readonly value: object;
  readonly bytes: Readonly<Record<ProtocolName, Buffer>>;
}

/** A row with one value, as field 1 of a struct. */
export function row(
  name: string,
  type: TypeSchema,
  value: ThriftValue,
  bytes: Readonly<Record<ProtocolName, Buffer>>,
): Row {
  return { name, schema: struct('Row', [field(1, 'value', type)]), value: { value }, bytes };
}

/** Bytes before and after the struct of a message `m`, a CALL with seqid 1. */
const ENVELOPES: Readonly<Record<ProtocolName, readonly [Buffer, Buffer]>> = {
  binary: [
    hex`
      80 01 00 01 // version 1, CALL
      00 00 00 01 // name: 1 byte
      6d          // "m"
      00 00 00 01 // seqid 1
    `,
    Buffer.alloc(0),
  ],
  compact: [
    hex`
      82 // protocol id
      21 // CALL, version 1
      01 // seqid 1
      01 // name: 1 byte
      6d // "m"
    `,
    Buffer.alloc(0),
  ],
  json: [json('[1,"m",1,1,'), json(']')],
};

/** Returns the bytes of a struct as a message. */
export function inMessage(protocol: ProtocolName, body: Buffer): Buffer {
  const [before, after] = ENVELOPES[protocol];
  return Buffer.concat([before, body, after]);
}
