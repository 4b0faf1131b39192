import { docComment } from './generate/doc-text.js';
import { jsonText, toJson } from './json.js';
import type { EnumSchema, FieldSchema, MethodSchema, StructSchema, ThriftValue, TypeSchema } from './schema.js';

/**
 * A type in the syntax of the IDL: `map<string, list<shared.Task>>`. Typedefs are resolved. A type of a file that is included
 * indirectly, under a name that two files have, has its folder in front: `folder/shared.Task`, which no IDL can say.
 */
export function typeText(type: TypeSchema): string {
  switch (type.kind) {
    case 'enum':
      return type.enum.qualifiedName;
    case 'struct':
      return type.struct.qualifiedName;
    case 'list':
    case 'set':
      return `${type.kind}<${typeText(type.element)}>`;
    case 'map':
      return `map<${typeText(type.key)}, ${typeText(type.value)}>`;
    default:
      return type.kind;
  }
}

/** A method in the syntax of the IDL, on one line: `Task get(1: string id) throws (1: NotFound notFound)`. */
export function methodText({ oneway, returns, name, args, throws }: MethodSchema): string {
  const result = returns === undefined ? 'void' : typeText(returns);
  const thrown = throws.map(({ id, type, name: variable }) => `${String(id)}: ${typeText(type)} ${variable}`);
  const clause = thrown.length === 0 ? '' : ` throws (${thrown.join(', ')})`;
  return `${oneway ? 'oneway ' : ''}${result} ${name}(${args.fields.map(fieldText).join(', ')})${clause}`;
}

/** A struct, union or exception in the syntax of the IDL, with its doc comments. */
export function structText({ kind, qualifiedName, fields, doc }: StructSchema): string {
  const members = fields.map((field) => member(field.doc, fieldText(field)));
  return `${docComment(doc)}${kind} ${qualifiedName} {\n${members.join('')}}\n`;
}

/** An enum in the syntax of the IDL, with its doc comments. */
export function enumText({ qualifiedName, values, valueDocs, doc }: EnumSchema): string {
  const members = [...values].map(([value, number]) => member(valueDocs.get(value), `${value} = ${String(number)}`));
  return `${docComment(doc)}enum ${qualifiedName} {\n${members.join('')}}\n`;
}

/** The value of a constant or a default in the syntax of the IDL. */
export function valueText(value: ThriftValue, type: TypeSchema): string {
  const json = toJson(value, { type, i64: 'number', binary: 'text' });
  return type.kind === 'enum' && typeof json === 'string'
    ? `${type.enum.qualifiedName}.${json}`
    : jsonText(json ?? null);
}

/** A field or an argument in the syntax of the IDL, on one line. */
export function fieldText({ id, requiredness, type, name, defaultValue }: FieldSchema): string {
  const word = requiredness === 'default' ? '' : `${requiredness} `;
  const value = defaultValue === undefined ? '' : ` = ${valueText(defaultValue, type)}`;
  return `${String(id)}: ${word}${typeText(type)} ${name}${value}`;
}

function member(doc: string | undefined, text: string): string {
  return `${docComment(doc, 1)}  ${text}\n`;
}
