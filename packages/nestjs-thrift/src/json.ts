/** How values that JSON lacks are written. */
export interface ThriftJsonOptions {
  /**
   * i64 as a string, always (default, as JSON of Protobuf has it); or `number` up to 2^53 and a string beyond, which
   * JavaScript's numbers can't hold.
   */
  readonly i64?: 'string' | 'number';
}

/** A value of JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [member: string]: JsonValue | undefined };

/**
 * A Thrift value for `JSON.stringify`: i64 is a string, a set an array, binary is base64, NaN and infinite doubles are
 * strings. A map is an object where its keys are text, numbers or booleans, and otherwise an array of `[key, value]`.
 */
export function toJson(value: unknown, options: ThriftJsonOptions = {}): JsonValue | undefined {
  switch (typeof value) {
    case 'bigint':
      return options.i64 === 'number' && isSafe(value) ? Number(value) : String(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : fromObject(value, options);
    default:
      return undefined;
  }
}

function fromObject(value: object, options: ThriftJsonOptions): JsonValue {
  const inner = (element: unknown): JsonValue => toJson(element, options) ?? null;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Set) return [...(value as ReadonlySet<unknown>)].map(inner);
  if (!(value instanceof Map))
    return objectOf(Object.entries(value).map(([name, member]) => [name, toJson(member, options)]));
  const entries = [...(value as ReadonlyMap<unknown, unknown>)];
  if (entries.some(([key]) => typeof key === 'object'))
    return entries.map(([key, entry]) => [inner(key), inner(entry)]);
  return objectOf(entries.map(([key, entry]) => [String(key), inner(entry)]));
}

/** Members as own properties, also one called `__proto__`. */
function objectOf(entries: readonly (readonly [string, JsonValue | undefined])[]): JsonValue {
  return Object.fromEntries(entries);
}

function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
}
