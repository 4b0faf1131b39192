import type { ProtocolWriter } from '../protocol/protocol.js';
import type { FieldSchema, StructSchema, ThriftValue, TypeSchema } from '../schema.js';
import { isUuid } from '../protocol/uuid.js';
import { WrongValue } from './wrong-value.js';
import { wireType } from './wire-type.js';

/** Writes one value of a type at nesting level `depth`, or throws WrongValue. */
export type WriteValue = (writer: ProtocolWriter, value: unknown, depth: number) => void;

/** A struct as a handler or a caller passes it. */
type StructInput = Readonly<Record<string, unknown>>;

interface FieldWriter {
  readonly id: number;
  readonly name: string;
  readonly wireType: number;
  readonly required: boolean;
  readonly defaultValue: ThriftValue | undefined;
  /** Whether Object.prototype has a member of that name, such as `constructor`: then only an own property counts. */
  readonly inherited: boolean;
  readonly write: WriteValue;
}

/**
 * Compiles types of the schema to closures that check and write a value, each struct once. A value that does not fit
 * causes an error with its path, never corrupt bytes.
 */
export class WriterCompiler {
  private readonly structs = new Map<StructSchema, WriteValue>();

  /** @param maxDepth maximum nesting; it also stops a value that refers to itself. */
  constructor(private readonly maxDepth: number) {}

  /** Returns the writer of a struct; compiled at the first call. */
  struct(struct: StructSchema): WriteValue {
    const known = this.structs.get(struct);
    if (known !== undefined) return known;
    // Link for recursive structs: a struct that contains itself gets it while being compiled; the end of this function
    // sets its target.
    this.structs.set(struct, (writer, value, depth) => {
      compiled(writer, value, depth);
    });
    const compiled = this.compileStruct(struct);
    this.structs.set(struct, compiled);
    return compiled;
  }

  private compileStruct(struct: StructSchema): WriteValue {
    const { maxDepth } = this;
    const fields = struct.fields.map((field) => this.field(field, struct.kind));
    const count = fields.length;
    // Fields from here on are written only if the value has them.
    const optionalFrom = 1 + fields.findLastIndex((field) => field.required || field.defaultValue !== undefined);
    const isUnion = struct.kind === 'union';
    return (writer, value, depth) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WrongValue(struct.name, value);
      checkDepth(depth, maxDepth);
      if (isUnion) checkUnion(struct.name, fields, value as StructInput);
      const outer = writer.writeStructBegin();
      let i = 0;
      // Looking for a field that a value lacks takes longer than to count those that it has.
      let left = optionalFrom < count ? memberCount(value as StructInput) : Infinity;
      try {
        for (; i < count && (left > 0 || i < optionalFrom); i++) {
          if (writeField(writer, fields[i] as FieldWriter, value as StructInput, depth + 1)) left--;
        }
      } catch (error) {
        throw WrongValue.within(error, `.${(fields[i] as FieldWriter).name}`);
      }
      writer.writeStructEnd(outer);
    };
  }

  private field(field: FieldSchema, kind: StructSchema['kind']): FieldWriter {
    return {
      id: field.id,
      name: field.name,
      wireType: wireType(field.type),
      // A union has only the member that was set, whatever defaults and `required` the IDL gives to others.
      required: kind !== 'union' && field.requiredness === 'required',
      defaultValue: kind === 'union' ? undefined : field.defaultValue,
      inherited: field.name in Object.prototype,
      write: this.type(field.type),
    };
  }

  private type(type: TypeSchema): WriteValue {
    switch (type.kind) {
      case 'struct':
        return this.struct(type.struct);
      case 'list':
        return this.list(type.element);
      case 'set':
        return this.set(type.element);
      case 'map':
        return this.map(type.key, type.value);
      default:
        return BASE_WRITERS[type.kind];
    }
  }

  private list(element: TypeSchema): WriteValue {
    const { maxDepth } = this;
    const elementType = wireType(element);
    const write = this.type(element);
    return (writer, value, depth) => {
      if (!Array.isArray(value)) throw new WrongValue('array', value);
      checkDepth(depth, maxDepth);
      writer.writeListBegin(elementType, value.length);
      writeElements(writer, value, write, depth + 1);
      writer.writeListEnd();
    };
  }

  private set(element: TypeSchema): WriteValue {
    const { maxDepth } = this;
    const elementType = wireType(element);
    const write = this.type(element);
    return (writer, value, depth) => {
      if (!(value instanceof Set)) throw new WrongValue('Set', value);
      checkDepth(depth, maxDepth);
      writer.writeListBegin(elementType, value.size);
      writeElements(writer, [...(value as ReadonlySet<unknown>)], write, depth + 1);
      writer.writeListEnd();
    };
  }

  private map(key: TypeSchema, value: TypeSchema): WriteValue {
    const { maxDepth } = this;
    const keyType = wireType(key);
    const valueType = wireType(value);
    const writeKey = this.type(key);
    const writeValue = this.type(value);
    const objectAllowed = key.kind === 'string';
    return (writer, map, depth) => {
      const entries = mapEntries(map, objectAllowed);
      checkDepth(depth, maxDepth);
      writer.writeMapBegin(keyType, valueType, entries.length);
      for (const [entryKey, entryValue] of entries) {
        try {
          writeKey(writer, entryKey, depth + 1);
          writeValue(writer, entryValue, depth + 1);
        } catch (error) {
          throw WrongValue.within(error, `[${describeKey(entryKey)}]`);
        }
      }
      writer.writeMapEnd();
    };
  }
}

