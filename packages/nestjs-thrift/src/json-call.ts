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

/** Number of values in an example: structs of structs that are used twice each would grow without bounds. */
const EXAMPLE_VALUES = 1_000;

/**
 * A value of a type in JSON, to begin with. A struct has all of its fields but those that would repeat it; beyond a thousand
 * values, structs and collections are empty.
 */
export function exampleJson(type: TypeSchema): JsonValue {
  return new Example().of(type);
}

class Example {
  /** The structs that the value is inside of. */
  readonly #open: StructSchema[] = [];
  #values = 0;

  of(type: TypeSchema): JsonValue {
    this.#values += 1;
    switch (type.kind) {
      case 'enum':
        return [...type.enum.values.keys()][0] ?? 0;
      case 'list':
      case 'set':
        return this.#isEmpty(type.element) ? [] : [this.of(type.element)];
      case 'map': {
        const isEmpty = this.#isEmpty(type.key) || this.#isEmpty(type.value);
        if (isText(type.key)) return isEmpty ? {} : { [EXAMPLES[type.key.kind]]: this.of(type.value) };
        return isEmpty ? [] : [[this.of(type.key), this.of(type.value)]];
      }
      case 'struct':
        return this.#ofStruct(type.struct);
      default:
        return EXAMPLES[type.kind];
    }
  }

  #ofStruct(struct: StructSchema): JsonValue {
    this.#open.push(struct);
    const members: [string, JsonValue][] = [];
    for (const { name, type, defaultValue } of struct.fields) {
      if (this.#isEmpty(type)) continue;
      const value = defaultValue === undefined ? undefined : toJson(defaultValue, { type, i64: 'number' });
      members.push([name, value ?? this.of(type)]);
      if (struct.kind === 'union') break;
    }
    this.#open.pop();
    return Object.fromEntries(members);
  }

  /** Whether values of a type are left out. */
  #isEmpty(type: TypeSchema): boolean {
    return this.#values >= EXAMPLE_VALUES || (type.kind === 'struct' && this.#open.includes(type.struct));
  }
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
