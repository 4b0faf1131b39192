import { WrongValue } from './codec/wrong-value.js';
import { typeText } from './idl-text.js';
import { isText, type BinaryEncoding } from './json.js';
import { LIMIT_RULES } from './limits.js';
import { isUuid } from './protocol/uuid.js';
import type { EnumSchema, FieldSchema, StructSchema, ThriftValue, TypeSchema } from './schema.js';

/** How values that JSON lacks are read. */
export interface FromJsonOptions {
  /** Default: base64. */
  readonly binary?: BinaryEncoding;
}

/** Stops a recursive type before the stack does; the limits of a client or server are lower. */
const MAX_DEPTH = LIMIT_RULES.maxDepth.max;
/** Maximum length of a value in an error message. */
const SHOWN_CHARACTERS = 60;

type MapType = Extract<TypeSchema, { kind: 'map' }>;
type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The Thrift value of a JSON value, as `toJson` writes it with a type. An i64 may be a number up to 2^53 or a string, an
 * enum a name or a number, and a map with text as keys an object or an array of `[key, value]`. null is an unset field.
 *
 * @throws ThriftProtocolError `bad-value` with the path of the value that does not fit: `tasks[3].id: expected i64, got …`.
 */
export function fromJson(json: unknown, type: TypeSchema, options: FromJsonOptions = {}): ThriftValue {
  try {
    return decode(json, type, options.binary ?? 'base64', 0);
  } catch (error) {
    throw WrongValue.toThriftError(error);
  }
}

function decode(json: unknown, type: TypeSchema, binary: BinaryEncoding, depth: number): ThriftValue {
  if (depth > MAX_DEPTH) throw new WrongValue(`at most ${String(MAX_DEPTH)} levels of nesting`, 'more', true);
  const inner = (part: unknown, of: TypeSchema, step: string): ThriftValue =>
    within(step, () => decode(part, of, binary, depth + 1));
  switch (type.kind) {
    case 'struct':
      return decodeStruct(json, type.struct, inner);
    case 'list':
    case 'set': {
      if (!Array.isArray(json)) throw wrong(`${typeText(type)} as an array`, json);
      const values = json.map((part, i) => inner(part, type.element, `[${String(i)}]`));
      return type.kind === 'list' ? values : new Set(values);
    }
    case 'map':
      return decodeMap(json, type, inner);
    case 'enum':
      return decodeEnum(json, type.enum);
    case 'binary':
      return decodeBinary(json, binary);
    default:
      return SCALARS[type.kind](json);
  }
}

/** Decodes a part of a value; `step` leads to it. */
type DecodePart = (part: unknown, type: TypeSchema, step: string) => ThriftValue;

function decodeStruct(json: unknown, struct: StructSchema, inner: DecodePart): ThriftValue {
  if (!isObject(json)) throw wrong(`${struct.kind} ${struct.name} as an object`, json);
  const unknown = Object.keys(json).find((name) => struct.fields.every((field) => field.name !== name));
  if (unknown !== undefined) {
    const names = struct.fields.map(({ name }) => name).join(', ');
    throw new WrongValue(
      `only fields of ${struct.name} (${names === '' ? 'it has none' : names})`,
      quote(unknown),
      true,
    );
  }
  const members: [string, ThriftValue][] = [];
  for (const field of struct.fields) {
    const member = Object.hasOwn(json, field.name) ? json[field.name] : undefined;
    if (member !== undefined && member !== null)
      members.push([field.name, inner(member, field.type, `.${field.name}`)]);
    else if (isRequired(field, struct)) within(`.${field.name}`, () => missing(field));
  }
  if (struct.kind === 'union' && members.length !== 1) {
    throw new WrongValue(`exactly one member of union ${struct.name}`, `${String(members.length)} members`, true);
  }
  return Object.fromEntries(members);
}

function isRequired({ requiredness, defaultValue }: FieldSchema, { kind }: StructSchema): boolean {
  return kind !== 'union' && requiredness === 'required' && defaultValue === undefined;
}

function missing({ type }: FieldSchema): never {
  throw new WrongValue(`${typeText(type)}, since the field is required`, 'nothing', true);
}

