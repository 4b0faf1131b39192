import type { FieldSchema, Schema, StructSchema, TypeSchema } from '../../src/index.js';

/**
 * A Thrift value as plain JSON, the same in every language of these tests: i64 as decimal text, NaN, infinities and -0
 * as text, binary as base64, sets and lists as arrays, maps as arrays of pairs, structs by the names of their fields.
 */
export type Portable = null | boolean | number | string | readonly Portable[] | { readonly [name: string]: Portable };

/** A type as JSON: `"i32"`, `{"list": "i32"}`, `{"map": ["i32", "string"]}`, `{"struct": "Xtruct"}`. */
type PortableType =
  | string
  | { readonly list: PortableType }
  | { readonly set: PortableType }
  | { readonly map: readonly [PortableType, PortableType] }
  | { readonly struct: string };

interface PortableField {
  readonly id: number;
  readonly name: string;
  readonly type: PortableType;
}

interface PortableMethod {
  readonly oneway: boolean;
  readonly args: readonly PortableField[];
  readonly result: readonly PortableField[];
}

/** The parts of an IDL that a program needs to use a library's protocol classes without generated code. */
export interface PortableSchema {
  readonly structs: Record<string, readonly PortableField[]>;
  readonly services: Record<string, Record<string, PortableMethod>>;
}

/** Returns the services of a schema as JSON, with all structs that they use, included ones too. */
export function portableSchema(schema: Schema): PortableSchema {
  const structs: PortableSchema['structs'] = {};
  const services: PortableSchema['services'] = {};
  const portableFields = (fields: readonly FieldSchema[]): PortableField[] =>
    fields.map(({ id, name, type }) => ({ id, name, type: portableType(type, addStruct) }));
  const addStruct = ({ name, fields }: StructSchema): void => {
    if (name in structs) return;
    // Added before its fields are visited: it may refer to itself.
    structs[name] = [];
    structs[name] = portableFields(fields);
  };
  for (const [name, { methods }] of schema.services) {
    const portable: Record<string, PortableMethod> = (services[name] = {});
    for (const { name: method, oneway, args, result } of methods.values()) {
      portable[method] = { oneway, args: portableFields(args.fields), result: portableFields(result.fields) };
    }
  }
  return { structs, services };
}

function portableType(type: TypeSchema, addStruct: (struct: StructSchema) => void): PortableType {
  switch (type.kind) {
    case 'struct':
      addStruct(type.struct);
      return { struct: type.struct.name };
    case 'list':
      return { list: portableType(type.element, addStruct) };
    case 'set':
      return { set: portableType(type.element, addStruct) };
    case 'map':
      return { map: [portableType(type.key, addStruct), portableType(type.value, addStruct)] };
    case 'enum':
      return 'i32';
    default:
      return type.kind;
  }
}

/** Converts a value of the transport to JSON, with sets and maps sorted, so that equal values have equal JSON. */
function toPortable(type: TypeSchema, value: unknown): Portable {
  switch (type.kind) {
    case 'struct':
      return structToPortable(type.struct, value as object);
    case 'list':
      return (value as unknown[]).map((element) => toPortable(type.element, element));
    case 'set':
      return sorted([...(value as Set<unknown>)].map((element) => toPortable(type.element, element)));
    case 'map': {
      const entries = [...(value as Map<unknown, unknown>)];
      return sorted(entries.map(([key, entry]) => [toPortable(type.key, key), toPortable(type.value, entry)]));
    }
    case 'i64':
      return String(value);
    case 'double':
      return portableDouble(value as number);
    case 'binary':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value as Portable;
  }
}

/** The members that are set. */
export function structToPortable(struct: StructSchema, value: object): Record<string, Portable> {
  const members = value as Record<string, unknown>;
  return Object.fromEntries(
    struct.fields
      .filter(({ name }) => members[name] !== undefined && members[name] !== null)
      .map(({ name, type }) => [name, toPortable(type, members[name])]),
  );
}

/** Sorts sets and maps in another program's struct like `toPortable`. */
export function canonicalStruct(struct: StructSchema, value: Record<string, Portable>): Record<string, Portable> {
  const types = new Map(struct.fields.map(({ name, type }) => [name, type]));
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([name, member]) => {
        const type = types.get(name);
        return [name, type === undefined ? member : canonical(type, member)];
      }),
  );
}

function canonical(type: TypeSchema, value: Portable): Portable {
  switch (type.kind) {
    case 'struct':
      return canonicalStruct(type.struct, value as Record<string, Portable>);
    case 'list':
      return (value as Portable[]).map((element) => canonical(type.element, element));
    case 'set':
      return sorted((value as Portable[]).map((element) => canonical(type.element, element)));
    case 'map':
      return sorted(
        (value as [Portable, Portable][]).map(([key, entry]) => [
          canonical(type.key, key),
          canonical(type.value, entry),
        ]),
      );
    default:
      return value;
  }
}

function sorted(values: Portable[]): Portable[] {
  const withText = values.map((value): [string, Portable] => [JSON.stringify(value), value]);
  return withText.sort(([a], [b]) => (a < b ? -1 : Number(a > b))).map(([, value]) => value);
}

function portableDouble(value: number): Portable {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}
