import { basename } from 'node:path';
import type { Schema, TypeSchema } from '../schema.js';
import { docComment } from './doc-text.js';
import { Names, own } from './names.js';
import { ServiceText } from './service-text.js';
import { enumText, structText } from './struct-text.js';
import { TypeText } from './type-text.js';
import { stringText, ValueText } from './value-text.js';

/** Types of constants that TypeScript does not infer from the value. */
const ANNOTATED = new Set<TypeSchema['kind']>(['list', 'set', 'map', 'struct']);

/** How {@link typeFile} writes. */
export interface TypeFileOptions {
  /** Where the generated file imports the transport's types from. */
  readonly transport: string;
  /** Whether `map<string, …>` is a plain object, as with the option of that name of server and client. */
  readonly stringMapsAsObjects?: boolean;
}

/**
 * TypeScript for what an IDL file defines, and for what it needs of included files: interfaces of structs, unions and
 * exceptions, enums, typedefs, constants, and for each service the arguments, the handlers and the client. The same
 * schema gives the same text: plain, with one member per line however long. Run a formatter over it.
 */
export function typeFile(schema: Schema, options: TypeFileOptions): string {
  const names = new Names(schema);
  const types = new TypeText(names, { stringMapsAsObjects: options.stringMapsAsObjects ?? false });
  const typedefs = typedefTexts(schema, types);
  const constants = constantTexts(schema, types);
  const services = new ServiceText(schema, types).all();
  // What is written may need structs of included files, and those may need others: the map grows while it is walked.
  const structs: string[] = [];
  for (const [definition, name] of names.structs) structs.push(structText(types, definition, name));
  const enums = [...names.enums].map(([definition, name]) => enumText(definition, name));
  const body = [...enums, ...typedefs, ...structs, ...constants, ...services];
  const head = `// Written by thrift-types from ${basename(schema.file)}: change that file and run it again.\n`;
  return [head + importText(names, options.transport), ...body].join('\n');
}

function importText(names: Names, transport: string): string {
  if (names.imports.size === 0) return '';
  return `import type { ${[...names.imports].sort().join(', ')} } from ${stringText(transport)};\n`;
}

function typedefTexts(schema: Schema, types: TypeText): string[] {
  return [...own(schema, schema.typedefs).values()].map(({ name, type, doc }) => {
    return `${docComment(doc)}export type ${types.names.claim(name)} = ${types.of(type)};\n`;
  });
}

function constantTexts(schema: Schema, types: TypeText): string[] {
  const values = new ValueText(types);
  return [...own(schema, schema.constants).values()].map(({ name, type, value, doc }) => {
    const annotation = ANNOTATED.has(type.kind) ? `: ${types.of(type)}` : '';
    return `${docComment(doc)}export const ${types.names.claim(name)}${annotation} = ${values.of(value, type)};\n`;
  });
}
