/**
 * The schema: what an IDL file says, resolved. Typedefs are gone, includes are followed, constants have their values,
 * `extends` is flattened. The parser (`idl/`) makes it, the codec (`codec/`) compiles it, the server and the client
 * look methods up in it.
 */

/** A value of any Thrift type, as JavaScript holds it. i64 is `bigint`, binary is `Buffer`, map is `Map`, set is `Set`. */
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

/** A type as it stands after typedefs are resolved. */
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
  /** The numbers by their names, in the order of the text. Those not given there are one more than the one before. */
  readonly values: ReadonlyMap<string, number>;
  /** The doc comment of each value that has one, by the value's name. */
  readonly valueDocs: ReadonlyMap<string, string>;
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** Whether a field must be there. `default` is a field with neither word before it. */
export type Requiredness = 'required' | 'optional' | 'default';

/** A field of a struct, union or exception, or an argument or a result of a method. */
export interface FieldSchema {
  /** What travels in place of the name; below 0 for a field that was given none, 0 for `success` alone. */
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
  /** Which word of the IDL it was defined by. */
  readonly kind: 'struct' | 'union' | 'exception';
  /** In the order of the text, which is that of writing too; not sorted by id. */
  readonly fields: readonly FieldSchema[];
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** A method of a service, its own or inherited. */
export interface MethodSchema {
  readonly name: string;
  /** A oneway method never gets a reply. */
  readonly oneway: boolean;
  /** The arguments as the struct that travels in a CALL. */
  readonly args: StructSchema;
  /** What it returns; undefined for void. */
  readonly returns: TypeSchema | undefined;
  /** The declared exceptions, as fields of the result struct. */
  readonly throws: readonly FieldSchema[];
  /** The struct that travels in a REPLY: field 0 `success` (unless void) and one optional field an exception. */
  readonly result: StructSchema;
  readonly doc: string | undefined;
  readonly annotations: Annotations;
}

/** A service with all its methods, inherited ones included. */
export interface ServiceSchema {
  readonly name: string;
  /** The name after `extends`, as written; undefined without. */
  readonly extends: string | undefined;
  /** The service that it extends, in whichever file that is. */
  readonly parent: ServiceSchema | undefined;
  /** By name, inherited ones first, each in the order of its text. */
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

/** A typedef, kept for generated types and documentation; everything else sees through it. */
export interface TypedefSchema {
  readonly name: string;
  /** What it stands for in the end: never another typedef. */
  readonly type: TypeSchema;
  readonly doc: string | undefined;
}

/**
 * One IDL file. Its own definitions stand under their names, those of an included file `shared.thrift` under
 * `shared.Name` (Thrift IDL specification, "Include").
 */
export interface Schema {
  /** The path of the file, or the name given for a text. */
  readonly file: string;
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

/** A method by name. Nest keeps a handler under this pattern: `@ThriftMethod` writes it, and a client sends it. */
export interface ThriftPattern {
  readonly service: string;
  readonly method: string;
}
