import type { EnumSchema, StructSchema } from '../schema.js';
import { docComment, joinDocs } from './doc-text.js';
import type { TypeText } from './type-text.js';

/** An enum. A value that only the other side knows is a number like any other. */
export function enumText(definition: EnumSchema, name: string): string {
  const members = [...definition.values].map(([value, number]) => {
    return `${docComment(definition.valueDocs.get(value), 1)}  ${value} = ${String(number)},\n`;
  });
  const body = members.length === 0 ? '{}' : `{\n${members.join('')}}`;
  return `${docComment(definition.doc)}export enum ${name} ${body}\n`;
}

export function structText(types: TypeText, definition: StructSchema, name: string): string {
  if (definition.kind === 'union') return unionText(types, definition, name);
  const { qualifiedName } = definition;
  const type = qualifiedName === definition.name ? '' : ` with the type '${qualifiedName}'`;
  const thrown = `Thrown and caught as \`ThriftException<${name}>\`${type}.`;
  const doc = definition.kind === 'exception' ? joinDocs(definition.doc, thrown) : definition.doc;
  return docComment(doc) + interfaceText(types, definition, name);
}

function unionText(types: TypeText, definition: StructSchema, name: string): string {
  const members = types.names.claim(`${name}Members`);
  return [
    docComment(`The members of the union {@link ${name}}.`),
    interfaceText(types, definition, members),
    '\n',
    docComment(joinDocs(definition.doc, 'One member is set; none where it was one that this side does not know.')),
    `export type ${name} = ${types.names.transport('ThriftUnion')}<${members}>;\n`,
  ].join('');
}

/** The interface of a struct, or of the arguments of a method. */
export function interfaceText(types: TypeText, definition: StructSchema, name: string): string {
  if (definition.fields.length === 0) return `export type ${name} = Record<string, never>;\n`;
  return `export interface ${name} {\n${types.members(definition.fields)}}\n`;
}
