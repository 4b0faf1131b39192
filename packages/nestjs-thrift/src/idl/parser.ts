import { MAX_METHOD_NAME_BYTES } from '../limits.js';
import type {
  DefinitionNode,
  DocumentNode,
  EnumNode,
  FieldNode,
  FunctionNode,
  NameNode,
  ServiceNode,
  StructNode,
} from './ast.js';
import { Cursor } from './cursor.js';
import { failAt, quoted, type Source } from './diagnostics.js';
import { parseFields } from './fields-parser.js';
import { parseAnnotations, parseType, parseValue } from './types-parser.js';

const I32_MIN = -2_147_483_648;
const I32_MAX = 2_147_483_647;

/** Replacements for words that older compilers accepted. */
const REPLACED: ReadonlyMap<string, string> = new Map([
  ['cpp_namespace', "'namespace cpp'"],
  ['java_package', "'namespace java'"],
  ['csharp_namespace', "'namespace csharp'"],
  ['delphi_namespace', "'namespace delphi'"],
  ['php_namespace', "'namespace php'"],
  ['py_module', "'namespace py'"],
  ['perl_package', "'namespace perl'"],
  ['ruby_namespace', "'namespace rb'"],
  ['smalltalk_category', "'namespace st'"],
  ['smalltalk_prefix', "'namespace st'"],
  ['xsd_namespace', "'namespace xsd'"],
  ['senum', "'enum', or string values"],
]);

/** "Document": headers, then definitions. Throws `ThriftIdlError` at the first syntax error. */
export function parseDocument(source: Source): DocumentNode {
  const cursor = new Cursor(source);
  const includes: NameNode[] = [];
  const namespaces = new Map<string, string>();
  for (;;) {
    if (cursor.accept('include')) includes.push(cursor.literal('the path of the file in quotes'));
    else if (cursor.accept('cpp_include')) cursor.literal('the path of the C++ header in quotes');
    else if (cursor.accept('namespace')) parseNamespace(cursor, namespaces);
    else break;
  }
  const definitions: DefinitionNode[] = [];
  while (cursor.peek().kind !== 'end') definitions.push(parseDefinition(cursor));
  return { includes, namespaces, definitions };
}

/** "Namespace". */
function parseNamespace(cursor: Cursor, namespaces: Map<string, string>): void {
  const scope = cursor.accept('*') ? '*' : cursor.name("a language or '*'", 'dots').text;
  namespaces.set(scope, cursor.name('the namespace', 'dots').text);
  parseAnnotations(cursor);
}

/** "Definition". */
function parseDefinition(cursor: Cursor): DefinitionNode {
  const doc = cursor.doc();
  if (cursor.accept('const')) return parseConst(cursor, doc);
  if (cursor.accept('typedef')) {
    const type = parseType(cursor);
    const name = cursor.name('the name of the typedef');
    parseAnnotations(cursor);
    cursor.separator();
    return { kind: 'typedef', name, type, doc };
  }
  if (cursor.accept('enum')) return parseEnum(cursor, doc);
  for (const kind of ['struct', 'union', 'exception'] as const) {
    if (cursor.accept(kind)) return parseStruct(cursor, kind, doc);
  }
  if (cursor.accept('service')) return parseService(cursor, doc);
  if (['include', 'cpp_include', 'namespace'].some((word) => cursor.at(word)))
    cursor.fail('headers before definitions');
  return cursor.fail(REPLACED.get(cursor.peek().text) ?? 'a header or a definition');
}

/** "Const". */
function parseConst(cursor: Cursor, doc: string | undefined): DefinitionNode {
  const type = parseType(cursor);
  const name = cursor.name('the name of the constant');
  cursor.expect('=');
  const value = parseValue(cursor);
  cursor.separator();
  return { kind: 'const', name, type, value, doc };
}

/** "Enum": a value without a number is one more than the value before it, the first one 0. */
function parseEnum(cursor: Cursor, doc: string | undefined): EnumNode {
  const name = cursor.name('the name of the enum');
  const values = new Map<string, number>();
  const valueDocs = new Map<string, string>();
  let next = 0;
  cursor.expect('{');
  while (!cursor.accept('}')) {
    const valueDoc = cursor.doc();
    const valueName = cursor.name("the name of a value or '}'");
    if (values.has(valueName.text)) {
      failAt(cursor.source, valueName.offset, 'a new name for the value', `${quoted(valueName.text)} again`);
    }
    if (cursor.accept('=')) next = parseEnumNumber(cursor);
    else if (next > I32_MAX) failAt(cursor.source, valueName.offset, 'a value in the range of an i32', String(next));
    values.set(valueName.text, next);
    if (valueDoc !== undefined) valueDocs.set(valueName.text, valueDoc);
    parseAnnotations(cursor);
    cursor.separator();
    next += 1;
  }
  return { kind: 'enum', name, values, valueDocs, doc, annotations: parseAnnotations(cursor) };
}

function parseEnumNumber(cursor: Cursor): number {
  const token = cursor.peek();
  if (token.kind !== 'int' || token.value < I32_MIN || token.value > I32_MAX) {
    return cursor.fail('an integer in the range of an i32');
  }
  cursor.take();
  return Number(token.value);
}

/** "Struct", "Union", "Exception". */
function parseStruct(cursor: Cursor, kind: StructNode['kind'], doc: string | undefined): StructNode {
  const name = cursor.name(`the name of the ${kind}`);
  if (kind !== 'exception') cursor.accept('xsd_all');
  cursor.expect('{');
  const fields = parseFields(cursor, '}');
  return { kind, name, fields, doc, annotations: parseAnnotations(cursor) };
}

/** "Service". */
function parseService(cursor: Cursor, doc: string | undefined): ServiceNode {
  const name = cursor.name('the name of the service');
  const parent = cursor.accept('extends') ? cursor.name('the name of a service', 'dots') : undefined;
  const functions: FunctionNode[] = [];
  cursor.expect('{');
  while (!cursor.accept('}')) {
    const { kind } = cursor.peek();
    if (kind === 'end' || kind === 'symbol') cursor.fail("a method or '}'");
    functions.push(parseFunction(cursor));
  }
  return { kind: 'service', name, extends: parent, functions, doc, annotations: parseAnnotations(cursor) };
}

/** "Function"; `async` is the old word for `oneway`. */
function parseFunction(cursor: Cursor): FunctionNode {
  const doc = cursor.doc();
  const oneway = cursor.accept('oneway') || cursor.accept('async');
  const returns = cursor.accept('void') ? undefined : parseType(cursor);
  const name = cursor.name('the name of the method');
  if (name.text.length > MAX_METHOD_NAME_BYTES) {
    const found = `${String(name.text.length)} bytes`;
    failAt(cursor.source, name.offset, `a method name of at most ${String(MAX_METHOD_NAME_BYTES)} bytes`, found);
  }
  cursor.expect('(');
  const args = parseFields(cursor, ')');
  const throws = parseThrows(cursor);
  const annotations = parseAnnotations(cursor);
  cursor.separator();
  return { name, oneway, returns, args, throws, doc, annotations };
}

/** "Throws?". */
function parseThrows(cursor: Cursor): FieldNode[] {
  if (!cursor.accept('throws')) return [];
  cursor.expect('(');
  return parseFields(cursor, ')');
}
