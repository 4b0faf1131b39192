import type { BaseTypeName, EnumSchema, StructSchema, TypeSchema } from '../schema.js';

/**
 * Every type of one schema, each created once: equal types are the same object. So types are compared by `===`, and
 * compiled types can be cached by object.
 */
export class TypeTable {
  readonly #types = new Map<string, TypeSchema>();
  readonly #facts = new Map<TypeSchema, { id: number; depth: number }>();
  readonly #named = new Map<EnumSchema | StructSchema, TypeSchema>();

  /** A base type. */
  base(kind: BaseTypeName): TypeSchema {
    return this.#types.get(kind) ?? this.#add(kind, { kind }, []);
  }

  /** The type of an enum. */
  enum(schema: EnumSchema): TypeSchema {
    return this.#named.get(schema) ?? this.#addNamed(schema, { kind: 'enum', enum: schema });
  }

  /** The type of a struct, union or exception. */
  struct(schema: StructSchema): TypeSchema {
    return this.#named.get(schema) ?? this.#addNamed(schema, { kind: 'struct', struct: schema });
  }

  /** A list or a set. */
  collection(kind: 'list' | 'set', element: TypeSchema): TypeSchema {
    const key = `${kind} ${String(this.#fact(element).id)}`;
    return this.#types.get(key) ?? this.#add(key, { kind, element }, [element]);
  }

  /** A map. */
  map(key: TypeSchema, value: TypeSchema): TypeSchema {
    const name = `map ${String(this.#fact(key).id)} ${String(this.#fact(value).id)}`;
    return this.#types.get(name) ?? this.#add(name, { kind: 'map', key, value }, [key, value]);
  }

  /** Nesting level of containers, 0 for other types. */
  depth(type: TypeSchema): number {
    return this.#fact(type).depth;
  }

  #fact(type: TypeSchema): { id: number; depth: number } {
    return this.#facts.get(type) ?? { id: -1, depth: 0 };
  }

  #add(name: string, type: TypeSchema, parts: readonly TypeSchema[]): TypeSchema {
    this.#types.set(name, type);
    const depth = parts.length === 0 ? 0 : 1 + Math.max(...parts.map((part) => this.#fact(part).depth));
    this.#facts.set(type, { id: this.#facts.size, depth });
    return type;
  }

  #addNamed(schema: EnumSchema | StructSchema, type: TypeSchema): TypeSchema {
    this.#named.set(schema, type);
    this.#facts.set(type, { id: this.#facts.size, depth: 0 });
    return type;
  }
}
