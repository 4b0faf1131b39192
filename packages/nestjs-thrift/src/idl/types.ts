import type { FieldSchema, Requiredness, StructSchema, TypeSchema } from '../schema.js';
import type { FieldNode, StructNode, TypedefNode, TypeNode } from './ast.js';
import { quoted } from './diagnostics.js';
import type { Draft, Scope } from './scope.js';
import { MAX_NESTING } from './types-parser.js';

/** Maximum length of a chain of definitions that refer to the one after them: safe for the stack. */
export const MAX_REFERENCES = 500;

/**
 * Creates the enums and the still empty structs of a file, so that its types can refer to them.
 * @param prefix of their names in the schema: empty for the file that includes all others.
 */
export function declareTypes(scope: Scope, prefix: string): void {
  for (const node of scope.definitions.values()) {
    if (node.kind === 'enum') {
      const { values, valueDocs, doc, annotations } = node;
      const { text } = node.name;
      scope.enums.set(text, { name: text, qualifiedName: prefix + text, values, valueDocs, doc, annotations });
    } else if (node.kind !== 'typedef' && node.kind !== 'service') {
      const { kind, doc, annotations } = node;
      const { text } = node.name;
      scope.structs.set(text, { name: text, qualifiedName: prefix + text, kind, fields: [], doc, annotations });
    }
  }
}

/** Resolves the typedefs of a file and fills its structs. Throws `ThriftIdlError`. */
export function resolveTypes(scope: Scope): void {
  for (const node of scope.definitions.values()) {
    if (node.kind === 'typedef') typedef(scope, node);
    else if (node.kind !== 'enum' && node.kind !== 'service') fillStruct(scope, node);
  }
}

function fillStruct(scope: Scope, node: StructNode): void {
  const struct = scope.structs.get(node.name.text);
  if (struct === undefined) return;
  if (node.kind === 'union') {
    const second = node.fields.filter((field) => field.defaultValue !== undefined)[1];
    if (second !== undefined) {
      scope.fail(second.name.offset, 'at most one member with a default in a union', quoted(second.name.text));
    }
  }
  // The members of a union are optional ("Union"). Their defaults are dropped: a union that was read holds only what
  // the peer sent.
  struct.fields = node.fields.map((field) =>
    node.kind === 'union' ? fieldOf(scope, field, 'optional', false) : fieldOf(scope, field),
  );
}

/** The schema of a field; its default is evaluated later, and dropped unless it is to be kept. */
export function fieldOf(
  scope: Scope,
  node: FieldNode,
  requiredness: Requiredness = node.requiredness,
  kept = true,
): FieldSchema {
  const field: Draft<FieldSchema> = {
    id: node.id,
    name: node.name.text,
    type: resolveType(scope, node.type),
    requiredness,
    defaultValue: undefined,
    doc: node.doc,
    annotations: node.annotations,
  };
  if (node.defaultValue !== undefined) {
    scope.compilation.pendingDefaults.set(field, { field, node: node.defaultValue, scope, kept });
  }
  return field;
}

/** Returns the type of a node. Throws `ThriftIdlError` for an unknown name, a typedef of itself, or too deep a type. */
export function resolveType(scope: Scope, node: TypeNode, level = 0): TypeSchema {
  if (level > MAX_REFERENCES) scope.fail(node.offset, 'typedefs before their use', 'too long a chain of them');
  const { types } = scope.compilation;
  if (node.kind === 'base') return types.base(node.base);
  if (node.kind === 'named') return namedType(scope, node.name, node.offset, level);
  if (node.kind !== 'map') {
    return shallow(scope, node, types.collection(node.kind, resolveType(scope, node.element, level + 1)));
  }
  const key = resolveType(scope, node.key, level + 1);
  return shallow(scope, node, types.map(key, resolveType(scope, node.value, level + 1)));
}

function shallow(scope: Scope, node: TypeNode, type: TypeSchema): TypeSchema {
  if (scope.compilation.types.depth(type) <= MAX_NESTING) return type;
  return scope.fail(node.offset, `at most ${String(MAX_NESTING)} nested types`, 'more');
}

function namedType(scope: Scope, name: string, offset: number, level: number): TypeSchema {
  const type = lookUpType(scope, name, level);
  if (type !== undefined) return type;
  const home = scope.split(name);
  const definition = home?.scope.definitions.get(home.rest);
  return scope.fail(offset, 'a type', definition ? `the service ${quoted(name)}` : `the unknown name ${quoted(name)}`);
}

/** Returns the type of a name, undefined for a name of anything else. */
export function lookUpType(scope: Scope, name: string, level = 0): TypeSchema | undefined {
  const home = scope.split(name);
  const definition = home?.scope.definitions.get(home.rest);
  if (home === undefined || definition === undefined || definition.kind === 'service') return undefined;
  if (definition.kind === 'typedef') return typedef(home.scope, definition, level + 1);
  const { types } = scope.compilation;
  const enumSchema = home.scope.enums.get(home.rest);
  if (enumSchema !== undefined) return types.enum(enumSchema);
  const struct: StructSchema | undefined = home.scope.structs.get(home.rest);
  return struct && types.struct(struct);
}

function typedef(scope: Scope, node: TypedefNode, level = 0): TypeSchema {
  const known = scope.typedefs.get(node.name.text);
  if (known !== undefined) return known;
  const { inProgress } = scope.compilation;
  if (inProgress.has(node)) scope.fail(node.name.offset, 'a typedef of another type', 'a typedef that contains itself');
  inProgress.add(node);
  const type = resolveType(scope, node.type, level);
  inProgress.delete(node);
  scope.typedefs.set(node.name.text, type);
  return type;
}
