import type { BaseTypeName, FieldSchema, TypeSchema } from '../schema.js';
import { docComment } from './doc-text.js';
import { bracketed, group, indent, join, render, SPACE, whenBroken, type Layout } from './layout.js';
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
  constructor(
    readonly names: Names,
    private readonly options: TypeOptions,
  ) {}

  /** A type. */
  of(type: TypeSchema): Layout {
    switch (type.kind) {
      case 'enum':
        return this.names.enum(type.enum);
      case 'struct':
        return this.names.struct(type.struct);
      case 'list':
        return this.list(type.element);
      case 'set':
        return generic('ReadonlySet', [this.of(type.element)], isPlain(type.element));
      case 'map':
        return this.map(type);
      default:
        return BASE_TYPES[type.kind];
    }
  }

  private list(element: TypeSchema): Layout {
    return element.kind === 'list' ? ['readonly (', this.of(element), ')[]'] : ['readonly ', this.of(element), '[]'];
  }

  /** Whether a map is a plain object. */
  isObject(type: MapType): boolean {
    return this.options.stringMapsAsObjects && type.key.kind === 'string';
  }

  private map(type: MapType): Layout {
    const parameters = [this.of(type.key), this.of(type.value)];
    if (!this.isObject(type)) return generic('ReadonlyMap', parameters);
    return generic('Readonly', [generic('Record', parameters)]);
  }

  /** The members of an interface, one line each or more, with their doc comments. */
  members(fields: readonly FieldSchema[]): string {
    return fields.map((field) => docComment(field.doc, 1) + render([this.member(field), ';'], 1) + '\n').join('');
  }

  /** A field without the word `required` may be unset in both directions; a default then replaces it. */
  private member(field: FieldSchema): Layout {
    const type = this.of(field.type);
    if (field.requiredness === 'required') return [`readonly ${field.name}: `, type];
    const alternatives = group(whenBroken('| '), join([SPACE, '| '], [indent(type), 'undefined']));
    return [`readonly ${field.name}?:`, group(indent(SPACE, alternatives))];
  }
}

/** `name<…>`; a single plain parameter always stays with its brackets. */
export function generic(name: string, parameters: readonly Layout[], isTight = false): Layout {
  if (isTight) return [name, '<', parameters, '>'];
  return group(bracketed(`${name}<`, parameters, '>', ''));
}

/** Whether a type is one word in TypeScript. */
export function isPlain(type: TypeSchema): boolean {
  return type.kind !== 'list' && type.kind !== 'set' && type.kind !== 'map';
}
