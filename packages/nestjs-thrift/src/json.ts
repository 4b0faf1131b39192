import type { EnumSchema, TypeSchema } from './schema.js';

/** How binary is written in JSON: `text` is UTF-8. */
export type BinaryEncoding = 'base64' | 'text' | 'hex';

/** How values that JSON lacks are written. */
export interface ThriftJsonOptions {
  /**
   * i64 as a string, always (default, as JSON of Protobuf has it); or `number` up to 2^53 and a string beyond, which
   * JavaScript's numbers can't hold.
   */
  readonly i64?: 'string' | 'number';
  /** Default: base64. What is no UTF-8 is written as U+FFFD by `text`. */
  readonly binary?: BinaryEncoding;
  /** Type of the value. With it, enums are written by name, and maps as `[key, value]` unless their keys are text. */
  readonly type?: TypeSchema | undefined;
}

/** A value of JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [member: string]: JsonValue | undefined };

type Encoding = Omit<ThriftJsonOptions, 'type'>;

/**
 * A Thrift value for `JSON.stringify`: i64 is a string, a set an array, binary is base64, NaN and infinite doubles are
 * strings. A map is an object where its keys are text, numbers or booleans, and otherwise an array of `[key, value]`.
 */
export function toJson(value: unknown, options: ThriftJsonOptions = {}): JsonValue | undefined {
  return encode(value, options.type, options);
}

function encode(value: unknown, type: TypeSchema | undefined, encoding: Encoding): JsonValue | undefined {
  switch (typeof value) {
    case 'bigint':
      return encoding.i64 === 'number' && isSafe(value) ? Number(value) : String(value);
    case 'number':
      if (type?.kind === 'enum') return enumName(type.enum, value) ?? value;
      return Number.isFinite(value) ? value : String(value);
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : encodeObject(value, type, encoding);
    default:
      return undefined;
  }
}

function encodeObject(value: object, type: TypeSchema | undefined, encoding: Encoding): JsonValue {
  const inner = (part: unknown, of: TypeSchema | undefined): JsonValue => encode(part, of, encoding) ?? null;
  if (value instanceof Uint8Array) return binaryText(value, encoding.binary);
  if (Array.isArray(value) || value instanceof Set) {
    const element = type?.kind === 'list' || type?.kind === 'set' ? type.element : undefined;
    return [...(value as Iterable<unknown>)].map((part) => inner(part, element));
  }
  const map = type?.kind === 'map' ? type : undefined;
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<unknown, unknown>)];
    return isObject(map, entries)
      ? objectOf(entries.map(([key, entry]) => [String(key), inner(entry, map?.value)]))
      : entries.map(([key, entry]) => [inner(key, map?.key), inner(entry, map?.value)]);
  }
  const fields = type?.kind === 'struct' ? type.struct.fields : [];
  return objectOf(
    Object.entries(value).map(([name, member]) => {
      const memberType = map?.value ?? fields.find((field) => field.name === name)?.type;
      return [name, encode(member, memberType, encoding)];
    }),
  );
}

/** Like `JSON.stringify`, which writes -0 as 0, but with `-0`; `indent` spaces at each level. */
export function jsonText(value: JsonValue | object, indent = 0): string {
  // A text that no value has, to be found again.
  const mark = crypto.randomUUID();
  const text = JSON.stringify(value, (_, part: unknown) => (Object.is(part, -0) ? mark : part), indent);
  return text.replaceAll(`"${mark}"`, '-0');
}

/** The name of an enum's number; undefined for one that the IDL lacks. */
export function enumName({ values }: EnumSchema, number: number): string | undefined {
  for (const [name, value] of values) if (value === number) return name;
  return undefined;
}

/** Whether a map is an object in JSON. */
function isObject(
  type: Extract<TypeSchema, { kind: 'map' }> | undefined,
  entries: readonly (readonly [unknown, unknown])[],
): boolean {
  return type === undefined ? entries.every(([key]) => typeof key !== 'object') : isText(type.key);
}

/** Whether values of a type are text in Thrift too, so that they can be the names of an object's members. */
export function isText(type: TypeSchema): type is { readonly kind: 'string' | 'uuid' } {
  return type.kind === 'string' || type.kind === 'uuid';
}

function binaryText(bytes: Uint8Array, encoding: BinaryEncoding = 'base64'): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding === 'text' ? 'utf8' : encoding);
}

/** Members as own properties, also one called `__proto__`. */
function objectOf(entries: readonly (readonly [string, JsonValue | undefined])[]): JsonValue {
  return Object.fromEntries(entries);
}

function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
}
