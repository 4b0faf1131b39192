import { isUuid } from '../protocol/uuid.js';
import type { EnumSchema, ThriftValue, TypeSchema } from '../schema.js';
import type { ValueNode } from './ast.js';
import { quoted } from './diagnostics.js';

/** A one-token value of the text, or a constant with such a value. */
type Scalar =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'literal'; readonly value: string };

const BITS = { i8: 8n, i16: 16n, i32: 32n, i64: 64n } as const;

/** Converts a scalar to the JavaScript type that the codec reads; undefined if it does not fit. */
export function scalarAs(scalar: Scalar, type: TypeSchema): ThriftValue | undefined {
  switch (type.kind) {
    case 'bool':
      return boolOf(scalar);
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
      return integerOf(scalar, type.kind);
    case 'enum':
      return enumOf(scalar, type.enum);
    case 'double':
      return scalar.kind === 'int' || scalar.kind === 'double' ? Number(scalar.value) : undefined;
    case 'string':
      return scalar.kind === 'literal' ? scalar.value : undefined;
    case 'binary':
      return scalar.kind === 'literal' ? Buffer.from(scalar.value, 'utf8') : undefined;
    case 'uuid':
      return scalar.kind === 'literal' ? uuidOf(scalar.value) : undefined;
    default:
      return undefined;
  }
}

/** 0 and 1 are bools too, as in Apache's compiler, where all bools are integers. */
function boolOf(scalar: Scalar): boolean | undefined {
  if (scalar.kind === 'bool') return scalar.value;
  return scalar.kind === 'int' && (scalar.value === 0n || scalar.value === 1n) ? scalar.value === 1n : undefined;
}

function integerOf(scalar: Scalar, kind: keyof typeof BITS): number | bigint | undefined {
  if (scalar.kind !== 'int' || BigInt.asIntN(Number(BITS[kind]), scalar.value) !== scalar.value) return undefined;
  return kind === 'i64' ? scalar.value : Number(scalar.value);
}

const enumNumbers = new WeakMap<EnumSchema, Set<bigint>>();

/** The number must belong to a value. The set is cached, since a constant may have as many elements as the enum. */
function enumOf(scalar: Scalar, schema: EnumSchema): number | undefined {
  if (scalar.kind !== 'int') return undefined;
  let numbers = enumNumbers.get(schema);
  if (numbers === undefined) {
    numbers = new Set([...schema.values.values()].map(BigInt));
    enumNumbers.set(schema, numbers);
  }
  return numbers.has(scalar.value) ? Number(scalar.value) : undefined;
}

/** Braces around a UUID are allowed, as in Apache's compiler. */
function uuidOf(literal: string): string | undefined {
  const uuid = literal.startsWith('{') && literal.endsWith('}') ? literal.slice(1, -1) : literal;
  return isUuid(uuid) ? uuid.toLowerCase() : undefined;
}

/** The value of a constant as a scalar, undefined where it is none. */
export function scalarFrom(type: TypeSchema, value: ThriftValue): Scalar | undefined {
  switch (typeof value) {
    case 'bigint':
      return { kind: 'int', value };
    case 'number':
      return type.kind === 'double' ? { kind: 'double', value } : { kind: 'int', value: BigInt(value) };
    case 'boolean':
      return { kind: 'bool', value };
    case 'string':
      return { kind: 'literal', value };
    default:
      return undefined;
  }
}

/** Describes the values of a type, for errors. */
export function describeType(type: TypeSchema): string {
  switch (type.kind) {
    case 'bool':
      return 'true, false, 0 or 1';
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
      return `an integer from -${String(2n ** (BITS[type.kind] - 1n))} to ${String(2n ** (BITS[type.kind] - 1n) - 1n)}`;
    case 'double':
      return 'a number';
    case 'string':
    case 'binary':
      return 'a literal in quotes';
    case 'uuid':
      return "a UUID in quotes, like '00112233-4455-6677-8899-aabbccddeeff'";
    case 'enum':
      return `a value of the enum ${quoted(type.enum.name)}`;
    case 'struct':
      return `a map of the members of the ${type.struct.kind} ${quoted(type.struct.name)}`;
    default:
      return `a ${type.kind}`;
  }
}

/** Describes a value of the text, for errors. */
export function describeValue(node: ValueNode): string {
  if (node.kind === 'list' || node.kind === 'map') return `a ${node.kind}`;
  if (node.kind === 'name') return quoted(node.name);
  return node.kind === 'literal' ? `the literal ${quoted(node.value)}` : String(node.value);
}
