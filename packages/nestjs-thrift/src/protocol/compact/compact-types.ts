import { ThriftProtocolError } from '../../errors.js';
import { BOOL, BYTE, DOUBLE, I16, I32, I64, LIST, MAP, SET, STOP, STRING, STRUCT, UUID } from '../constants.js';

/** First byte of a compact message (Thrift compact protocol specification, "Message"). */
export const COMPACT_PROTOCOL_ID = 0x82;
/** The low five bits of the second byte; the high three are the type of the message. */
export const COMPACT_VERSION = 1;

/** Type nibble of a bool field, and byte of a bool element. */
export const COMPACT_TRUE = 1;
export const COMPACT_FALSE = 2;

/** Maps compact types, 0 to 15, to the type codes of the other protocols; STOP for unknown ones. */
const TYPES = [STOP, BOOL, BOOL, BYTE, I16, I32, I64, DOUBLE, STRING, LIST, SET, MAP, STRUCT, UUID, STOP, STOP];

const FROM_COMPACT = Uint8Array.from(TYPES);
const TO_COMPACT = new Uint8Array(256);
// Bool is 1 and 2; an element type is written as 1, as Apache does.
for (let compact = 15; compact > 0; compact--) TO_COMPACT[TYPES[compact] as number] = compact;

/**
 * Returns the compact type of a type code (Thrift compact protocol specification, "Struct encoding", "List and Set").
 */
export function toCompactType(type: number): number {
  return TO_COMPACT[type] as number;
}

/**
 * Returns the type code of a compact type other than 0.
 * @throws ThriftProtocolError for 14 and 15.
 */
export function fromCompactType(compact: number): number {
  const type = FROM_COMPACT[compact] as number;
  if (type === STOP)
    throw new ThriftProtocolError('malformed', `${String(compact)} is not a type of the compact protocol`);
  return type;
}

/** The types of an empty container are not checked: STOP for unknown ones. */
export function fromCompactTypeOrStop(compact: number): number {
  return FROM_COMPACT[compact] as number;
}

/** Minimum size of an element in compact. STOP as an element type is rejected. */
export function minCompactSize(type: number): number {
  if (type === DOUBLE) return 8;
  if (type === UUID) return 16;
  if (type === STOP) throw new ThriftProtocolError('malformed', 'elements without a type');
  return 1;
}

/** Whether all elements of a type have exactly `minCompactSize` bytes. */
export function isFixedCompactSize(type: number): boolean {
  return type === BOOL || type === BYTE || type === DOUBLE || type === UUID;
}

/** The error for a varint that has more than `maxBytes` bytes, or bits that don't fit. */
export function varintTooLong(maxBytes: number): ThriftProtocolError {
  return new ThriftProtocolError('malformed', `a varint that does not fit into ${String(maxBytes)} bytes`);
}

/** The error for a number beyond the 16 bits of its type. */
export function notI16(value: number): ThriftProtocolError {
  return new ThriftProtocolError('malformed', `${String(value)} does not fit into an i16`);
}
