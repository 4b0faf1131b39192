import { ThriftProtocolError } from '../../errors.js';
import { BOOL, BYTE, DOUBLE, I16, I32, I64, LIST, MAP, SET, STRING, STRUCT, UUID } from '../constants.js';

const MIN_SIZES = new Uint8Array(256);
const FIXED = new Uint8Array(256);
for (const [type, size] of [
  [BOOL, 1],
  [BYTE, 1],
  [DOUBLE, 8],
  [I16, 2],
  [I32, 4],
  [I64, 8],
  [UUID, 16],
] as const) {
  MIN_SIZES[type] = size;
  FIXED[type] = 1;
}
for (const [type, size] of [
  [STRING, 4],
  [STRUCT, 1],
  [MAP, 6],
  [SET, 5],
  [LIST, 5],
] as const) {
  MIN_SIZES[type] = size;
}

/**
 * The fewest bytes that a value takes in binary; sizes of containers are checked against it, so that none is smaller
 * than it says.
 * @throws ThriftProtocolError for a number that is no type.
 */
export function minBinarySize(type: number): number {
  const size = MIN_SIZES[type] as number;
  if (size === 0) throw new ThriftProtocolError('malformed', `${String(type)} is no type of the binary protocol`);
  return size;
}

/** Whether all values of a type take `minBinarySize` bytes. */
export function isFixedBinarySize(type: number): boolean {
  return FIXED[type] === 1;
}
