import type { EnumSchema, Schema, StructSchema } from '../schema.js';

/** Reserved names: those that can't name a type in TypeScript, and those that the generated files import or use. */
const TAKEN = (
  'any bigint boolean never null number object string symbol undefined unknown void break case catch class const ' +
  'continue debugger default delete do else enum export extends false finally for function if implements import in ' +
  'instanceof interface let new package private protected public return static super switch this throw true try ' +
  'typeof var while with yield await arguments eval Buffer Map Promise ReadonlyMap ReadonlySet Record Set Uint8Array ' +
  'ThriftCallOptions ThriftContext ThriftReply ThriftUnion'
).split(' ');

/** The types of the transport that a generated file may need. */
type TransportType = 'ThriftCallOptions' | 'ThriftContext' | 'ThriftReply' | 'ThriftUnion';

/**
 * The names in TypeScript of all that one generated file holds: the definitions of the IDL file itself, and those of
 * included files that they need. A name that is taken gets the prefix of its file, or `_` at its end.
 */
export class Names {
  readonly enums = new Map<EnumSchema, string>();
  /** The structs, unions and exceptions to write. */
  readonly structs = new Map<StructSchema, string>();
  /** The types of the transport that the file needs. */
  readonly imports = new Set<TransportType>();
  readonly #taken = new Set(TAKEN);

  constructor(schema: Schema) {
    for (const definition of own(schema, schema.enums).values()) this.enum(definition);
    for (const definition of own(schema, schema.structs).values()) this.struct(definition);
  }

  /** A name that nothing else has: the given one, unless it is taken. */
  claim(name: string): string {
    let free = name;
    while (this.#taken.has(free)) free += '_';
    this.#taken.add(free);
    return free;
  }

  /** The name of an enum; one of another file is written too from now on. */
  enum(definition: EnumSchema): string {
    return this.enums.get(definition) ?? this.#adopt(this.enums, definition);
  }

  /** The name of a struct; one of another file is written too from now on. */
  struct(definition: StructSchema): string {
    return this.structs.get(definition) ?? this.#adopt(this.structs, definition);
  }

  /** The name of a type of the transport; it is imported from now on. */
  transport(name: TransportType): string {
    this.imports.add(name);
    return name;
  }

  #adopt<T extends EnumSchema | StructSchema>(names: Map<T, string>, definition: T): string {
    const prefixed = definition.qualifiedName.replaceAll(/\W|^(?=\d)/g, '_');
    const name = this.claim(this.#taken.has(definition.name) ? prefixed : definition.name);
    names.set(definition, name);
    return name;
  }
}

/** What the IDL file defines itself, without what it includes; of one that does nothing but include, what that defines. */
export function own<T>(schema: Schema, definitions: ReadonlyMap<string, T>): Map<string, T> {
  const { structs, enums, typedefs, constants, services } = schema;
  const includesOnly = [structs, enums, typedefs, constants, services].every((map) =>
    [...map.keys()].every(isIncluded),
  );
  return new Map([...definitions].filter(([name]) => includesOnly || !isIncluded(name)));
}

function isIncluded(name: string): boolean {
  return name.includes('.');
}
