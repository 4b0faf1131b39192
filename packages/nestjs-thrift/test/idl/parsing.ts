import { ThriftIdlError } from '../../src/idl/diagnostics.js';
import { parseSchema } from '../../src/idl/load-schema.js';
import type { ConstSchema, FieldSchema, StructSchema, TypeSchema } from '../../src/schema.js';

/** Returns the position and the two parts of a text's error; undefined for a valid schema. */
export function errorOf(text: string): string | undefined {
  try {
    parseSchema(text, 'a.thrift');
    return undefined;
  } catch (error) {
    if (error instanceof ThriftIdlError) return error.message.replace(/^a\.thrift:/, '');
    throw error;
  }
}

export function structOf(text: string, name = 'S'): StructSchema {
  return found(parseSchema(text).structs.get(name));
}

/** The fields of the struct `S` with this body. */
export function fieldsOf(body: string): readonly FieldSchema[] {
  return structOf(`struct S {${body}}`).fields;
}

/** The only constant named `C` of a text. */
export function constOf(text: string): ConstSchema {
  return found(parseSchema(text).constants.get('C'));
}

/** A type as the IDL writes it, without annotations. */
export function typeText(type: TypeSchema): string {
  switch (type.kind) {
    case 'list':
    case 'set':
      return `${type.kind}<${typeText(type.element)}>`;
    case 'map':
      return `map<${typeText(type.key)},${typeText(type.value)}>`;
    case 'enum':
      return type.enum.name;
    case 'struct':
      return type.struct.name;
    default:
      return type.kind;
  }
}

/** Returns a value that a test needs. Throws if it is undefined. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was found');
  return value;
}

/** Returns that many lines, each made from its index. */
export function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}
