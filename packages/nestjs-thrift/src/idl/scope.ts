import type { ConstSchema, EnumSchema, FieldSchema, ServiceSchema, StructSchema, TypeSchema } from '../schema.js';
import type { ConstNode, DefinitionNode, NameNode, ValueNode } from './ast.js';
import { failAt, positionAt, quoted } from './diagnostics.js';
import type { Program } from './includes.js';
import { TypeTable } from './type-table.js';

/** A schema object under construction. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** A default not evaluated yet, and the file that contains it. */
interface PendingDefault {
  readonly field: Draft<FieldSchema>;
  readonly node: ValueNode;
  readonly scope: Scope;
  /** Whether the field keeps it; otherwise it is only checked. */
  readonly kept: boolean;
}

/** State shared by all files of one schema. */
export class Compilation {
  readonly types = new TypeTable();
  /** Defaults not evaluated yet: they may need fields, constants and defaults defined later. */
  readonly pendingDefaults = new Map<FieldSchema, PendingDefault>();
  readonly #scopes = new Map<Program, Scope>();
  /** Definitions being resolved, to detect cycles. */
  readonly inProgress = new Set<unknown>();

  /** The scope of a file, created on the first call. Throws `ThriftIdlError` for a name that is defined twice. */
  scope(program: Program): Scope {
    let scope = this.#scopes.get(program);
    if (scope === undefined) {
      scope = new Scope(this, program);
      this.#scopes.set(program, scope);
    }
    return scope;
  }

  /** All scopes, those of included files before those of the files that include them. */
  all(): Iterable<Scope> {
    return this.#scopes.values();
  }
}

/** The names of one file with their definitions. Types and services share a namespace; constants have their own. */
export class Scope {
  readonly includes: ReadonlyMap<string, Scope>;
  readonly definitions = new Map<string, Exclude<DefinitionNode, ConstNode>>();
  readonly constNodes = new Map<string, ConstNode>();
  readonly enums = new Map<string, EnumSchema>();
  readonly structs = new Map<string, Draft<StructSchema>>();
  readonly typedefs = new Map<string, TypeSchema>();
  readonly constants = new Map<string, ConstSchema>();
  readonly services = new Map<string, ServiceSchema>();

  constructor(
    readonly compilation: Compilation,
    readonly program: Program,
  ) {
    this.includes = new Map([...program.includes].map(([prefix, included]) => [prefix, compilation.scope(included)]));
    for (const node of program.document.definitions) this.#declare(node);
  }

  /** Throws a `ThriftIdlError` for a place in this file. */
  fail(offset: number, expected: string, found: string): never {
    return failAt(this.program.source, offset, expected, found);
  }

  /** Splits a name into its file and the rest: `shared.Name` is `Name` in the included file `shared`. */
  split(name: string): { scope: Scope; rest: string } | undefined {
    const dot = name.lastIndexOf('.');
    if (dot === -1) return { scope: this, rest: name };
    const scope = this.includes.get(name.slice(0, dot));
    return scope && { scope, rest: name.slice(dot + 1) };
  }

  #declare(node: DefinitionNode): void {
    const names: Map<string, DefinitionNode> = node.kind === 'const' ? this.constNodes : this.definitions;
    const { text, offset }: NameNode = node.name;
    const other = names.get(text);
    if (other !== undefined) {
      const { line, column } = positionAt(this.program.source, other.name.offset);
      this.fail(offset, 'a new name', `${quoted(text)}, defined at ${String(line)}:${String(column)}`);
    }
    names.set(text, node);
  }
}