function memberOf(struct: StructInput, { name, inherited }: FieldWriter): unknown {
  return inherited && !Object.hasOwn(struct, name) ? undefined : struct[name];
}

/** Number of members of a plain object; other objects may have more than can be counted, such as accessors. */
function memberCount(struct: StructInput): number {
  if (Object.getPrototypeOf(struct) !== Object.prototype) return Infinity;
  let count = 0;
  // Object.keys would create an array for each struct of a list. The condition is for the
  // linter, and no field fails it: an inherited name only raises the count, which is harmless, and Object.hasOwn is slower.
  for (const name in struct) if (name !== '') count++;
  return count;
}

/** @returns Whether the field was a member of the struct. */
function writeField(writer: ProtocolWriter, field: FieldWriter, struct: StructInput, depth: number): boolean {
  const given = memberOf(struct, field);
  // null means unset without a default; undefined means not mentioned, as in a new object of generated code.
  const value = given === undefined ? field.defaultValue : given;
  if (value === undefined || value === null) {
    if (field.required) throw new WrongValue('a value, since the field is required', given);
    return given === null;
  }
  writer.writeFieldBegin(field.wireType, field.id);
  field.write(writer, value, depth);
  writer.writeFieldEnd();
  return given !== undefined;
}

function writeElements(writer: ProtocolWriter, values: readonly unknown[], write: WriteValue, depth: number): void {
  let i = 0;
  try {
    for (; i < values.length; i++) write(writer, values[i], depth);
  } catch (error) {
    throw WrongValue.within(error, `[${String(i)}]`);
  }
}

function mapEntries(value: unknown, objectAllowed: boolean): [unknown, unknown][] {
  if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>)];
  if (objectAllowed && typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value);
  throw new WrongValue(objectAllowed ? 'Map or object' : 'Map', value);
}

function describeKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key.slice(0, 64));
  return typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean' ? String(key) : 'an entry';
}

function checkUnion(name: string, fields: readonly FieldWriter[], struct: StructInput): void {
  const set = fields.filter((field) => (memberOf(struct, field) ?? undefined) !== undefined).length;
  if (set !== 1) throw new WrongValue(`exactly one member of union ${name}`, `${String(set)} members`, true);
}

function checkDepth(depth: number, maxDepth: number): void {
  if (depth > maxDepth) throw new WrongValue(`at most ${String(maxDepth)} levels of nesting`, 'more', true);
}

/** Writes an integer between two bounds, both included. */
function integer(
  name: string,
  least: number,
  most: number,
  write: (writer: ProtocolWriter, value: number) => void,
): WriteValue {
  return (writer, value) => {
    if (typeof value !== 'number') throw new WrongValue(name, value);
    if (!Number.isInteger(value) || value < least || value > most) throw new WrongValue(name, String(value), true);
    write(writer, value);
  };
}

const writeI32 = (name: string): WriteValue =>
  integer(name, -0x8000_0000, 0x7fff_ffff, (writer, value) => {
    writer.writeI32(value);
  });

const BASE_WRITERS: Readonly<Record<Exclude<TypeSchema['kind'], 'struct' | 'list' | 'set' | 'map'>, WriteValue>> = {
  bool: (writer, value) => {
    if (typeof value !== 'boolean') throw new WrongValue('boolean', value);
    writer.writeBool(value);
  },
  i8: integer('i8', -0x80, 0x7f, (writer, value) => {
    writer.writeI8(value);
  }),
  i16: integer('i16', -0x8000, 0x7fff, (writer, value) => {
    writer.writeI16(value);
  }),
  i32: writeI32('i32'),
  enum: writeI32('number of an enum'),
  i64: (writer, value) => {
    if (typeof value !== 'bigint') throw new WrongValue('bigint', value);
    if (BigInt.asIntN(64, value) !== value) throw new WrongValue('i64', String(value), true);
    writer.writeI64(value);
  },
  double: (writer, value) => {
    if (typeof value !== 'number') throw new WrongValue('number', value);
    writer.writeDouble(value);
  },
  string: (writer, value) => {
    if (typeof value !== 'string') throw new WrongValue('string', value);
    if (!writer.writeString(value)) throw new WrongValue('well-formed Unicode', 'half a surrogate pair', true);
  },
  binary: (writer, value) => {
    if (!(value instanceof Uint8Array)) throw new WrongValue('Buffer', value);
    writer.writeBinary(value);
  },
  uuid: (writer, value) => {
    if (typeof value !== 'string') throw new WrongValue('UUID', value);
    if (!isUuid(value)) throw new WrongValue('UUID', JSON.stringify(value.slice(0, 64)), true);
    writer.writeUuid(value);
  },
};
