import { ThriftProtocolError } from '../../errors.js';
import { minBinarySize } from './binary-sizes.js';
import { checkContainerSize, checkNameSize, checkElementsFit, checkStringSize } from '../bounds.js';
import { ByteReader } from '../byte-reader.js';
import { STOP, STRING } from '../constants.js';
import type { MessageHeader, ProtocolReader, ReadLimits } from '../protocol.js';

/** High half of a strict message's first word (Thrift binary protocol specification, "Message"). */
export const STRICT_VERSION = 0x8001;

/** Reads the binary protocol, strict and old-style (Thrift binary protocol specification). */
export class BinaryReader extends ByteReader implements ProtocolReader {
  fieldId = 0;
  elementType = 0;
  keyType = 0;

  constructor(readonly limits: ReadLimits) {
    super();
  }

  readMessageBegin(): MessageHeader {
    const first = this.readI32();
    if (first >= 0) {
      // Old style: the length of the name, the name, a byte for the type.
      const name = this.readName(first);
      const type = this.readI8();
      return { name, type, seqid: this.readI32() };
    }
    if (first >>> 16 !== STRICT_VERSION) {
      throw new ThriftProtocolError(
        'bad-version',
        `version ${(first >>> 16).toString(16)} of the binary protocol is not 8001`,
      );
    }
    const name = this.readName(this.readI32());
    return { name, type: first & 0xff, seqid: this.readI32() };
  }

  readMessageEnd(): void {
    this.checkEnd();
  }

  readStructBegin(): number {
    return 0;
  }

  readStructEnd(): void {
    // In binary, only the stop field ends a struct.
  }

  readFieldBegin(): number {
    const type = this.takeByte();
    if (type !== STOP) this.fieldId = this.readI16();
    return type;
  }

  readFieldEnd(): void {
    // Nothing follows a field's value in binary.
  }

  readListBegin(): number {
    this.elementType = this.takeByte();
    const size = this.readContainerSize();
    if (size > 0) checkElementsFit(size, minBinarySize(this.elementType), this.left);
    return size;
  }

  readListEnd(): void {
    // Nothing follows the last element in binary.
  }

  readMapBegin(): number {
    this.keyType = this.takeByte();
    this.elementType = this.takeByte();
    const size = this.readContainerSize();
    if (size > 0) checkElementsFit(size, minBinarySize(this.keyType) + minBinarySize(this.elementType), this.left);
    return size;
  }

  readMapEnd(): void {
    // Nothing follows the last entry in binary.
  }

  readBool(): boolean {
    return this.takeByte() !== 0;
  }

  readI8(): number {
    return (this.takeByte() << 24) >> 24;
  }

  readI16(): number {
    const at = this.take(2);
    const { bytes } = this;
    return (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number);
  }

  readI32(): number {
    const at = this.take(4);
    const { bytes } = this;
    return (
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
    );
  }

  readI64(): bigint {
    return this.bytes.readBigInt64BE(this.take(8));
  }

  readDouble(): number {
    return this.bytes.readDoubleBE(this.take(8));
  }

  readString(): string {
    return this.takeText(this.readStringSize());
  }

  readBinary(): Buffer {
    return this.takeBytes(this.readStringSize());
  }

  readUuid(): string {
    return this.takeUuid();
  }

  skipScalars(type: number, count: number): void {
    if (type !== STRING) this.take(count * minBinarySize(type));
    else for (let i = 0; i < count; i++) this.take(this.readStringSize());
  }

  private readName(size: number): string {
    checkNameSize(size);
    return this.takeText(size);
  }

  private readStringSize(): number {
    const size = this.readI32();
    checkStringSize(size, this.limits);
    return size;
  }

  private readContainerSize(): number {
    const size = this.readI32();
    checkContainerSize(size, this.limits);
    return size;
  }
}
