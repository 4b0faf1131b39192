import { basename } from 'node:path';
import {
  exampleJson,
  toJson,
  type EnumSchema,
  type FieldSchema,
  type MethodSchema,
  type Schema,
  type StructSchema,
  type TypeSchema,
} from 'nestjs-thrift';
import type {
  Description,
  EnumDescription,
  FieldDescription,
  Json,
  MethodDescription,
  TypeDescription,
} from './description.js';
import type { MethodFilter } from './method-filter.js';

/** The contract as the page shows it, without the methods that the filter excludes. */
export function describeSchema(
  schema: Schema,
  filter: MethodFilter,
): Pick<Description, 'file' | 'services' | 'types' | 'constants'> {
  const namesOfServices = new Map([...schema.services].map(([name, service]) => [service, name]));

  const typeOf = (type: TypeSchema): TypeDescription => {
    switch (type.kind) {
      case 'struct':
        return { kind: 'struct', name: type.struct.qualifiedName };
      case 'enum':
        return { kind: 'enum', name: type.enum.qualifiedName };
      case 'list':
      case 'set':
        return { kind: type.kind, element: typeOf(type.element) };
      case 'map':
        return { kind: 'map', key: typeOf(type.key), value: typeOf(type.value) };
      default:
        return { kind: type.kind };
    }
  };
  const fieldOf = ({ id, name, type, requiredness, doc, defaultValue }: FieldSchema): FieldDescription => ({
    id,
    name,
    type: typeOf(type),
    requiredness,
    doc,
    defaultValue: defaultValue === undefined ? undefined : jsonOf(defaultValue, type),
  });
  const methodOf = ({ name, oneway, doc, args, returns, throws }: MethodSchema): MethodDescription => ({
    name,
    isOneway: oneway,
    doc,
    args: args.fields.map(fieldOf),
    returns: returns && typeOf(returns),
    throws: throws.map(fieldOf),
    example: exampleJson({ kind: 'struct', struct: args }),
  });
  const structOf = ({ kind, qualifiedName, doc, fields }: StructSchema) => ({
    kind,
    name: qualifiedName,
    doc,
    fields: fields.map(fieldOf),
  });

  return {
    file: basename(schema.file),
    services: [...schema.services]
      .map(([name, service]) => ({
        name,
        extends: service.parent && (namesOfServices.get(service.parent) ?? service.extends),
        doc: service.doc,
        methods: [...service.methods.values()].filter((method) => filter.has(name, method.name)).map(methodOf),
      }))
      .filter(({ methods }) => methods.length > 0),
    types: [...[...schema.structs.values()].map(structOf), ...[...schema.enums.values()].map(enumOf)],
    constants: [...schema.constants].map(([name, { type, value, doc }]) => ({
      name,
      type: typeOf(type),
      value: jsonOf(value, type),
      doc,
    })),
  };
}

function enumOf({ qualifiedName, doc, values, valueDocs }: EnumSchema): EnumDescription {
  return {
    kind: 'enum',
    name: qualifiedName,
    doc,
    values: [...values].map(([value, number]) => ({ name: value, number, doc: valueDocs.get(value) })),
  };
}

function jsonOf(value: unknown, type: TypeSchema): Json {
  return toJson(value, { type, i64: 'number' }) ?? null;
}
