import { docComment } from '../generate/doc-text.js';
import { enumText, fieldText, methodText, structText, typeText, valueText } from '../idl-text.js';
import { exampleJson } from '../json-call.js';
import { jsonText } from '../json.js';
import type { MethodSchema, Schema, ServiceSchema, TypeSchema } from '../schema.js';
import { UsageError } from './command-line.js';
import { methodNames, splitName } from './contract.js';
import { suggestion } from './suggestion.js';

/** All methods, one a line, with the first line of their doc comments. */
export function listText(schema: Schema): string {
  const names = methodNames(schema);
  const width = Math.max(...names.map(({ length }) => length));
  return names
    .map((name) => {
      const { service, method } = splitName(name);
      const [summary = ''] = schema.services.get(service)?.methods.get(method)?.doc?.split('\n') ?? [];
      return summary === '' ? `${name}\n` : `${name.padEnd(width)}  ${summary}\n`;
    })
    .join('');
}

/**
 * A definition of the IDL by its name, in the syntax of the IDL.
 * @param command begins the example of a call: `thriftcall localhost:9090`.
 * @throws UsageError naming what was meant.
 */
export function describe(schema: Schema, name: string, command: string): string {
  const { structs, enums, typedefs, constants, services } = schema;
  const service = services.get(name);
  if (service !== undefined) return serviceText(service);
  const { service: owner, method } = splitName(name);
  const found = services.get(owner)?.methods.get(method);
  if (found !== undefined) return describeMethod(found, `${command} call ${name}`);
  const struct = structs.get(name);
  if (struct !== undefined) return structText(struct);
  const enumeration = enums.get(name);
  if (enumeration !== undefined) return enumText(enumeration);
  const typedef = typedefs.get(name);
  if (typedef !== undefined) return `${docComment(typedef.doc)}typedef ${typeText(typedef.type)} ${name}\n`;
  const constant = constants.get(name);
  if (constant !== undefined) {
    const value = valueText(constant.value, constant.type);
    return `${docComment(constant.doc)}const ${typeText(constant.type)} ${name} = ${value}\n`;
  }
  const names = [services, structs, enums, typedefs, constants].flatMap((definitions) => [...definitions.keys()]);
  throw new UsageError(`the IDL defines no '${name}'${suggestion(name, [...methodNames(schema), ...names])}`);
}

function serviceText({ name, extends: parent, methods, doc }: ServiceSchema): string {
  const lines = [...methods.values()].map((method) => `${docComment(method.doc, 1)}  ${methodText(method)}\n`);
  return `${docComment(doc)}service ${name}${parent === undefined ? '' : ` extends ${parent}`} {\n${lines.join('')}}\n`;
}

function describeMethod(method: MethodSchema, command: string): string {
  const { args, result, doc } = method;
  const types = new Map<object, string>();
  for (const { type } of [...args.fields, ...result.fields]) addTypes(type, types);
  const json = jsonText(exampleJson({ kind: 'struct', struct: args }));
  return [
    `${docComment(doc)}${signature(method)}\n`,
    ...types.values(),
    `# Example\n${command}${args.fields.length === 0 ? '' : ` ${shellWord(json)}`}\n`,
  ].join('\n');
}

/** A word of a command line, in single quotes unless every shell takes it as it is. */
export function shellWord(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A method with the doc comments of its arguments. */
function signature(method: MethodSchema): string {
  const { name, args } = method;
  if (args.fields.every(({ doc }) => doc === undefined)) return methodText(method);
  const lines = args.fields.map((field) => `${docComment(field.doc, 1)}  ${fieldText(field)}\n`).join('');
  const plain = methodText({ ...method, args: { ...args, fields: [] } });
  return plain.replace(`${name}()`, () => `${name}(\n${lines})`);
}

/** Adds the texts of the definitions that a type needs, each once. */
function addTypes(type: TypeSchema, types: Map<object, string>): void {
  switch (type.kind) {
    case 'enum':
      types.set(type.enum, enumText(type.enum));
      break;
    case 'struct':
      if (types.has(type.struct)) break;
      types.set(type.struct, structText(type.struct));
      for (const field of type.struct.fields) addTypes(field.type, types);
      break;
    case 'map':
      addTypes(type.key, types);
      addTypes(type.value, types);
      break;
    case 'list':
    case 'set':
      addTypes(type.element, types);
  }
}
