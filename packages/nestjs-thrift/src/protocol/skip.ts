import { depthExceeded } from './bounds.js';
import { LIST, MAP, SET, STOP, STRUCT } from './constants.js';
import type { ProtocolReader } from './protocol.js';

/**
 * Skips a value of any type at nesting level `depth`.
 * @throws ThriftProtocolError for a violation of the protocol or a limit, also inside the skipped value.
 */
export function skip(reader: ProtocolReader, type: number, depth: number): void {
  if (type !== STRUCT && type !== MAP && type !== LIST && type !== SET) reader.skipScalars(type, 1);
  else if (depth > reader.limits.maxDepth) throw depthExceeded(reader.limits);
  else if (type === STRUCT) skipStruct(reader, depth);
  else if (type === MAP) skipMap(reader, depth);
  else skipList(reader, depth);
}

function skipStruct(reader: ProtocolReader, depth: number): void {
  const outer = reader.readStructBegin();
  for (let type = reader.readFieldBegin(); type !== STOP; type = reader.readFieldBegin()) {
    skip(reader, type, depth + 1);
    reader.readFieldEnd();
  }
  reader.readStructEnd(outer);
}

function skipMap(reader: ProtocolReader, depth: number): void {
  const size = reader.readMapBegin();
  const { keyType, elementType } = reader;
  for (let i = 0; i < size; i++) {
    skip(reader, keyType, depth + 1);
    skip(reader, elementType, depth + 1);
  }
  reader.readMapEnd();
}

function skipList(reader: ProtocolReader, depth: number): void {
  const size = reader.readListBegin();
  const { elementType } = reader;
  const isNested = elementType === STRUCT || elementType === MAP || elementType === LIST || elementType === SET;
  if (size > 0 && !isNested) reader.skipScalars(elementType, size);
  else for (let i = 0; i < size; i++) skip(reader, elementType, depth + 1);
  reader.readListEnd();
}
