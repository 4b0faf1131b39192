import type { Annotations, BaseTypeName, Requiredness } from '../schema.js';

/*
 * Syntax tree, before names are resolved: one node for each production of the Thrift IDL specification. Offsets refer
 * to the text, in UTF-16 units; they become lines and columns only in errors.
 */

/** A name and its offset. */
export interface NameNode {
  readonly text: string;
  readonly offset: number;
}

/** "FieldType". */
export type TypeNode =
  | { readonly kind: 'base'; readonly base: BaseTypeName; readonly offset: number }
  | { readonly kind: 'named'; readonly name: string; readonly offset: number }
  | { readonly kind: 'list' | 'set'; readonly element: TypeNode; readonly offset: number }
  | { readonly kind: 'map'; readonly key: TypeNode; readonly value: TypeNode; readonly offset: number };

/** "ConstValue". */
export type ValueNode =
  | { readonly kind: 'int'; readonly value: bigint; readonly offset: number }
  | { readonly kind: 'double'; readonly value: number; readonly offset: number }
  | { readonly kind: 'bool'; readonly value: boolean; readonly offset: number }
  | { readonly kind: 'literal'; readonly value: string; readonly offset: number }
  | { readonly kind: 'name'; readonly name: string; readonly offset: number }
  | { readonly kind: 'list'; readonly items: readonly ValueNode[]; readonly offset: number }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [ValueNode, ValueNode])[]; readonly offset: number };

/** "Field": of a struct, an argument, or a declared exception. */
export interface FieldNode {
  readonly id: number;
  readonly name: NameNode;
  readonly requiredness: Requiredness;
  readonly type: TypeNode;
  readonly defaultValue: ValueNode | undefined;
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

interface DefinitionBase {
  readonly name: NameNode;
  readonly doc: string | undefined;
}

/** "Const". */
export interface ConstNode extends DefinitionBase {
  readonly kind: 'const';
  readonly type: TypeNode;
  readonly value: ValueNode;
}

/** "Typedef". */
export interface TypedefNode extends DefinitionBase {
  readonly kind: 'typedef';
  readonly type: TypeNode;
}

/** "Enum", its values numbered. */
export interface EnumNode extends DefinitionBase {
  readonly kind: 'enum';
  readonly values: ReadonlyMap<string, number>;
  readonly valueDocs: ReadonlyMap<string, string>;
  readonly annotations: Annotations;
}

/** "Struct", "Union", "Exception". */
export interface StructNode extends DefinitionBase {
  readonly kind: 'struct' | 'union' | 'exception';
  readonly fields: readonly FieldNode[];
  readonly annotations: Annotations;
}

/** "Function". */
export interface FunctionNode {
  readonly name: NameNode;
  readonly oneway: boolean;
  readonly returns: TypeNode | undefined;
  readonly args: readonly FieldNode[];
  readonly throws: readonly FieldNode[];
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** "Service". */
export interface ServiceNode extends DefinitionBase {
  readonly kind: 'service';
  readonly extends: NameNode | undefined;
  readonly functions: readonly FunctionNode[];
  readonly annotations: Annotations;
}

/** "Definition". */
export type DefinitionNode = ConstNode | TypedefNode | EnumNode | StructNode | ServiceNode;

/** "Document". */
export interface DocumentNode {
  /** The paths after `include`, as written. */
  readonly includes: readonly NameNode[];
  /** Namespaces by scope. */
  readonly namespaces: ReadonlyMap<string, string>;
  readonly definitions: readonly DefinitionNode[];
}
