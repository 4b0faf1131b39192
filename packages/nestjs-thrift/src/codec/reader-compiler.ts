import { ThriftProtocolError } from '../errors.js';
import { depthExceeded } from '../protocol/bounds.js';
import { STOP } from '../protocol/constants.js';
import type { ProtocolReader, ReadLimits } from '../protocol/protocol.js';
import { skip } from '../protocol/skip.js';
import type { FieldSchema, StructSchema, ThriftValue, TypeSchema } from '../schema.js';
import { CollisionGuard, KEYS_PER_LOOK, UNGUARDED_SIZE } from './collision-guard.js';
import { takesMemory, type ReadContext } from './read-context.js';
import { wireType } from './wire-type.js';

/** A struct as the codec reads it. Absent members were not sent. */
export type StructValue = Record<string, ThriftValue | undefined>;

/** Reads one value of a type at nesting level `depth`. */
type ReadValue = (reader: ProtocolReader, depth: number, context: ReadContext) => ThriftValue;

export type ReadStruct = (reader: ProtocolReader, depth: number, context: ReadContext) => StructValue;

export interface ReadOptions {
  /** Whether `map<string, …>` reads as a plain object without a prototype instead of a `Map`. */
  readonly stringMapsAsObjects: boolean;
}

/** Reads a field whose id was read before. */
interface FieldReader {
  readonly name: string;
  readonly wireType: number;
  readonly read: ReadValue;
}

/**
 * Compiles types of the schema to closures that read them, each struct once. Closures and not generated source: measured,
 * source was no faster, and closures work where `eval` is forbidden.
 */
export class ReaderCompiler {
  private readonly structs = new Map<StructSchema, ReadStruct>();
  private readonly guard = new CollisionGuard();

  constructor(
    private readonly limits: ReadLimits,
    private readonly options: ReadOptions,
  ) {}

  /** Returns the reader of a struct; compiled at the first call. */
  struct(struct: StructSchema): ReadStruct {
    const known = this.structs.get(struct);
    if (known !== undefined) return known;
    // Link for recursive structs: a struct that contains itself gets it while being compiled; the end of this function
    // sets its target.
    this.structs.set(struct, (reader, depth, context) => compiled(reader, depth, context));
    const compiled = this.compileStruct(struct);
    this.structs.set(struct, compiled);
    return compiled;
  }

  private compileStruct(struct: StructSchema): ReadStruct {
    const { limits } = this;
    const fields = new Map<number, FieldReader>();
    for (const field of struct.fields) fields.set(field.id, this.field(field));
    const byId = fieldLookup(fields);
    const complete = completion(struct);
    // A field with the name of an Object.prototype member, such as `constructor`, must read as absent when it was not
    // sent.
    const prototype = struct.fields.some(({ name }) => name in Object.prototype) ? null : Object.prototype;
    return (reader, depth, context) => {
      if (depth > limits.maxDepth) throw depthExceeded(limits);
      const value: StructValue = prototype === null ? (Object.create(null) as StructValue) : {};
      const outer = reader.readStructBegin();
      for (let type = reader.readFieldBegin(); type !== STOP; type = reader.readFieldBegin()) {
        const field = byId(reader.fieldId);
        // A field that is unknown or of an unexpected type counts as not sent, so that schemas can evolve.
        if (field?.wireType === type) value[field.name] = field.read(reader, depth + 1, context);
        else skip(reader, type, depth + 1);
        reader.readFieldEnd();
      }
      reader.readStructEnd(outer);
      complete?.(value);
      return value;
    };
  }

  private field(field: FieldSchema): FieldReader {
    return { name: field.name, wireType: wireType(field.type), read: this.type(field.type) };
  }

  private type(type: TypeSchema): ReadValue {
    switch (type.kind) {
      case 'bool':
        return (reader) => reader.readBool();
      case 'i8':
        return (reader) => reader.readI8();
      case 'i16':
        return (reader) => reader.readI16();
      case 'i32':
      case 'enum':
        return (reader) => reader.readI32();
      case 'i64':
        return (reader) => reader.readI64();
      case 'double':
        return (reader) => reader.readDouble();
      case 'string':
        return (reader) => reader.readString();
      case 'binary':
        return (reader) => reader.readBinary();
      case 'uuid':
        return (reader) => reader.readUuid();
      case 'struct':
        return this.struct(type.struct);
      case 'list':
        return this.list(type.element);
      case 'set':
        return this.set(type.element);
      case 'map':
        return this.map(type.key, type.value);
    }
  }

  private list(element: TypeSchema): ReadValue {
    const { limits } = this;
    const expected = wireType(element);
    const read = this.type(element);
    const counts = takesMemory(element);
    return (reader, depth, context) => {
      if (depth > limits.maxDepth) throw depthExceeded(limits);
      const size = reader.readListBegin();
      if (size > 0) checkElementType(reader.elementType, expected);
      if (counts) context.addElements(size);
      const values: ThriftValue[] = [];
      for (let i = 0; i < size; i++) values.push(read(reader, depth + 1, context));
      reader.readListEnd();
      return values;
    };
  }

