/**
 * What the page gets from the server, as JSON. The page imports these types and nothing else of the server, so this file
 * imports nothing.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json | undefined };

/** A service's contract, and how it is reached. */
export interface Description {
  /** The name of the IDL file. */
  readonly file: string;
  /** Whether calls are rejected. */
  readonly isReadOnly: boolean;
  /** Where programs on this machine reach the service; undefined while it does not listen. */
  readonly target: TargetDescription | undefined;
  readonly services: readonly ServiceDescription[];
  /** Structs, unions, exceptions and enums. */
  readonly types: readonly NamedTypeDescription[];
  readonly constants: readonly ConstantDescription[];
}

export interface TargetDescription {
  /** `127.0.0.1:9090`, or the path of a socket. */
  readonly address: string;
  readonly isTls: boolean;
}

export interface ServiceDescription {
  readonly name: string;
  /** The service that it extends, as in `Description.services`, which may lack it. */
  readonly extends: string | undefined;
  readonly doc: string | undefined;
  readonly methods: readonly MethodDescription[];
}

export interface MethodDescription {
  readonly name: string;
  readonly isOneway: boolean;
  readonly doc: string | undefined;
  readonly args: readonly FieldDescription[];
  /** Undefined: void. */
  readonly returns: TypeDescription | undefined;
  readonly throws: readonly FieldDescription[];
  /** Arguments with every field set. */
  readonly example: Json;
}

export interface FieldDescription {
  readonly id: number;
  readonly name: string;
  readonly type: TypeDescription;
  readonly requiredness: 'required' | 'optional' | 'default';
  readonly doc: string | undefined;
  /** Undefined: the field has no default. */
  readonly defaultValue: Json | undefined;
}

/** A type; structs and enums by their names in `Description.types`. */
export type TypeDescription =
  | { readonly kind: 'bool' | 'i8' | 'i16' | 'i32' | 'i64' | 'double' | 'string' | 'binary' | 'uuid' }
  | { readonly kind: 'struct' | 'enum'; readonly name: string }
  | { readonly kind: 'list' | 'set'; readonly element: TypeDescription }
  | { readonly kind: 'map'; readonly key: TypeDescription; readonly value: TypeDescription };

export type NamedTypeDescription = StructDescription | EnumDescription;

export interface StructDescription {
  readonly kind: 'struct' | 'union' | 'exception';
  readonly name: string;
  readonly doc: string | undefined;
  readonly fields: readonly FieldDescription[];
}

export interface EnumDescription {
  readonly kind: 'enum';
  readonly name: string;
  readonly doc: string | undefined;
  readonly values: readonly { readonly name: string; readonly number: number; readonly doc: string | undefined }[];
}

export interface ConstantDescription {
  readonly name: string;
  readonly type: TypeDescription;
  readonly value: Json;
  readonly doc: string | undefined;
}

/** The body of a call. */
export interface CallRequest {
  readonly service: string;
  readonly method: string;
  /** The arguments by name. */
  readonly args: Json;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** How a call ended. */
export interface CallAnswer {
  /** `value`: a result. `exception`: one that the IDL declares. `error`: any other. */
  readonly outcome: 'value' | 'exception' | 'error';
  /** The result or the exception; undefined for void and errors. */
  readonly value: Json | undefined;
  /** The exception's name in the IDL, or the kind of error. */
  readonly name: string | undefined;
  readonly message: string | undefined;
  /** Of an error without a reply: whether the call may have run. */
  readonly executed: 'no' | 'maybe' | undefined;
  /** Time between the call and its reply, without the way to the browser. */
  readonly durationMs: number;
  /** Headers of the reply. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Why the explorer rejected a request. */
export interface Problem {
  readonly message: string;
}
