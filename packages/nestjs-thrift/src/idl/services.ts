import type { FieldSchema, MethodSchema, ServiceSchema, StructSchema, TypeSchema } from '../schema.js';
import type { FieldNode, FunctionNode, NameNode, ServiceNode } from './ast.js';
import { quoted } from './diagnostics.js';
import type { Scope } from './scope.js';
import { fieldOf, resolveType } from './types.js';

/** Maximum length of a chain of `extends`: each service holds all inherited methods. */
const MAX_ANCESTORS = 64;

/** Creates the services of a file. Throws `ThriftIdlError`. */
export function resolveServices(scope: Scope): void {
  for (const node of scope.definitions.values()) {
    if (node.kind !== 'service') continue;
    checkAncestors(scope, node);
    serviceOf(scope, node);
  }
}

/** A service and the file that defines it. */
interface ServicePlace {
  readonly scope: Scope;
  readonly node: ServiceNode;
}

function checkAncestors(scope: Scope, node: ServiceNode): void {
  const seen = new Set<ServiceNode>();
  let place: ServicePlace = { scope, node };
  while (place.node.extends !== undefined) {
    const { extends: name } = place.node;
    seen.add(place.node);
    const parent = parentOf(place.scope, name);
    if (seen.has(parent.node))
      place.scope.fail(name.offset, 'another service', `${quoted(name.text)}, which extends this one`);
    if (seen.size > MAX_ANCESTORS) {
      place.scope.fail(name.offset, `at most ${String(MAX_ANCESTORS)} services that extend one another`, 'more');
    }
    place = parent;
  }
}

function parentOf(scope: Scope, name: NameNode): ServicePlace {
  const home = scope.split(name.text);
  const node = home?.scope.definitions.get(home.rest);
  if (home !== undefined && node?.kind === 'service') return { scope: home.scope, node };
  return scope.fail(name.offset, 'the name of a service', `the ${node?.kind ?? 'unknown name'} ${quoted(name.text)}`);
}

function serviceOf(scope: Scope, node: ServiceNode): ServiceSchema {
  const known = scope.services.get(node.name.text);
  if (known !== undefined) return known;
  const place = node.extends && parentOf(scope, node.extends);
  const parent = place && serviceOf(place.scope, place.node);
  const methods = new Map(parent?.methods);
  for (const method of node.functions) {
    const { text, offset } = method.name;
    if (methods.has(text)) scope.fail(offset, 'a new method name', `${quoted(text)} again`);
    methods.set(text, methodOf(scope, method));
  }
  const { doc, annotations } = node;
  const service = { name: node.name.text, extends: node.extends?.text, parent, methods, doc, annotations };
  scope.services.set(service.name, service);
  return service;
}

function methodOf(scope: Scope, node: FunctionNode): MethodSchema {
  const { oneway, doc, annotations } = node;
  const name = node.name.text;
  if (oneway) checkOneway(scope, node);
  // The word `optional` has no meaning among arguments (thrifty.yy, "FieldRequiredness").
  const args = node.args.map((arg) => fieldOf(scope, arg, arg.requiredness === 'required' ? 'required' : 'default'));
  const returns = node.returns && resolveType(scope, node.returns);
  const throws = node.throws.map((field) => exceptionOf(scope, field));
  checkSuccessIsFree(scope, node);
  const results = returns === undefined ? throws : [successOf(returns), ...throws];
  const result = travelling(`${name}_result`, results);
  return { name, oneway, args: travelling(`${name}_args`, args), returns, throws, result, doc, annotations };
}

/** A oneway method has no reply, so it can't return or throw anything. */
function checkOneway(scope: Scope, node: FunctionNode): void {
  if (node.returns !== undefined) {
    scope.fail(node.returns.offset, "'void' for a oneway method, which never gets a reply", 'a type');
  }
  const [exception] = node.throws;
  if (exception !== undefined) {
    scope.fail(exception.type.offset, 'no exceptions of a oneway method, which never gets a reply', 'one');
  }
}

/** The method's return value travels under that name in the result struct. */
function checkSuccessIsFree(scope: Scope, { throws }: FunctionNode): void {
  const taken = throws.find(({ name }) => name.text === 'success');
  if (taken === undefined) return;
  scope.fail(taken.name.offset, "a name other than 'success', which is that of the method's value", "'success'");
}

function exceptionOf(scope: Scope, node: FieldNode): FieldSchema {
  const field = fieldOf(scope, node, 'optional');
  if (field.type.kind === 'struct' && field.type.struct.kind === 'exception') return field;
  return scope.fail(node.type.offset, 'an exception', `the ${kindOf(field.type)} of ${quoted(node.name.text)}`);
}

function kindOf(type: TypeSchema): string {
  return type.kind === 'struct' ? type.struct.kind : `type ${type.kind}`;
}

/** Field 0 of the result. */
function successOf(type: TypeSchema): FieldSchema {
  return {
    id: 0,
    name: 'success',
    type,
    requiredness: 'optional',
    defaultValue: undefined,
    doc: undefined,
    annotations: {},
  };
}

/** The struct of a CALL or a REPLY, named as Apache's compiler names it. */
function travelling(name: string, fields: readonly FieldSchema[]): StructSchema {
  return { name, qualifiedName: name, kind: 'struct', fields, doc: undefined, annotations: {} };
}