function decodeMap(json: unknown, type: MapType, inner: DecodePart): ThriftValue {
  if (isText(type.key) && isObject(json)) {
    return new Map(
      Object.entries(json).map(([key, value]) => {
        const step = `[${quote(key)}]`;
        return [inner(key, type.key, step), inner(value, type.value, step)];
      }),
    );
  }
  const form = `${typeText(type)} as ${isText(type.key) ? 'an object, or as ' : ''}[[key, value], ...]`;
  if (!Array.isArray(json)) throw wrong(form, json);
  const map = new Map<ThriftValue, ThriftValue>();
  json.forEach((pair: unknown, i) => {
    const step = `[${String(i)}]`;
    if (!Array.isArray(pair) || pair.length !== 2) within(step, () => fail('[key, value]', pair));
    const [keyJson, valueJson] = pair as readonly [unknown, unknown];
    const key = inner(keyJson, type.key, `${step}[0]`);
    if (map.has(key)) within(`${step}[0]`, () => fail('a key that the map does not have yet', keyJson));
    map.set(key, inner(valueJson, type.value, `${step}[1]`));
  });
  return map;
}

function decodeEnum(json: unknown, { name, values }: EnumSchema): number {
  if (typeof json === 'number' && Number.isInteger(json) && json === (json | 0)) return json;
  const number = typeof json === 'string' ? values.get(json) : undefined;
  return number ?? fail(`a name of enum ${name} (${[...values.keys()].join(', ')}) or a number`, json);
}

function decodeBinary(json: unknown, encoding: BinaryEncoding): Buffer {
  if (typeof json !== 'string' || !BINARY_FORMS[encoding](json)) return fail(`binary as ${encoding}`, json);
  return Buffer.from(json, encoding === 'text' ? 'utf8' : encoding);
}

const BINARY_FORMS: Readonly<Record<BinaryEncoding, (text: string) => boolean>> = {
  // Node's decoder skips what is no base64, and takes both alphabets.
  base64: (text) => /^[\w+/-]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1,
  hex: (text) => /^(?:[\da-f]{2})*$/i.test(text),
  text: (text) => text.isWellFormed(),
};

const UNSAFE = 'an i64 beyond 2^53 as a string, since numbers of JSON lose its last digits';

function integer(name: string, least: number, most: number): (json: unknown) => number {
  return (json) => {
    if (typeof json === 'number' && Number.isInteger(json) && json >= least && json <= most) return json;
    return fail(`${name} as a number (${String(least)} to ${String(most)})`, json);
  };
}

const SCALARS: Readonly<
  Record<
    Exclude<TypeSchema['kind'], 'struct' | 'list' | 'set' | 'map' | 'enum' | 'binary'>,
    (json: unknown) => ThriftValue
  >
> = {
  bool: (json) => (typeof json === 'boolean' ? json : fail('true or false', json)),
  i8: integer('i8', -0x80, 0x7f),
  i16: integer('i16', -0x8000, 0x7fff),
  i32: integer('i32', -0x8000_0000, 0x7fff_ffff),
  i64: (json) => {
    if (typeof json === 'number' && Number.isInteger(json)) {
      return Number.isSafeInteger(json) ? BigInt(json) : fail(UNSAFE, json);
    }
    const value = typeof json === 'string' && /^-?\d{1,20}$/.test(json) ? BigInt(json) : undefined;
    if (value === undefined) return fail('i64 as a whole number or a string of digits', json);
    return BigInt.asIntN(64, value) === value ? value : fail('i64 (-2^63 to 2^63 - 1)', json);
  },
  double: (json) => {
    if (typeof json === 'number') return json;
    return json === 'NaN' || json === 'Infinity' || json === '-Infinity'
      ? Number(json)
      : fail('a number, "NaN", "Infinity" or "-Infinity"', json);
  },
  string: (json) => {
    if (typeof json !== 'string') return fail('a string', json);
    return json.isWellFormed() ? json : fail('well-formed Unicode', 'half a surrogate pair');
  },
  uuid: (json) => (typeof json === 'string' && isUuid(json) ? json.toLowerCase() : fail('a UUID', json)),
};

function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function within<T>(step: string, part: () => T): T {
  try {
    return part();
  } catch (error) {
    throw WrongValue.within(error, step);
  }
}

function fail(expected: string, json: unknown): never {
  throw wrong(expected, json);
}

function wrong(expected: string, json: unknown): WrongValue {
  return new WrongValue(expected, describe(json), true);
}

function describe(json: unknown): string {
  if (Array.isArray(json)) return 'an array';
  if (isObject(json)) return 'an object';
  return typeof json === 'string' ? quote(json) : String(json);
}

function quote(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return JSON.stringify(cut.toWellFormed());
}
