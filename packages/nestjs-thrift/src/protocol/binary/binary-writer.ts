import type { ByteWriter } from '../byte-writer.js';
import { STRICT_VERSION } from './binary-reader.js';
import { STOP } from '../constants.js';
import type { ProtocolWriter } from '../protocol.js';
import { copyAscii, SHORT_STRING_LENGTH } from '../text-writer.js';
import { writeUuid } from '../uuid.js';

/** Writes the binary protocol (Thrift binary protocol specification), strict or old-style. */
export class BinaryWriter implements ProtocolWriter {
  /** @param strict whether messages have a version; false is the old style, for peers that use it. */
  constructor(
    private readonly out: ByteWriter,
    private readonly strict: boolean,
  ) {}

  writeMessageBegin(name: string, type: number, seqid: number): void {
    if (this.strict) {
      this.writeI32((STRICT_VERSION << 16) | type);
      this.writeString(name);
    } else {
      this.writeString(name);
      this.writeI8(type);
    }
    this.writeI32(seqid);
  }

  writeMessageEnd(): void {
    // Binary has no mark for it.
  }

  writeStructBegin(): number {
    return 0;
  }

  writeStructEnd(): void {
    this.writeI8(STOP);
  }

  writeFieldBegin(type: number, id: number): void {
    const at = this.out.reserve(3);
    const { bytes } = this.out;
    bytes[at] = type;
    bytes[at + 1] = id >> 8;
    bytes[at + 2] = id;
  }

  writeFieldEnd(): void {
    // Binary has no mark for it.
  }

  writeListBegin(elementType: number, size: number): void {
    this.writeI8(elementType);
    this.writeI32(size);
  }

  writeListEnd(): void {
    // Binary has no mark for it.
  }

  writeMapBegin(keyType: number, valueType: number, size: number): void {
    this.writeI8(keyType);
    this.writeI8(valueType);
    this.writeI32(size);
  }

  writeMapEnd(): void {
    // Binary has no mark for it.
  }

  writeBool(value: boolean): void {
    this.writeI8(value ? 1 : 0);
  }

  writeI8(value: number): void {
    const at = this.out.reserve(1);
    this.out.bytes[at] = value;
  }

  writeI16(value: number): void {
    const at = this.out.reserve(2);
    const { bytes } = this.out;
    bytes[at] = value >> 8;
    bytes[at + 1] = value;
  }

  writeI32(value: number): void {
    const at = this.out.reserve(4);
    const { bytes } = this.out;
    bytes[at] = value >> 24;
    bytes[at + 1] = value >> 16;
    bytes[at + 2] = value >> 8;
    bytes[at + 3] = value;
  }

  writeI64(value: bigint): void {
    const at = this.out.reserve(8);
    this.out.bytes.writeBigInt64BE(value, at);
  }

  writeDouble(value: number): void {
    const at = this.out.reserve(8);
    this.out.bytes.writeDoubleBE(value, at);
  }

  writeString(value: string): boolean {
    const { length } = value;
    if (length > SHORT_STRING_LENGTH) return this.writeUtf8(value);
    const at = this.out.reserve(length + 4);
    const { bytes } = this.out;
    if (!copyAscii(value, bytes, at + 4)) {
      this.out.position = at;
      return this.writeUtf8(value);
    }
    bytes[at] = 0;
    bytes[at + 1] = 0;
    bytes[at + 2] = 0;
    bytes[at + 3] = length;
    return true;
  }

  writeBinary(value: Uint8Array): void {
    this.writeI32(value.length);
    const at = this.out.reserve(value.length);
    this.out.bytes.set(value, at);
  }

  writeUuid(value: string): void {
    const at = this.out.reserve(16);
    writeUuid(value, this.out.bytes, at);
  }

  private writeUtf8(value: string): boolean {
    if (!value.isWellFormed()) return false;
    const size = Buffer.byteLength(value, 'utf8');
    this.writeI32(size);
    const at = this.out.reserve(size);
    this.out.bytes.write(value, at, size, 'utf8');
    return true;
  }
}
