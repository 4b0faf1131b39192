import type { MethodSchema, StructSchema, TypeSchema } from '../schema.js';

/**
 * Members of a handler's result that are not in the IDL, as `Task.nmae`, each once. The encoder leaves them out, and
 * most are misspelt. Only plain objects are checked, since class instances may have other members, and only the first
 * thousand, so that neither a long list nor a cycle delays the reply.
 */
export function unknownMembers({ returns }: MethodSchema, result: unknown): readonly string[] {
  const search: Search = { found: new Set(), structsLeft: MAX_STRUCTS };
  if (returns !== undefined) collect(returns, result, search);
  return [...search.found];
}

const MAX_STRUCTS = 1_000;

interface Search {
  readonly found: Set<string>;
  structsLeft: number;
}

function collect(type: TypeSchema, value: unknown, search: Search): void {
  if (search.structsLeft === 0) return;
  if (type.kind === 'struct') collectFromStruct(type.struct, value, search);
  else if (type.kind === 'map') {
    for (const [key, entry] of entriesOf(value)) {
      collect(type.key, key, search);
      collect(type.value, entry, search);
    }
  } else if ((type.kind === 'list' || type.kind === 'set') && (Array.isArray(value) || value instanceof Set)) {
    for (const element of value) collect(type.element, element, search);
  }
}

function collectFromStruct({ name, fields }: StructSchema, value: unknown, search: Search): void {
  if (!isPlainObject(value)) return;
  search.structsLeft--;
  const types = new Map(fields.map((field) => [field.name, field.type]));
  for (const [member, inner] of Object.entries(value)) {
    const type = types.get(member);
    if (type !== undefined) collect(type, inner, search);
    else if (inner !== undefined) search.found.add(`${name}.${member}`);
  }
}

function entriesOf(value: unknown): Iterable<[unknown, unknown]> {
  if (value instanceof Map) return value as Map<unknown, unknown>;
  return isPlainObject(value) ? Object.entries(value) : [];
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
