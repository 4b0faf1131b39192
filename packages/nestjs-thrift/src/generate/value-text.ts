import { enumName } from '../json.js';
import type { StructSchema, ThriftValue, TypeSchema } from '../schema.js';
import type { TypeText } from './type-text.js';

/** Writes values of constants as TypeScript, each on one line. */
export class ValueText {
  readonly #types: TypeText;

  constructor(types: TypeText) {
    this.#types = types;
  }

  of(value: ThriftValue, type: TypeSchema): string {
    switch (type.kind) {
      case 'i64':
        return `${plainText(value as bigint)}n`;
      case 'string':
      case 'uuid':
        return stringText(value as string);
      case 'binary':
        return `Buffer.from(${stringText(Buffer.from(value as Uint8Array).toString('utf8'))})`;
      case 'enum':
        return this.#enumValue(value as number, type);
      case 'list':
        return `[${this.#items(value as readonly ThriftValue[], type.element).join(', ')}]`;
      case 'set':
        return collection('Set', this.#items([...(value as ReadonlySet<ThriftValue>)], type.element));
      case 'map':
        return this.#map([...(value as ReadonlyMap<ThriftValue, ThriftValue>)], type);
      case 'struct':
        return this.#struct(value as Readonly<Record<string, ThriftValue | undefined>>, type.struct);
      default:
        return plainText(value as number | boolean);
    }
  }

  #enumValue(value: number, { enum: definition }: Extract<TypeSchema, { kind: 'enum' }>): string {
    const name = enumName(definition, value);
    return name === undefined ? String(value) : `${this.#types.names.enum(definition)}.${name}`;
  }

  #items(values: readonly ThriftValue[], element: TypeSchema): string[] {
    return values.map((value) => this.of(value, element));
  }

  #map(entries: readonly (readonly [ThriftValue, ThriftValue])[], type: Extract<TypeSchema, { kind: 'map' }>): string {
    if (this.#types.isObject(type)) {
      return object(entries.map(([key, value]) => property(key as string, this.of(value, type.value))));
    }
    const rows = entries.map(([key, value]) => `[${this.of(key, type.key)}, ${this.of(value, type.value)}]`);
    return collection('Map', rows);
  }

  #struct(value: Readonly<Record<string, ThriftValue | undefined>>, struct: StructSchema): string {
    const members = struct.fields.flatMap(({ name, type }) => {
      const member = Object.hasOwn(value, name) ? value[name] : undefined;
      return member === undefined ? [] : [property(name, this.of(member, type))];
    });
    return object(members);
  }
}

function collection(name: 'Map' | 'Set', items: readonly string[]): string {
  return items.length === 0 ? `new ${name}()` : `new ${name}([${items.join(', ')}])`;
}

function object(members: readonly string[]): string {
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function property(name: string, value: string): string {
  // Without brackets this one would set the prototype.
  if (name === '__proto__') return `['__proto__']: ${value}`;
  return `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : stringText(name)}: ${value}`;
}

function plainText(value: number | bigint | boolean): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A literal in single quotes. */
export function stringText(value: string): string {
  const escaped = value.replace(/[\p{Cc}'\\\u2028\u2029]/gu, (character) => {
    const short = { "'": "\\'", '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `'${escaped}'`;
}
