import { ThriftProtocolError } from '../errors.js';
import { isFixedBinarySize, minBinarySize } from './binary-sizes.js';
import { checkContainerSize, checkNameSize, checkRoom, checkStringSize, depthExceeded, truncated } from './bounds.js';
import { TextReader } from './text-reader.js';
import { formatUuid } from './uuid.js';
import { LIST, MAP, SET, STOP, STRING, STRUCT } from './constants.js';
import type { MessageHeader, ProtocolReader, ReadLimits } from './protocol.js';

/** High half of a strict message's first word (Thrift binary protocol specification, "Message"). */
export const STRICT_VERSION = 0x8001;

/** Reads the binary protocol, strict and old-style (Thrift binary protocol specification). */
export class BinaryReader implements ProtocolReader {
  fieldId = 0;
  elementType = 0;
  keyType = 0;

  private bytes: Buffer = Buffer.alloc(0);
  private readonly text = new TextReader();
  private position = 0;
  private end = 0;

  constructor(private readonly limits: ReadLimits) {}

  reset(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.text.reset(bytes, end);
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
    const left = this.end - this.position;
    if (left !== 0) throw new ThriftProtocolError('malformed', `${String(left)} bytes after the end of the message`);
  }

  readStructBegin(): number {
    return 0;
  }

  readStructEnd(): void {
    // Binary marks the end of a struct by its stop field alone.
  }

  readFieldBegin(): number {
    const type = this.readU8();
    if (type !== STOP) this.fieldId = this.readI16();
    return type;
  }

  readFieldEnd(): void {
    // Nothing follows a field's value in binary.
  }

  readListBegin(): number {
    this.elementType = this.readU8();
    const size = this.readContainerSize();
    if (size > 0) checkRoom(size, minBinarySize(this.elementType), this.end - this.position);
    return size;
  }

  readListEnd(): void {
    // Nothing follows the last element in binary.
  }

  readSetBegin(): number {
    return this.readListBegin();
  }

  readSetEnd(): void {
    // Nothing follows the last element in binary.
  }

  readMapBegin(): number {
    this.keyType = this.readU8();
    this.elementType = this.readU8();
    const size = this.readContainerSize();
    if (size > 0) {
      checkRoom(size, minBinarySize(this.keyType) + minBinarySize(this.elementType), this.end - this.position);
    }
    return size;
  }

  readMapEnd(): void {
    // Nothing follows the last entry in binary.
  }

  readBool(): boolean {
    return this.readU8() !== 0;
  }

  readI8(): number {
    return (this.readU8() << 24) >> 24;
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
    const size = this.readStringSize();
    const at = this.take(size);
    return this.text.read(at, at + size);
  }

  readBinary(): Buffer {
    const size = this.readStringSize();
    const at = this.take(size);
    return Buffer.from(this.bytes.subarray(at, at + size));
  }

  readUuid(): string {
    const at = this.take(16);
    return formatUuid(this.bytes, at);
  }

  skip(type: number, depth: number): void {
    if (type === STRING) this.take(this.readStringSize());
    else if (isFixedBinarySize(type)) this.take(minBinarySize(type));
    else if (depth > this.limits.maxDepth) throw depthExceeded(this.limits);
    else if (type === STRUCT) this.skipStruct(depth);
    else if (type === MAP) this.skipMap(depth);
    else if (type === LIST || type === SET) this.skipElements(this.readListBegin(), this.elementType, depth);
    else minBinarySize(type);
  }

  private skipStruct(depth: number): void {
    for (let type = this.readFieldBegin(); type !== STOP; type = this.readFieldBegin()) this.skip(type, depth + 1);
  }

  private skipMap(depth: number): void {
    const size = this.readMapBegin();
    const { keyType, elementType } = this;
    for (let i = 0; i < size; i++) {
      this.skip(keyType, depth + 1);
      this.skip(elementType, depth + 1);
    }
  }

  private skipElements(size: number, type: number, depth: number): void {
    if (isFixedBinarySize(type)) this.take(size * minBinarySize(type));
    else for (let i = 0; i < size; i++) this.skip(type, depth + 1);
  }

  private readName(size: number): string {
    checkNameSize(size);
    const at = this.take(size);
    return this.text.read(at, at + size);
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

  private readU8(): number {
    return this.bytes[this.take(1)] as number;
  }

  private take(count: number): number {
    const at = this.position;
    if (this.end - at < count) throw truncated(count - this.end + at);
    this.position = at + count;
    return at;
  }
}
