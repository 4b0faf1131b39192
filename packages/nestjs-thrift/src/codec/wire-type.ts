import { BOOL, BYTE, DOUBLE, I16, I32, I64, LIST, MAP, SET, STRING, STRUCT, UUID } from '../protocol/constants.js';
import type { TypeSchema } from '../schema.js';

const WIRE_TYPES: Readonly<Record<TypeSchema['kind'], number>> = {
  bool: BOOL,
  i8: BYTE,
  i16: I16,
  i32: I32,
  i64: I64,
  double: DOUBLE,
  string: STRING,
  binary: STRING,
  uuid: UUID,
  enum: I32,
  struct: STRUCT,
  list: LIST,
  set: SET,
  map: MAP,
};

/** Returns the type code on the wire. Enums travel as i32, binary as string. */
export function wireType(type: TypeSchema): number {
  return WIRE_TYPES[type.kind];
}
