import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { BaseTypeName, FieldSchema, StructSchema, ThriftValue, TypeSchema } from '../../src/schema.js';
import { colour, field, listOf, mapOf, setOf, struct, structType } from '../protocol/schemas.js';

/** Content of random schemas. */
export interface SchemaOptions {
  /** Base types of elements of containers; fields may have any. */
  readonly elements: readonly BaseTypeName[];
  /** Base types of keys of maps; undefined: all types may be keys. */
  readonly keys: readonly BaseTypeName[] | undefined;
  /** Whether containers may contain containers. */
  readonly nestedContainers: boolean;
  /** Range of field ids. */
  readonly ids: fc.Arbitrary<number>;
}

/** The base types of the IDL. */
export const baseTypes = ['bool', 'i8', 'i16', 'i32', 'i64', 'double', 'string', 'binary', 'uuid'] as const;

/** The whole type system. */
export const anything: SchemaOptions = {
  elements: baseTypes,
  keys: undefined,
  nestedContainers: true,
  ids: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }) }, fc.integer({ min: -32_768, max: 32_767 })),
};

/** A struct, and a value of it. */
export interface Sample {
  readonly schema: StructSchema;
  readonly value: Readonly<Record<string, ThriftValue>>;
}

/** Random structs with random values. */
export function samples(options: SchemaOptions, values: ValueOptions = anyValue): fc.Arbitrary<Sample> {
  return structs(options, 3).chain((schema) =>
    valuesOf(structType(schema), values).map((value) => ({ schema, value: value as Sample['value'] })),
  );
}

function structs(options: SchemaOptions, depth: number): fc.Arbitrary<StructSchema> {
  const fields = fc
    .uniqueArray(options.ids, { minLength: 1, maxLength: 5 })
    .chain((ids) => fc.tuple(...ids.map((id, index) => fieldsOf(options, depth, id, `f${String(index)}`))));
  return fc
    .tuple(fields, fc.constantFrom('struct' as const, 'struct' as const, 'union' as const))
    .map(([all, kind]) => struct('Random', all, kind));
}

function fieldsOf(options: SchemaOptions, depth: number, id: number, name: string): fc.Arbitrary<FieldSchema> {
  const requiredness = fc.constantFrom('required' as const, 'optional' as const, 'default' as const);
  return fc.tuple(types(options, depth), requiredness).map(([type, required]) => field(id, name, type, required));
}

function types(options: SchemaOptions, depth: number): fc.Arbitrary<TypeSchema> {
  if (depth === 0) return bases(baseTypes);
  return fc.oneof(
    { weight: 2, arbitrary: bases(baseTypes) },
    structs(options, depth - 1).map(structType),
    ...containers(options, depth - 1),
  );
}

function bases(names: readonly BaseTypeName[]): fc.Arbitrary<TypeSchema> {
  return fc.constantFrom<TypeSchema>(...names.map((kind) => ({ kind })), colour);
}

function containers(options: SchemaOptions, depth: number): fc.Arbitrary<TypeSchema>[] {
  const all = elements(options, depth);
  const keys = options.keys === undefined ? all : bases(options.keys);
  return [all.map(listOf), all.map(setOf), fc.tuple(keys, all).map(([key, value]) => mapOf(key, value))];
}

function elements(options: SchemaOptions, depth: number): fc.Arbitrary<TypeSchema> {
  if (depth === 0) return bases(options.elements);
  const nested = options.nestedContainers ? containers(options, depth - 1) : [];
  return fc.oneof(
    { weight: 2, arbitrary: bases(options.elements) },
    structs(options, depth - 1).map(structType),
    ...nested,
  );
}

/** Generators of values by type. */
export interface ValueOptions {
  readonly i64: fc.Arbitrary<bigint>;
  readonly double: fc.Arbitrary<number>;
  readonly string: fc.Arbitrary<string>;
  readonly uuid: fc.Arbitrary<string>;
}

/** Characters with a meaning in JSON, and one of each length in UTF-8. */
const TELLING = ['"', '\\', '/', '[', ']', '{', '}', '\n', '\0', 'a', 'é', '€', '😀'];

/** All valid values. */
export const anyValue: ValueOptions = {
  i64: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer().map(BigInt)),
  double: fc.double(),
  string: fc.oneof(fc.string({ unit: 'binary', size: 'medium' }), fc.string({ unit: fc.constantFrom(...TELLING) })),
  uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) =>
    Buffer.from(bytes)
      .toString('hex')
      .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5'),
  ),
};

function valuesOf(type: TypeSchema, options: ValueOptions): fc.Arbitrary<ThriftValue> {
  switch (type.kind) {
    case 'bool':
      return fc.boolean();
    case 'i8':
      return fc.integer({ min: -0x80, max: 0x7f });
    case 'i16':
      return fc.integer({ min: -0x8000, max: 0x7fff });
    case 'i32':
    case 'enum':
      return fc.integer();
    case 'binary':
      return fc.uint8Array({ size: 'medium' }).map((bytes) => Buffer.from(bytes));
    case 'i64':
    case 'double':
    case 'string':
    case 'uuid':
      return options[type.kind];
    case 'list':
      return fc.array(valuesOf(type.element, options), { maxLength: 20 });
    case 'set':
      return fc.array(valuesOf(type.element, options), { maxLength: 20 }).map((values) => new Set(values));
    case 'map':
      return maps(valuesOf(type.key, options), valuesOf(type.value, options));
    case 'struct':
      return structValues(type.struct, options);
  }
}

/** Keys are unique: a Map would hold two equal Buffers, but another library one of them. */
function maps(key: fc.Arbitrary<ThriftValue>, value: fc.Arbitrary<ThriftValue>): fc.Arbitrary<ThriftValue> {
  return fc
    .uniqueArray(fc.tuple(key, value), { maxLength: 20, selector: ([one]) => one, comparator: isDeepStrictEqual })
    .map((entries) => new Map(entries));
}

function structValues(schema: StructSchema, options: ValueOptions): fc.Arbitrary<ThriftValue> {
  const members = Object.fromEntries(schema.fields.map(({ name, type }) => [name, valuesOf(type, options)]));
  if (schema.kind === 'union') {
    return fc.oneof(...Object.entries(members).map(([name, value]) => value.map((one) => ({ [name]: one }))));
  }
  const required = schema.fields.filter(({ requiredness }) => requiredness === 'required').map(({ name }) => name);
  return fc.record(members, { requiredKeys: required, noNullPrototype: true });
}
