import type { StructSchema, TypeSchema } from '../../../src/index.js';
import type { Portable } from '../portable.js';
import { npmThrift, type NpmProtocol } from './library.js';

/** Type numbers on the wire (Thrift RPC specification), repeated here so that the tests do not depend on ours. */
const WIRE_TYPES: Readonly<Record<TypeSchema['kind'], number>> = {
  bool: 2,
  i8: 3,
  double: 4,
  i16: 6,
  i32: 8,
  enum: 8,
  i64: 10,
  string: 11,
  binary: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
  uuid: 16,
};
const STOP = 0;

/** Writes a struct like generated code. */
export function writeStruct(output: NpmProtocol, struct: StructSchema, value: Record<string, Portable>): void {
  output.writeStructBegin(struct.name);
  for (const { id, name, type } of struct.fields) {
    const member = value[name];
    if (member === undefined) continue;
    output.writeFieldBegin(name, WIRE_TYPES[type.kind], id);
    writeValue(output, type, member);
    output.writeFieldEnd();
  }
  output.writeFieldStop();
  output.writeStructEnd();
}

/** Reads a struct like generated code: unknown fields and those of another type are skipped. */
export function readStruct(input: NpmProtocol, struct: StructSchema): Record<string, Portable> {
  const value: Record<string, Portable> = {};
  input.readStructBegin();
  for (;;) {
    const { ftype, fid } = input.readFieldBegin();
    const wireType: number = ftype;
    if (wireType === STOP) break;
    const field = struct.fields.find(({ id }) => id === fid);
    if (field && WIRE_TYPES[field.type.kind] === wireType) value[field.name] = readValue(input, field.type);
    else input.skip(ftype);
    input.readFieldEnd();
  }
  input.readStructEnd();
  return value;
}

function writeValue(output: NpmProtocol, type: TypeSchema, value: Portable): void {
  switch (type.kind) {
    case 'struct':
      writeStruct(output, type.struct, value as Record<string, Portable>);
      return;
    case 'list':
    case 'set': {
      const elements = value as Portable[];
      if (type.kind === 'list') output.writeListBegin(WIRE_TYPES[type.element.kind], elements.length);
      else output.writeSetBegin(WIRE_TYPES[type.element.kind], elements.length);
      for (const element of elements) writeValue(output, type.element, element);
      if (type.kind === 'list') output.writeListEnd();
      else output.writeSetEnd();
      return;
    }
    case 'map': {
      const entries = value as [Portable, Portable][];
      output.writeMapBegin(WIRE_TYPES[type.key.kind], WIRE_TYPES[type.value.kind], entries.length);
      for (const [key, entry] of entries) {
        writeValue(output, type.key, key);
        writeValue(output, type.value, entry);
      }
      output.writeMapEnd();
      return;
    }
    default:
      baseWriters[type.kind](output, value as never);
  }
}

function readValue(input: NpmProtocol, type: TypeSchema): Portable {
  switch (type.kind) {
    case 'struct':
      return readStruct(input, type.struct);
    case 'list':
    case 'set': {
      const { size } = type.kind === 'list' ? input.readListBegin() : input.readSetBegin();
      const elements = Array.from({ length: size }, () => readValue(input, type.element));
      if (type.kind === 'list') input.readListEnd();
      else input.readSetEnd();
      return elements;
    }
    case 'map': {
      const { size } = input.readMapBegin();
      const entries = Array.from({ length: size }, () => [readValue(input, type.key), readValue(input, type.value)]);
      input.readMapEnd();
      return entries;
    }
    default:
      return baseReaders[type.kind](input);
  }
}

type BaseKind = Exclude<TypeSchema['kind'], 'struct' | 'list' | 'set' | 'map'>;

const baseWriters: Readonly<Record<BaseKind, (output: NpmProtocol, value: never) => void>> = {
  bool: (output, value: boolean) => {
    output.writeBool(value);
  },
  i8: (output, value: number) => {
    output.writeByte(value);
  },
  i16: (output, value: number) => {
    output.writeI16(value);
  },
  i32: (output, value: number) => {
    output.writeI32(value);
  },
  enum: (output, value: number) => {
    output.writeI32(value);
  },
  i64: (output, value: string) => {
    output.writeI64(npmThrift.fromBigInt(BigInt(value)));
  },
  double: (output, value: number | string) => {
    output.writeDouble(Number(value));
  },
  string: (output, value: string) => {
    output.writeString(value);
  },
  binary: (output, value: string) => {
    output.writeBinary(Buffer.from(value, 'base64'));
  },
  uuid: (output, value: string) => {
    output.writeUuid(value);
  },
};

const baseReaders: Readonly<Record<BaseKind, (input: NpmProtocol) => Portable>> = {
  bool: (input) => input.readBool(),
  i8: (input) => input.readByte(),
  i16: (input) => input.readI16(),
  i32: (input) => input.readI32(),
  enum: (input) => input.readI32(),
  i64: (input) => String(npmThrift.toBigInt(input.readI64())),
  double: (input) => {
    const value = input.readDouble();
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? value : String(value);
  },
  string: (input) => input.readString(),
  binary: (input) => Buffer.from(input.readBinary()).toString('base64'),
  uuid: (input) => input.readUuid(),
};
