import type { Requiredness } from '../schema.js';
import type { FieldNode, NameNode } from './ast.js';
import type { Cursor } from './cursor.js';
import { failAt, quoted } from './diagnostics.js';
import { MAX_NESTING, parseAnnotations, parseType, parseValue } from './types-parser.js';

/** Maximum field id: it travels as an i16. */
const MAX_FIELD_ID = 32_767;

/** Keywords that cannot name a field: they may follow a field name. */
const NEVER_NAMES = new Set(['cpp_type', 'xsd_all', 'xsd_optional', 'xsd_nillable', 'xsd_attrs']);

/** "Field*" up to and including the closing bracket. Ids and names must be unique. */
export function parseFields(cursor: Cursor, close: ')' | '}', depth = 0): FieldNode[] {
  const fields: FieldNode[] = [];
  const names = new Set<string>();
  const ids = new Map<number, string>();
  let nextId = -1;
  while (!cursor.accept(close)) {
    const { kind, offset } = cursor.peek();
    if (kind === 'end' || kind === 'symbol') cursor.fail(`a field or '${close}'`);
    const field = parseField(cursor, nextId, depth);
    if (field.id < 0) nextId -= 1;
    const holder = ids.get(field.id);
    if (holder !== undefined) {
      failAt(cursor.source, offset, 'a new field id', `${String(field.id)}, which is the id of ${quoted(holder)}`);
    }
    if (names.has(field.name.text)) {
      failAt(cursor.source, field.name.offset, 'a new field name', `${quoted(field.name.text)} again`);
    }
    ids.set(field.id, field.name.text);
    names.add(field.name.text);
    fields.push(field);
  }
  return fields;
}

/** "Field". */
function parseField(cursor: Cursor, nextId: number, depth: number): FieldNode {
  const doc = cursor.doc();
  const id = parseFieldId(cursor, nextId);
  const requiredness = parseRequiredness(cursor);
  const type = parseType(cursor);
  cursor.accept('&');
  const name = parseFieldName(cursor);
  const defaultValue = cursor.accept('=') ? parseValue(cursor) : undefined;
  skipXsdOptions(cursor, depth);
  const annotations = parseAnnotations(cursor);
  cursor.separator();
  return { id, name, requiredness, type, defaultValue, doc, annotations };
}

/**
 * "FieldID?". A field without an id gets -1, -2, … as from Apache's compiler. That compiler replaces a written id
 * below 1 by the same numbers, or keeps it, by an option; so it is taken only where both give the same.
 */
function parseFieldId(cursor: Cursor, nextId: number): number {
  const token = cursor.peek();
  const id = token.kind === 'int' ? Number(token.value) : nextId;
  if (id < -MAX_FIELD_ID - 1) cursor.fail('fewer fields without an id');
  if (token.kind !== 'int') return nextId;
  if (id > MAX_FIELD_ID || (id < 1 && id !== nextId)) cursor.fail(`a field id from 1 to ${String(MAX_FIELD_ID)}`);
  cursor.take();
  cursor.expect(':');
  return id;
}

/** "FieldReq?". */
function parseRequiredness(cursor: Cursor): Requiredness {
  if (cursor.accept('required')) return 'required';
  return cursor.accept('optional') ? 'optional' : 'default';
}

/** A field's name may be a keyword, as in Apache's grammar ("FieldName"). */
function parseFieldName(cursor: Cursor): NameNode {
  const { kind, text, offset } = cursor.peek();
  if (kind !== 'keyword' || NEVER_NAMES.has(text)) return cursor.name('the name of the field');
  cursor.take();
  return { text, offset };
}

/** "XsdFieldOptions": parsed and ignored, as every compiler does. */
function skipXsdOptions(cursor: Cursor, depth: number): void {
  cursor.accept('xsd_optional');
  cursor.accept('xsd_nillable');
  if (!cursor.accept('xsd_attrs')) return;
  if (depth === MAX_NESTING) cursor.fail(`at most ${String(MAX_NESTING)} nested attributes`);
  cursor.expect('{');
  parseFields(cursor, '}', depth + 1);
}
