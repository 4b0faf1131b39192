import type { BaseTypeName, FieldSchema, TypeSchema } from '../schema.js';
import { docComment } from './doc-text.js';
import type { Names } from './names.js';

/** What the text of a type depends on. */
interface TypeOptions {
  /** Whether `map<string, …>` is a plain object, as the codec reads it with the option of the same name. */
  readonly stringMapsAsObjects: boolean;
}

const BASE_TYPES: Readonly<Record<BaseTypeName, string>> = {
  bool: 'boolean',
  i8: 'number',
  i16: 'number',
  i32: 'number',
  i64: 'bigint',
  double: 'number',
  string: 'string',
  // The codec reads a Buffer, and writes any bytes.
  binary: 'Uint8Array',
  uuid: 'string',
};

type MapType = Extract<TypeSchema, { kind: 'map' }>;

/** Writes types of the IDL as TypeScript: as the codec reads them, and no narrower than it writes them. */
export class TypeText {
  readonly #options: TypeOptions;

  constructor(
    readonly names: Names,
    options: TypeOptions,
  ) {
    this.#options = options;
  }

  of(type: TypeSchema): string {
    switch (type.kind) {
      case 'enum':
        return this.names.enum(type.enum);
      case 'struct':
        return this.names.struct(type.struct);
      case 'list':
        return `readonly ${type.element.kind === 'list' ? `(${this.of(type.element)})` : this.of(type.element)}[]`;
      case 'set':
        return `ReadonlySet<${this.of(type.element)}>`;
      case 'map':
        return this.#map(type);
      default:
        return BASE_TYPES[type.kind];
    }
  }

  isObject(type: MapType): boolean {
    return this.#options.stringMapsAsObjects && type.key.kind === 'string';
  }

  #map(type: MapType): string {
    const parameters = `${this.of(type.key)}, ${this.of(type.value)}`;
    return this.isObject(type) ? `Readonly<Record<${parameters}>>` : `ReadonlyMap<${parameters}>`;
  }

  /** The members of an interface, one per line, with their doc comments. */
  members(fields: readonly FieldSchema[]): string {
    return fields.map((field) => `${docComment(field.doc, 1)}  ${this.#member(field)};\n`).join('');
  }

  /** A field without the word `required` may be unset in both directions; a default then replaces it. */
  #member(field: FieldSchema): string {
    const type = this.of(field.type);
    if (field.requiredness === 'required') return `readonly ${field.name}: ${type}`;
    return `readonly ${field.name}?: ${type} | undefined`;
  }
}
