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
 * Minimum size of a value in binary. Sizes of containers are checked against it: none can be smaller than its elements.
 * @throws ThriftProtocolError for an unknown type.
 */
export function minBinarySize(type: number): number {
  const size = MIN_SIZES[type] as number;
  if (size === 0) throw new ThriftProtocolError('malformed', `${String(type)} is not a type of the binary protocol`);
  return size;
}

/** Whether all values of a type have exactly `minBinarySize` bytes. */
export function isFixedBinarySize(type: number): boolean {
  return FIXED[type] === 1;
}
