import type { StructSchema, ThriftValue, TypeSchema } from '../schema.js';
import {
  assigned,
  bracketed,
  brokenGroup,
  fill,
  group,
  indent,
  join,
  NOTHING,
  SPACE,
  whenBroken,
  type Layout,
} from './layout.js';
import type { TypeText } from './type-text.js';

/** Types whose values in a row share lines. */
const NUMBERS = new Set<TypeSchema['kind']>(['i8', 'i16', 'i32', 'double']);

/** Writes values of constants as TypeScript. */
export class ValueText {
  constructor(private readonly types: TypeText) {}

  /** A value of a type. */
  of(value: ThriftValue, type: TypeSchema): Layout {
    switch (type.kind) {
      case 'i64':
        return `${plainText(value as bigint)}n`;
      case 'double':
        return doubleText(value as number);
      case 'string':
      case 'uuid':
        return stringText(value as string);
      case 'binary':
        return group(bracketed('Buffer.from(', [stringText(Buffer.from(value as Uint8Array).toString('utf8'))], ')'));
      case 'enum':
        return this.enumValue(value as number, type);
      case 'list':
        return this.list(value as readonly ThriftValue[], type.element);
      case 'set':
        return isEmpty(value)
          ? 'new Set()'
          : ['new Set(', this.list([...(value as Set<ThriftValue>)], type.element), ')'];
      case 'map':
        return this.map([...(value as ReadonlyMap<ThriftValue, ThriftValue>)], type);
      case 'struct':
        return this.struct(value as Readonly<Record<string, ThriftValue | undefined>>, type.struct);
      default:
        return plainText(value as number | boolean);
    }
  }

  private enumValue(value: number, { enum: definition }: Extract<TypeSchema, { kind: 'enum' }>): string {
    const name = [...definition.values].find(([, number]) => number === value)?.[0];
    return name === undefined ? String(value) : `${this.types.names.enum(definition)}.${name}`;
  }

  private list(values: readonly ThriftValue[], element: TypeSchema): Layout {
    const items = values.map((value) => this.of(value, element));
    if (NUMBERS.has(element.kind) && items.length > 1) {
      const separated = items.map((item, index) => (index < items.length - 1 ? [item, ','] : item));
      return group('[', indent(NOTHING, fill(separated)), whenBroken(','), NOTHING, ']');
    }
    return table(
      items,
      values.every((value) => this.isRow(value, element)),
    );
  }

  private map(
    entries: readonly (readonly [ThriftValue, ThriftValue])[],
    type: Extract<TypeSchema, { kind: 'map' }>,
  ): Layout {
    if (this.types.isObject(type)) {
      return object(entries.map(([key, value]) => [propertyName(key as string), this.of(value, type.value)]));
    }
    if (entries.length === 0) return 'new Map()';
    const rows = entries.map(([key, value]) => {
      return group(bracketed('[', [this.of(key, type.key), this.of(value, type.value)], ']'));
    });
    return ['new Map(', table(rows, true), ')'];
  }

  /** Whether a value is written as an array or an object of two members or more. */
  private isRow(value: ThriftValue, type: TypeSchema): boolean {
    if (type.kind === 'list') return (value as readonly ThriftValue[]).length > 1;
    if (type.kind === 'map') return this.types.isObject(type) && (value as ReadonlyMap<unknown, unknown>).size > 1;
    return type.kind === 'struct' && Object.keys(value).length > 1;
  }

  private struct(value: Readonly<Record<string, ThriftValue | undefined>>, struct: StructSchema): Layout {
    const members: [string, Layout][] = [];
    for (const { name, type } of struct.fields) {
      const member = Object.hasOwn(value, name) ? value[name] : undefined;
      if (member !== undefined) members.push([propertyName(name), this.of(member, type)]);
    }
    return object(members);
  }
}

/** Items in brackets; two rows or more always stand under one another. */
function table(items: readonly Layout[], areRows: boolean): Layout {
  return (areRows && items.length > 1 ? brokenGroup : group)(bracketed('[', items, ']'));
}

function object(members: readonly (readonly [string, Layout])[]): Layout {
  if (members.length === 0) return '{}';
  const items = members.map(([name, value]) => [name, ':', assigned(value)]);
  return group('{', indent(SPACE, join([',', SPACE], items)), whenBroken(','), SPACE, '}');
}

function isEmpty(value: ThriftValue): boolean {
  return value instanceof Set && value.size === 0;
}

function propertyName(name: string): string {
  // Without brackets this one would set the prototype.
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringText(name);
}

function plainText(value: number | bigint | boolean): string {
  return String(value);
}

function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e');
}

/** A literal in single quotes, or in double ones where that saves escapes. */
export function stringText(value: string): string {
  const quote = value.split("'").length > value.split('"').length ? '"' : "'";
  const escaped = value.replace(/[\p{Cc}\\\u2028\u2029]/gu, (character) => {
    const short = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return quote + escaped.replaceAll(quote, `\\${quote}`) + quote;
}
