import type { Annotations, BaseTypeName } from '../schema.js';
import type { TypeNode, ValueNode } from './ast.js';
import type { Cursor } from './cursor.js';
import { failAt } from './diagnostics.js';

/** Maximum nesting of types and constant values in the text: deeper than any message may be, and safe for the stack. */
export const MAX_NESTING = 64;

const BASE_TYPES: ReadonlyMap<string, BaseTypeName> = new Map([
  ...(['bool', 'i8', 'i16', 'i32', 'i64', 'double', 'string', 'binary', 'uuid'] as const).map(
    (name) => [name, name] as const,
  ),
  ['byte', 'i8'],
]);

/** "FieldType". The annotations and C++ types that Apache's compiler allows there are skipped. */
export function parseType(cursor: Cursor, depth = 0): TypeNode {
  const { kind, text, offset } = cursor.peek();
  if (depth > MAX_NESTING) failAt(cursor.source, offset, `at most ${String(MAX_NESTING)} nested types`, 'more');
  if (kind === 'identifier') {
    cursor.take();
    return { kind: 'named', name: text, offset };
  }
  const base = kind === 'keyword' ? BASE_TYPES.get(text) : undefined;
  if (base !== undefined) cursor.take();
  const type: TypeNode = base === undefined ? parseContainer(cursor, depth) : { kind: 'base', base, offset };
  parseAnnotations(cursor);
  return type;
}

/** "ContainerType". */
function parseContainer(cursor: Cursor, depth: number): TypeNode {
  const { text, offset } = cursor.peek();
  if (cursor.accept('map')) {
    skipCppType(cursor);
    cursor.expect('<');
    const key = parseType(cursor, depth + 1);
    cursor.expect(',');
    const value = parseType(cursor, depth + 1);
    cursor.expect('>');
    return { kind: 'map', key, value, offset };
  }
  if (!cursor.accept('list') && !cursor.accept('set')) cursor.fail('a type');
  skipCppType(cursor);
  cursor.expect('<');
  const element = parseType(cursor, depth + 1);
  cursor.expect('>');
  if (text === 'list') skipCppType(cursor);
  return { kind: text === 'list' ? 'list' : 'set', element, offset };
}

/** "CppType?": has no meaning outside C++. */
function skipCppType(cursor: Cursor): void {
  if (cursor.accept('cpp_type')) cursor.literal('the C++ type in quotes');
}

/** "TypeAnnotations" of Apache's grammar: `(name = "value", flag)`; of repeated names the last one counts. */
export function parseAnnotations(cursor: Cursor): Annotations {
  const annotations: [string, string][] = [];
  if (!cursor.accept('(')) return {};
  while (!cursor.accept(')')) {
    const name = cursor.name("the name of an annotation or ')'", 'dots');
    const value = cursor.accept('=') ? cursor.literal('the value of the annotation in quotes').text : '1';
    annotations.push([name.text, value]);
    cursor.separator();
  }
  return Object.fromEntries(annotations);
}

/** "ConstValue". */
export function parseValue(cursor: Cursor, depth = 0): ValueNode {
  const token = cursor.peek();
  const { offset } = token;
  if (depth > MAX_NESTING) failAt(cursor.source, offset, `at most ${String(MAX_NESTING)} nested values`, 'more');
  if (cursor.accept('[')) return { kind: 'list', items: parseItems(cursor, depth), offset };
  if (cursor.accept('{')) return { kind: 'map', entries: parseEntries(cursor, depth), offset };
  if (token.kind === 'keyword' || token.kind === 'symbol' || token.kind === 'end') cursor.fail('a value');
  cursor.take();
  switch (token.kind) {
    case 'identifier':
      return { kind: 'name', name: token.text, offset };
    case 'int':
      return { kind: 'int', value: token.value, offset };
    case 'double':
      return { kind: 'double', value: token.value, offset };
    case 'bool':
      return { kind: 'bool', value: token.value, offset };
    case 'literal':
      return { kind: 'literal', value: token.value, offset };
  }
}

/** "ConstList" after its opening bracket. */
function parseItems(cursor: Cursor, depth: number): ValueNode[] {
  const items: ValueNode[] = [];
  while (!cursor.accept(']')) {
    items.push(parseValue(cursor, depth + 1));
    cursor.separator();
  }
  return items;
}

/** "ConstMap" after its opening brace. */
function parseEntries(cursor: Cursor, depth: number): [ValueNode, ValueNode][] {
  const entries: [ValueNode, ValueNode][] = [];
  while (!cursor.accept('}')) {
    const key = parseValue(cursor, depth + 1);
    cursor.expect(':');
    entries.push([key, parseValue(cursor, depth + 1)]);
    cursor.separator();
  }
  return entries;
}