  private set(element: TypeSchema): ReadValue {
    const { limits, guard } = this;
    const expected = wireType(element);
    const read = this.type(element);
    const guarded = canCollide(element);
    return (reader, depth, context) => {
      if (depth > limits.maxDepth) throw depthExceeded(limits);
      const size = reader.readListBegin();
      if (size > 0) checkElementType(reader.elementType, expected);
      context.addElements(size);
      const values = new Set<ThriftValue>();
      let i = 0;
      if (guarded && size > UNGUARDED_SIZE) {
        guard.begin();
        for (let next = KEYS_PER_LOOK; next < size; next += KEYS_PER_LOOK) {
          for (; i < next; i++) values.add(read(reader, depth + 1, context));
          guard.look(values);
        }
      }
      for (; i < size; i++) values.add(read(reader, depth + 1, context));
      reader.readListEnd();
      return values;
    };
  }

  private map(key: TypeSchema, value: TypeSchema): ReadValue {
    const { limits, guard } = this;
    const expectedKey = wireType(key);
    const expectedValue = wireType(value);
    const readKey = this.type(key);
    const readValue = this.type(value);
    const guarded = canCollide(key);
    const asObject = this.options.stringMapsAsObjects && key.kind === 'string';
    return (reader, depth, context) => {
      if (depth > limits.maxDepth) throw depthExceeded(limits);
      const size = reader.readMapBegin();
      if (size > 0) {
        checkElementType(reader.keyType, expectedKey);
        checkElementType(reader.elementType, expectedValue);
      }
      context.addElements(size);
      const values = new Map<ThriftValue, ThriftValue>();
      let i = 0;
      if (guarded && size > UNGUARDED_SIZE) {
        guard.begin();
        for (let next = KEYS_PER_LOOK; next < size; next += KEYS_PER_LOOK) {
          for (; i < next; i++) {
            const entryKey = readKey(reader, depth + 1, context);
            values.set(entryKey, readValue(reader, depth + 1, context));
          }
          guard.look(values);
        }
      }
      for (; i < size; i++) {
        const entryKey = readKey(reader, depth + 1, context);
        values.set(entryKey, readValue(reader, depth + 1, context));
      }
      reader.readMapEnd();
      return asObject ? toPlainObject(values) : values;
    };
  }
}

/** Whether V8 hashes values of a type without a seed. An i8 has too few values to matter. */
function canCollide({ kind }: TypeSchema): boolean {
  return kind === 'i16' || kind === 'i32' || kind === 'enum' || kind === 'i64' || kind === 'double';
}

/** No prototype, so that `__proto__` is an ordinary key. */
function toPlainObject(values: ReadonlyMap<ThriftValue, ThriftValue>): StructValue {
  const object = Object.create(null) as StructValue;
  for (const [key, value] of values) object[key as string] = value;
  return object;
}

function checkElementType(sent: number, expected: number): void {
  if (sent === expected) return;
  throw new ThriftProtocolError(
    'malformed',
    `an element of type ${String(sent)} where the IDL has ${String(expected)}`,
  );
}

/** Small ids, the usual case, are looked up in an array. */
function fieldLookup(fields: ReadonlyMap<number, FieldReader>): (id: number) => FieldReader | undefined {
  const dense: (FieldReader | undefined)[] = [];
  for (let id = 0; id < 64; id++) dense.push(fields.get(id));
  return (id) => (id >= 0 && id < 64 ? dense[id] : fields.get(id));
}

/** Completes a struct after its fields: defaults, required fields, the single member of a union. */
function completion(struct: StructSchema): ((value: StructValue) => void) | undefined {
  if (struct.kind === 'union') {
    return (value) => {
      checkUnion(struct, value);
    };
  }
  const required = struct.fields.filter((field) => field.requiredness === 'required');
  const defaulted = struct.fields.filter((field) => field.defaultValue !== undefined);
  if (required.length === 0 && defaulted.length === 0) return undefined;
  return (value) => {
    for (const field of required) {
      if (value[field.name] === undefined) {
        throw new ThriftProtocolError('missing-field', `required field ${struct.name}.${field.name} is missing`);
      }
    }
    for (const field of defaulted) {
      if (value[field.name] === undefined) value[field.name] = copyOf(field.defaultValue as ThriftValue);
    }
  };
}

function checkUnion(struct: StructSchema, value: StructValue): void {
  const count = Object.keys(value).length;
  if (count > 1) throw new ThriftProtocolError('malformed', `union ${struct.name} has ${String(count)} members`);
}

/** A copy: handlers may change what they get, but not the default in the schema. */
function copyOf(value: ThriftValue): ThriftValue {
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (value instanceof Set) return new Set([...(value as ReadonlySet<ThriftValue>)].map(copyOf));
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<ThriftValue, ThriftValue>)];
    return new Map(entries.map(([key, entry]) => [copyOf(key), copyOf(entry)]));
  }
  if (Array.isArray(value)) return (value as readonly ThriftValue[]).map(copyOf);
  const members = Object.entries(value as StructValue);
  return Object.fromEntries(members.map(([name, member]) => [name, member === undefined ? member : copyOf(member)]));
}
