import type { MethodSchema, StructSchema, TypeSchema } from '../schema.js';

/**
 * Members of a handler's result that the IDL lacks, as `Task.nmae`, each once. The encoder leaves them out, and most are
 * misspelt. Only plain objects are checked: an instance of a class may have members that are nobody else's business.
 */
export function unknownMembers({ returns }: MethodSchema, result: unknown): readonly string[] {
  const found = new Set<string>();
  if (returns !== undefined) collect(returns, result, found);
  return [...found];
}

function collect(type: TypeSchema, value: unknown, found: Set<string>): void {
  if (type.kind === 'struct') collectFromStruct(type.struct, value, found);
  else if (type.kind === 'map') {
    for (const [key, entry] of entriesOf(value)) {
      collect(type.key, key, found);
      collect(type.value, entry, found);
    }
  } else if ((type.kind === 'list' || type.kind === 'set') && (Array.isArray(value) || value instanceof Set)) {
    for (const element of value) collect(type.element, element, found);
  }
}

function collectFromStruct({ name, fields }: StructSchema, value: unknown, found: Set<string>): void {
  if (!isPlainObject(value)) return;
  const types = new Map(fields.map((field) => [field.name, field.type]));
  for (const [member, inner] of Object.entries(value)) {
    const type = types.get(member);
    if (type !== undefined) collect(type, inner, found);
    else if (inner !== undefined) found.add(`${name}.${member}`);
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
