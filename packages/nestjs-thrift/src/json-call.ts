import { fromJson, type FromJsonOptions } from './from-json.js';
import { isText, toJson, type JsonValue, type ThriftJsonOptions } from './json.js';
import type { MethodSchema, StructSchema, TypeSchema } from './schema.js';

/**
 * The arguments of a method from a JSON object, for a call by name.
 * @throws ThriftProtocolError with the path of the value that does not fit: `task.title: expected string, …`.
 */
export function argumentsFromJson({ args }: MethodSchema, json: unknown, options?: FromJsonOptions): object {
  return fromJson(json, { kind: 'struct', struct: args }, options) as object;
}

/** What a method returned, as JSON; null for void. An i64 up to 2^53 is a number. */
export function resultToJson({ returns }: MethodSchema, value: unknown, options?: ThriftJsonOptions): JsonValue {
  return returns === undefined ? null : (toJson(value, { i64: 'number', ...options, type: returns }) ?? null);
}

/** A declared exception of a method, given its name in the IDL and its fields, as JSON. */
export function exceptionToJson(
  { throws }: MethodSchema,
  { type, value }: { readonly type: string; readonly value: object },
  options?: ThriftJsonOptions,
): JsonValue {
  const declared = throws.find((field) => field.type.kind === 'struct' && field.type.struct.qualifiedName === type);
  return toJson(value, { i64: 'number', ...options, type: declared?.type }) ?? null;
}

/** A value of a type in JSON, to begin with. A struct has all of its fields but those that would repeat it. */
export function exampleJson(type: TypeSchema): JsonValue {
  return exampleOf(type, []);
}

/** @param open the structs that the value is inside of. */
function exampleOf(type: TypeSchema, open: readonly StructSchema[]): JsonValue {
  switch (type.kind) {
    case 'enum':
      return [...type.enum.values.keys()][0] ?? 0;
    case 'list':
    case 'set':
      return repeats(type.element, open) ? [] : [exampleOf(type.element, open)];
    case 'map': {
      const isEmpty = repeats(type.key, open) || repeats(type.value, open);
      if (isText(type.key)) return isEmpty ? {} : { [EXAMPLES[type.key.kind]]: exampleOf(type.value, open) };
      return isEmpty ? [] : [[exampleOf(type.key, open), exampleOf(type.value, open)]];
    }
    case 'struct':
      return exampleStruct(type.struct, [...open, type.struct]);
    default:
      return EXAMPLES[type.kind];
  }
}

function exampleStruct({ kind, fields }: StructSchema, open: readonly StructSchema[]): JsonValue {
  const finite = fields.filter((field) => !repeats(field.type, open));
  const members = kind === 'union' ? finite.slice(0, 1) : finite;
  return Object.fromEntries(
    members.map(({ name, type, defaultValue }) => {
      const value = defaultValue === undefined ? undefined : toJson(defaultValue, { type, i64: 'number' });
      return [name, value ?? exampleOf(type, open)];
    }),
  );
}

function repeats(type: TypeSchema, open: readonly StructSchema[]): boolean {
  return type.kind === 'struct' && open.includes(type.struct);
}

const EXAMPLES = {
  bool: false,
  i8: 0,
  i16: 0,
  i32: 0,
  i64: 0,
  double: 0,
  string: '',
  binary: '',
  uuid: '00000000-0000-0000-0000-000000000000',
} as const;
