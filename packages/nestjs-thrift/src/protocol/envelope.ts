import type { ThriftErrorCode } from '../errors.js';
import { APPLICATION_EXCEPTION_TYPES, I32, STOP, STRING } from './constants.js';
import type { ProtocolReader, ProtocolWriter } from './protocol.js';
import { skip } from './skip.js';

const CODES_BY_TYPE: ReadonlyMap<number, ThriftErrorCode> = new Map(
  Object.entries(APPLICATION_EXCEPTION_TYPES).map(([code, type]) => [type, code as ThriftErrorCode]),
);

/** A TApplicationException (Thrift RPC specification, "Response struct"). */
export interface ApplicationException {
  readonly code: ThriftErrorCode;
  readonly message: string;
}

/** Writes the body of a TApplicationException. */
export function writeApplicationException(writer: ProtocolWriter, error: ApplicationException): void {
  const outer = writer.writeStructBegin();
  writer.writeFieldBegin(STRING, 1);
  writer.writeString(error.message.toWellFormed());
  writer.writeFieldEnd();
  writer.writeFieldBegin(I32, 2);
  writer.writeI32(APPLICATION_EXCEPTION_TYPES[error.code]);
  writer.writeFieldEnd();
  writer.writeStructEnd(outer);
}

/** Reads the body of a TApplicationException. An unknown type reads as UNKNOWN. */
export function readApplicationException(reader: ProtocolReader): ApplicationException {
  let message = '';
  let code: ThriftErrorCode = 'UNKNOWN';
  const outer = reader.readStructBegin();
  for (let type = reader.readFieldBegin(); type !== STOP; type = reader.readFieldBegin()) {
    if (reader.fieldId === 1 && type === STRING) message = reader.readString();
    else if (reader.fieldId === 2 && type === I32) code = CODES_BY_TYPE.get(reader.readI32()) ?? 'UNKNOWN';
    else skip(reader, type, 2);
    reader.readFieldEnd();
  }
  reader.readStructEnd(outer);
  return { code, message };
}
