import { dirname, relative, sep } from 'node:path';
import type { Schema, TypedefSchema } from '../schema.js';
import { defaultOf, resolveConstants } from './constants.js';
import { prefixOf, type Program } from './includes.js';
import { Compilation, type Scope } from './scope.js';
import { resolveServices } from './services.js';
import { declareTypes, resolveTypes } from './types.js';

/**
 * Resolves every name of a program: types first, since constants and services need them; defaults last, since they may
 * need anything. The order of definitions in the text does not matter.
 *
 * @throws ThriftIdlError for an unknown name, a name defined twice, a value of the wrong type, a cycle
 */
export function linkSchema(program: Program): Schema {
  const compilation = new Compilation();
  const root = compilation.scope(program);
  const scopes = [...compilation.all()];
  for (const [scope, prefix] of prefixesOf(root)) declareTypes(scope, prefix);
  scopes.forEach(resolveTypes);
  scopes.forEach(resolveServices);
  scopes.forEach(resolveConstants);
  for (const field of [...compilation.pendingDefaults.keys()]) defaultOf(root, field);
  return schemaOf(root);
}

function schemaOf(root: Scope): Schema {
  return {
    file: root.program.source.file,
    sources: sourcesOf(root),
    namespaces: root.program.document.namespaces,
    structs: allTypes(root, (scope) => scope.structs),
    enums: allTypes(root, (scope) => scope.enums),
    typedefs: visible(root, typedefsOf),
    constants: visible(root, (scope) => inTextOrder(scope.constNodes, scope.constants)),
    services: visible(root, (scope) => inTextOrder(scope.definitions, scope.services)),
  };
}

/** The texts of all files, those that only included files include too. */
function sourcesOf({ program, compilation }: Scope): Map<string, string> {
  const folder = dirname(program.source.file);
  const sources = [...compilation.all()].map((scope) => scope.program.source);
  return new Map(sources.map(({ file, text }) => [pathFrom(folder, file), text]));
}

/** A path relative to a folder, with slashes. */
function pathFrom(folder: string, path: string): string {
  return relative(folder, path).replaceAll(sep, '/');
}

/**
 * All files by the order of their definitions in the schema, with what their names begin with: nothing in the root, the prefix
 * of the include elsewhere. A file that is included only by others and has the name of another one gets its folder too, and
 * its extension if need be.
 */
function prefixesOf(root: Scope): Map<Scope, string> {
  const direct = [...root.includes].map(([prefix, scope]) => [scope, `${prefix}.`] as const);
  const prefixes = new Map([[root, ''], ...direct]);
  const taken = new Set(prefixes.values());
  const folder = dirname(root.program.source.file);
  for (const scope of root.compilation.all()) {
    if (prefixes.has(scope)) continue;
    const { file } = scope.program.source;
    const prefix = `${prefixOf(file)}.`;
    const names = [prefix, `${pathFrom(folder, dirname(file)) || '.'}/${prefix}`, `${pathFrom(folder, file)}.`];
    const free = names.find((name) => !taken.has(name)) ?? prefix;
    prefixes.set(scope, free);
    taken.add(free);
  }
  return prefixes;
}

/** Structs or enums of all files by their qualified names. */
function allTypes<T extends { readonly qualifiedName: string }>(
  root: Scope,
  select: (scope: Scope) => ReadonlyMap<string, T>,
): Map<string, T> {
  const types = [...prefixesOf(root).keys()].flatMap((scope) => [...select(scope).values()]);
  return new Map(types.map((type) => [type.qualifiedName, type]));
}

/** The definitions of a file, and those of its included files under their prefix. */
function visible<T>(root: Scope, select: (scope: Scope) => ReadonlyMap<string, T>): Map<string, T> {
  const all = new Map(select(root));
  for (const [prefix, scope] of root.includes) {
    for (const [name, item] of select(scope)) all.set(`${prefix}.${name}`, item);
  }
  return all;
}

/** Definitions were resolved on demand; this restores the order of the text. */
function inTextOrder<T>(names: ReadonlyMap<string, unknown>, resolved: ReadonlyMap<string, T>): Map<string, T> {
  const ordered = new Map<string, T>();
  for (const name of names.keys()) {
    const item = resolved.get(name);
    if (item !== undefined) ordered.set(name, item);
  }
  return ordered;
}

function typedefsOf(scope: Scope): Map<string, TypedefSchema> {
  const typedefs = inTextOrder(scope.definitions, scope.typedefs);
  return new Map([...typedefs].map(([name, type]) => [name, { name, type, doc: scope.definitions.get(name)?.doc }]));
}
