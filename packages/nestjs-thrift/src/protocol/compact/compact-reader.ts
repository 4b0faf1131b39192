import { ThriftProtocolError } from '../../errors.js';
import { checkContainerSize, checkNameSize, checkElementsFit, checkStringSize } from '../bounds.js';
import { ByteReader } from '../byte-reader.js';
import {
  COMPACT_FALSE,
  COMPACT_PROTOCOL_ID,
  COMPACT_TRUE,
  COMPACT_VERSION,
  fromCompactType,
  fromCompactTypeOrStop,
  isFixedCompactSize,
  minCompactSize,
  notI16,
  varintTooLong,
} from './compact-types.js';
import { BOOL, I16, I32, STOP, STRING } from '../constants.js';
import type { MessageHeader, ProtocolReader, ReadLimits } from '../protocol.js';

/** View for combining the two halves of an i64 to a bigint. */
const halves = new DataView(new ArrayBuffer(8));

/** Reads the compact protocol (Thrift compact protocol specification). */
export class CompactReader extends ByteReader implements ProtocolReader {
  /** Also the base of the next field's id. */
  fieldId = 0;
  elementType = 0;
  keyType = 0;

  /** The value of the current bool field, which was in its type; 0 for other fields. */
  private boolField = 0;

  constructor(readonly limits: ReadLimits) {
    super();
  }

  override reset(bytes: Buffer, start: number, end: number): void {
    super.reset(bytes, start, end);
    this.fieldId = 0;
    this.boolField = 0;
  }

  readMessageBegin(): MessageHeader {
    const id = this.takeByte();
    const versionAndType = this.takeByte();
    if (id !== COMPACT_PROTOCOL_ID || (versionAndType & 0x1f) !== COMPACT_VERSION) {
      throw new ThriftProtocolError('bad-version', 'not version 1 of the compact protocol');
    }
    const seqid = this.readVarint();
    const size = this.readSize();
    checkNameSize(size);
    return { name: this.takeText(size), type: versionAndType >> 5, seqid };
  }

  readMessageEnd(): void {
    this.checkEnd();
  }

  readStructBegin(): number {
    const outer = this.fieldId;
    this.fieldId = 0;
    return outer;
  }

  readStructEnd(outer: number): void {
    this.fieldId = outer;
  }

  readFieldBegin(): number {
    const header = this.takeByte();
    const compactType = header & 0x0f;
    if (compactType === 0) return STOP;
    if (header > 0x0f) this.fieldId = checkI16(this.fieldId + (header >> 4));
    else this.fieldId = this.readI16();
    if (compactType <= COMPACT_FALSE) this.boolField = compactType;
    return fromCompactType(compactType);
  }

  readFieldEnd(): void {
    // Nothing follows a field's value in compact.
  }

  readListBegin(): number {
    const header = this.takeByte();
    this.elementType = fromCompactTypeOrStop(header & 0x0f);
    const size = header < 0xf0 ? header >> 4 : this.readSize();
    checkContainerSize(size, this.limits);
    if (size > 0) checkElementsFit(size, minCompactSize(this.elementType), this.left);
    return size;
  }

  readListEnd(): void {
    // Nothing follows the last element in compact.
  }

  readMapBegin(): number {
    const size = this.readSize();
    checkContainerSize(size, this.limits);
    const types = size === 0 ? 0 : this.takeByte();
    this.keyType = fromCompactTypeOrStop(types >> 4);
    this.elementType = fromCompactTypeOrStop(types & 0x0f);
    if (size > 0) checkElementsFit(size, minCompactSize(this.keyType) + minCompactSize(this.elementType), this.left);
    return size;
  }

  readMapEnd(): void {
    // Nothing follows the last entry in compact.
  }

  readBool(): boolean {
    const field = this.boolField;
    if (field !== 0) {
      this.boolField = 0;
      return field === COMPACT_TRUE;
    }
    const element = this.takeByte();
    // 0 is the specification's false, 2 is what Apache's libraries write.
    if (element > COMPACT_FALSE) throw new ThriftProtocolError('malformed', `${String(element)} is not a bool`);
    return element === COMPACT_TRUE;
  }

  readI8(): number {
    return (this.takeByte() << 24) >> 24;
  }

  readI16(): number {
    return checkI16(this.readI32());
  }

  readI32(): number {
    const zigzag = this.readVarint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  readI64(): bigint {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.takeByte();
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte > 0x7f) continue;
      if (shift === 63 && byte > 1) break;
      return fromZigzag(low, high);
    }
    throw varintTooLong(10);
  }

  readDouble(): number {
    return this.bytes.readDoubleLE(this.take(8));
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
    if (type === BOOL && this.boolField !== 0) this.boolField = 0;
    else if (isFixedCompactSize(type)) this.take(count * minCompactSize(type));
    else for (let i = 0; i < count; i++) this.skipVarying(type);
  }

  private skipVarying(type: number): void {
    if (type === STRING) this.take(this.readStringSize());
    else if (type === I16) this.readI16();
    else if (type === I32) this.readVarint();
    else this.readI64();
  }

  private readStringSize(): number {
    const size = this.readSize();
    checkStringSize(size, this.limits);
    return size;
  }

  /** Sizes are unsigned in compact. */
  private readSize(): number {
    return this.readVarint() >>> 0;
  }

  /** Returns the signed 32 bits of a varint of at most 5 bytes. */
  private readVarint(): number {
    let value = this.takeByte();
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.takeByte();
      value |= (byte & 0x7f) << shift;
      if (byte > 0x7f) continue;
      if (shift === 28 && byte > 0x0f) break;
      return value;
    }
    throw varintTooLong(5);
  }
}

function checkI16(value: number): number {
  if (value !== (value << 16) >> 16) throw notI16(value);
  return value;
}

function fromZigzag(low: number, high: number): bigint {
  const sign = -(low & 1);
  halves.setInt32(0, (high >>> 1) ^ sign);
  halves.setInt32(4, ((low >>> 1) | (high << 31)) ^ sign);
  return halves.getBigInt64(0);
}
