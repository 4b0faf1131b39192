/**
 * The schema: a resolved IDL file. Typedefs are replaced, includes are followed, constants have their values, `extends`
 * is flattened. The parser (`idl/`) creates it, the codec (`codec/`) compiles it, server and client look up methods in
 * it.
 */

/** A value of any Thrift type in JavaScript. i64 is `bigint`, binary is `Buffer`, map is `Map`, set is `Set`. */
export type ThriftValue =
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly ThriftValue[]
  | ReadonlySet<ThriftValue>
  | ReadonlyMap<ThriftValue, ThriftValue>
  | { readonly [member: string]: ThriftValue | undefined };

/** The base types of the IDL (Thrift IDL specification, "Base types"). `byte` is `i8`. */
export type BaseTypeName = 'bool' | 'i8' | 'i16' | 'i32' | 'i64' | 'double' | 'string' | 'binary' | 'uuid';

/** A type after typedefs are resolved. */
export type TypeSchema =
  | { readonly kind: BaseTypeName }
  | { readonly kind: 'enum'; readonly enum: EnumSchema }
  | { readonly kind: 'struct'; readonly struct: StructSchema }
  | { readonly kind: 'list' | 'set'; readonly element: TypeSchema }
  | { readonly kind: 'map'; readonly key: TypeSchema; readonly value: TypeSchema };

/** Annotations in parentheses, `(name = "value")`; a name alone has the value `"1"`, as in Apache's compiler. */
export type Annotations = Readonly<Record<string, string>>;

/** An enum; its values travel as i32 and may be unknown to the reader. */
export interface EnumSchema {
  readonly name: string;
  /** Its name in the schema: with the file's prefix, `shared.Colour`, for one of an included file. */
  readonly qualifiedName: string;
  /** The numbers by name, in the order of the text. A value without a number is one more than the value before it. */
  readonly values: ReadonlyMap<string, number>;
  /** The doc comment of each value that has one, by the value's name. */
  readonly valueDocs: ReadonlyMap<string, string>;
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** Whether a field must be set. `default` is a field with neither keyword. */
export type Requiredness = 'required' | 'optional' | 'default';

/** A field of a struct, union or exception, or an argument or a result of a method. */
export interface FieldSchema {
  /** Identifies the field on the wire. Negative for a field without a written id, 0 only for `success`. */
  readonly id: number;
  readonly name: string;
  readonly type: TypeSchema;
  readonly requiredness: Requiredness;
  /** The default of the IDL, of the JavaScript type that the codec reads; structs as plain objects. */
  readonly defaultValue: ThriftValue | undefined;
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** A struct, union or exception. `fields` is filled after all names are known, so that structs may be recursive. */
export interface StructSchema {
  readonly name: string;
  /** Its name in the schema: with the file's prefix, `shared.NotFound`, for one of an included file. */
  readonly qualifiedName: string;
  /** The IDL keyword that defined it. */
  readonly kind: 'struct' | 'union' | 'exception';
  /** In the order of the text, which is also the order of writing; not sorted by id. */
  readonly fields: readonly FieldSchema[];
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** A method of a service, its own or inherited. */
export interface MethodSchema {
  readonly name: string;
  /** A oneway method never gets a reply. */
  readonly oneway: boolean;
  /** The struct of arguments, sent in a CALL. */
  readonly args: StructSchema;
  /** Type of the return value; undefined for void. */
  readonly returns: TypeSchema | undefined;
  /** The declared exceptions, as fields of the result struct. */
  readonly throws: readonly FieldSchema[];
  /** The struct sent in a REPLY: field 0 `success` (unless void) and one optional field per exception. */
  readonly result: StructSchema;
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** A service with all its methods, inherited ones included. */
export interface ServiceSchema {
  readonly name: string;
  /** The name after `extends`, as written; undefined without. */
  readonly extends: string | undefined;
  /** The service that it extends, possibly in an included file. */
  readonly parent: ServiceSchema | undefined;
  /** Methods by name, inherited ones first, each in the order of its text. */
  readonly methods: ReadonlyMap<string, MethodSchema>;
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** A constant and its value. */
export interface ConstSchema {
  readonly name: string;
  readonly type: TypeSchema;
  /** Of the JavaScript type that the codec reads; structs as plain objects. */
  readonly value: ThriftValue;
  readonly doc: string | undefined;
}

/** A typedef, kept for generated types and documentation; elsewhere it is resolved. */
export interface TypedefSchema {
  readonly name: string;
  /** The resolved type, never another typedef. */
  readonly type: TypeSchema;
  readonly doc: string | undefined;
}

/**
 * One IDL file. Its own definitions have their plain names, those of an included file `shared.thrift` are named
 * `shared.Name` (Thrift IDL specification, "Include"). Structs and enums are also those of files that only included files
 * include, since fields can be of these types; where two files have one name, the second has its folder before it,
 * `other/shared.Name`.
 */
export interface Schema {
  /** The path of the file, or the name given for a text. */
  readonly file: string;
  /**
   * The text of each file, by its path relative to the folder of `file`, the root itself included; undefined in a schema that
   * was not parsed.
   */
  readonly sources?: ReadonlyMap<string, string> | undefined;
  /** Namespaces by scope, `*` for all languages. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Structs, unions and exceptions, in the order of the text, those of included files last. */
  readonly structs: ReadonlyMap<string, StructSchema>;
  /** Enums, in the order of the text, those of included files last. */
  readonly enums: ReadonlyMap<string, EnumSchema>;
  /** Typedefs, in the order of the text, those of included files last. */
  readonly typedefs: ReadonlyMap<string, TypedefSchema>;
  /** Constants, in the order of the text, those of included files last. */
  readonly constants: ReadonlyMap<string, ConstSchema>;
  /** Services, in the order of the text, those of included files last. */
  readonly services: ReadonlyMap<string, ServiceSchema>;
}

/** A method by name. The pattern of a handler in Nest: `@ThriftMethod` sets it, and a client sends it. */
export interface ThriftPattern {
  readonly service: string;
  readonly method: string;
}
