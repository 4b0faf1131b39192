import type {
  BaseTypeName,
  FieldSchema,
  Requiredness,
  StructSchema,
  ThriftValue,
  TypeSchema,
} from '../../src/schema.js';

export const base = (kind: BaseTypeName): TypeSchema => ({ kind });
export const listOf = (element: TypeSchema): TypeSchema => ({ kind: 'list', element });
export const setOf = (element: TypeSchema): TypeSchema => ({ kind: 'set', element });
export const mapOf = (key: TypeSchema, value: TypeSchema): TypeSchema => ({ kind: 'map', key, value });
export const structType = (struct: StructSchema): TypeSchema => ({ kind: 'struct', struct });

/** An enum; its values do not matter on the wire. */
export const colour: TypeSchema = {
  kind: 'enum',
  enum: {
    name: 'Colour',
    qualifiedName: 'Colour',
    values: new Map([['RED', 1]]),
    valueDocs: new Map(),
    doc: undefined,
    annotations: {},
  },
};

/** A field as created by the IDL parser. */
export function field(
  id: number,
  name: string,
  type: TypeSchema,
  requiredness: Requiredness = 'default',
  defaultValue?: ThriftValue,
): FieldSchema {
  return { id, name, type, requiredness, defaultValue, doc: undefined, annotations: {} };
}

/** A struct as created by the IDL parser. */
export function struct(
  name: string,
  fields: readonly FieldSchema[],
  kind: StructSchema['kind'] = 'struct',
): StructSchema {
  return { name, qualifiedName: name, kind, fields, doc: undefined, annotations: {} };
}

/** A struct with itself as field 1 and a list of itself as field 2. */
export function recursiveStruct(): StructSchema {
  const fields: FieldSchema[] = [];
  const node = struct('Node', fields);
  fields.push(field(1, 'next', structType(node)), field(2, 'children', listOf(structType(node))));
  return node;
}
