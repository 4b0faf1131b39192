import type { ConstSchema, FieldSchema, StructSchema, ThriftValue, TypeSchema } from '../schema.js';
import type { ConstNode, ValueNode } from './ast.js';
import { quoted } from './diagnostics.js';
import { describeType, describeValue, scalarAs, scalarFrom } from './scalars.js';
import type { Scope } from './scope.js';
import { lookUpType, MAX_REFERENCES, resolveType } from './types.js';

/** Evaluates the constants of a file (Thrift IDL specification, "Constant Values"). Throws `ThriftIdlError`. */
export function resolveConstants(scope: Scope): void {
  for (const node of scope.constNodes.values()) constantOf(scope, node, 0);
}

/** The default of a field, evaluated on the first call. Throws `ThriftIdlError`. */
export function defaultOf(scope: Scope, field: FieldSchema, level = 0): ThriftValue | undefined {
  const { pendingDefaults, inProgress } = scope.compilation;
  const pending = pendingDefaults.get(field);
  if (pending === undefined) return field.defaultValue;
  const { node, scope: home } = pending;
  if (inProgress.has(field)) home.fail(node.offset, 'a default that ends', 'one that contains itself');
  inProgress.add(field);
  const value = evaluate(home, node, field.type, level);
  inProgress.delete(field);
  pendingDefaults.delete(field);
  if (pending.kept) pending.field.defaultValue = value;
  return pending.field.defaultValue;
}

function constantOf(scope: Scope, node: ConstNode, level: number): ConstSchema {
  const name = node.name.text;
  const known = scope.constants.get(name);
  if (known !== undefined) return known;
  const { inProgress } = scope.compilation;
  if (inProgress.has(node)) scope.fail(node.name.offset, 'a constant that ends', 'one that refers to itself');
  inProgress.add(node);
  const type = resolveType(scope, node.type);
  const constant = { name, type, value: evaluate(scope, node.value, type, level), doc: node.doc };
  inProgress.delete(node);
  scope.constants.set(name, constant);
  return constant;
}

function evaluate(scope: Scope, node: ValueNode, type: TypeSchema, level: number): ThriftValue {
  if (level > MAX_REFERENCES) scope.fail(node.offset, 'constants before their use', 'too long a chain of them');
  if (node.kind === 'name') return referred(scope, node, type, level);
  if (type.kind === 'struct') return structOf(scope, node, type.struct, level);
  if (type.kind === 'map') {
    const entries = isEmpty(node) ? [] : node.kind === 'map' ? node.entries : mismatch(scope, node, type);
    return new Map(
      entries.map(([key, value]) => [
        evaluate(scope, key, type.key, level + 1),
        evaluate(scope, value, type.value, level + 1),
      ]),
    );
  }
  if (type.kind === 'list' || type.kind === 'set') {
    const items = isEmpty(node) ? [] : node.kind === 'list' ? node.items : mismatch(scope, node, type);
    const values = items.map((item) => evaluate(scope, item, type.element, level + 1));
    return type.kind === 'set' ? new Set(values) : values;
  }
  if (node.kind === 'list' || node.kind === 'map') return mismatch(scope, node, type);
  return scalarAs(node, type) ?? mismatch(scope, node, type);
}

/** `[]` and `{}` are an empty container of any kind, as in Apache's compiler. */
function isEmpty(node: ValueNode): boolean {
  return (node.kind === 'list' && node.items.length === 0) || (node.kind === 'map' && node.entries.length === 0);
}

function mismatch(scope: Scope, node: ValueNode, type: TypeSchema): never {
  return scope.fail(node.offset, describeType(type), describeValue(node));
}

type ReferenceNode = Extract<ValueNode, { kind: 'name' }>;

/** The value of a constant or an enum value: of the same type, or a scalar that the type can hold. */
function referred(scope: Scope, node: ReferenceNode, type: TypeSchema, level: number): ThriftValue {
  const from = constantNamed(scope, node.name, level) ?? enumValueNamed(scope, node.name, type);
  if (from === undefined) {
    const expected = `the name of a constant, or of an enum value as Enum.VALUE`;
    return scope.fail(node.offset, expected, `the unknown name ${quoted(node.name)}`);
  }
  if (from.type === type) return from.value;
  if (from.type.kind === 'enum' && type.kind === 'enum') return mismatch(scope, node, type);
  const scalar = scalarFrom(from.type, from.value);
  return (scalar && scalarAs(scalar, type)) ?? mismatch(scope, node, type);
}

interface TypedValue {
  readonly type: TypeSchema;
  readonly value: ThriftValue;
}

function constantNamed(scope: Scope, name: string, level: number): TypedValue | undefined {
  const home = scope.split(name);
  const node = home?.scope.constNodes.get(home.rest);
  return home && node && constantOf(home.scope, node, level + 1);
}

/** `Enum.VALUE`. Where another enum is named that has no such value, Apache's compiler takes that of the wanted type. */
function enumValueNamed(scope: Scope, name: string, wanted: TypeSchema): TypedValue | undefined {
  const dot = name.lastIndexOf('.');
  const type = dot === -1 ? undefined : lookUpType(scope, name.slice(0, dot));
  if (type?.kind !== 'enum') return undefined;
  for (const candidate of [type, wanted]) {
    const value = candidate.kind === 'enum' ? candidate.enum.values.get(name.slice(dot + 1)) : undefined;
    if (value !== undefined) return { type: candidate, value };
  }
  return undefined;
}

/** A struct from a map of its members, with the defaults of those that the map leaves out. */
function structOf(scope: Scope, node: ValueNode, struct: StructSchema, level: number): ThriftValue {
  const given = membersOf(scope, node, struct);
  if (struct.kind === 'union' && given.size !== 1) {
    scope.fail(node.offset, `one member of the union ${quoted(struct.name)}`, String(given.size));
  }
  const members: [string, ThriftValue][] = [];
  for (const field of struct.fields) {
    const member = given.get(field.name);
    const value = member ? evaluate(scope, member, field.type, level + 1) : defaultOf(scope, field, level + 1);
    if (value !== undefined) members.push([field.name, value]);
  }
  return Object.fromEntries(members);
}

function membersOf(scope: Scope, node: ValueNode, struct: StructSchema): Map<string, ValueNode> {
  if (node.kind !== 'map')
    return scope.fail(node.offset, describeType({ kind: 'struct', struct }), describeValue(node));
  const fields = new Set(struct.fields.map((field) => field.name));
  const members = new Map<string, ValueNode>();
  for (const [key, value] of node.entries) {
    if (key.kind !== 'literal' || !fields.has(key.value)) {
      return scope.fail(key.offset, `a member of the ${struct.kind} ${quoted(struct.name)}`, describeValue(key));
    }
    if (members.has(key.value)) scope.fail(key.offset, 'another member', `${quoted(key.value)} again`);
    members.set(key.value, value);
  }
  return members;
}
