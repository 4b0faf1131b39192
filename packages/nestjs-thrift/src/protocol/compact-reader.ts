import { ThriftProtocolError } from '../errors.js';
import { checkContainerSize, checkNameSize, checkRoom, checkStringSize, depthExceeded, truncated } from './bounds.js';
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
import { BOOL, I16, I32, I64, LIST, MAP, SET, STOP, STRING, STRUCT } from './constants.js';
import type { MessageHeader, ProtocolReader, ReadLimits } from './protocol.js';
import { TextReader } from './text-reader.js';
import { formatUuid } from './uuid.js';

/** The two halves of an i64 become a bigint here. */
const halves = new DataView(new ArrayBuffer(8));

/** Reads the compact protocol (Thrift compact protocol specification). */
export class CompactReader implements ProtocolReader {
  /** Also what the next field's id is counted from. */
  fieldId = 0;
  elementType = 0;
  keyType = 0;

  private bytes: Buffer = Buffer.alloc(0);
  private readonly text = new TextReader();
  private position = 0;
  private end = 0;
  /** The value of the bool field begun last, which was in its type; 0 when there is none. */
  private boolField = 0;

  constructor(private readonly limits: ReadLimits) {}

  reset(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.text.reset(bytes, end);
    this.fieldId = 0;
    this.boolField = 0;
  }

  readMessageBegin(): MessageHeader {
    const id = this.readU8();
    const versionAndType = this.readU8();
    if (id !== COMPACT_PROTOCOL_ID || (versionAndType & 0x1f) !== COMPACT_VERSION) {
      throw new ThriftProtocolError('bad-version', 'not version 1 of the compact protocol');
    }
    const seqid = this.readVarint();
    const size = this.readVarint();
    checkNameSize(size);
    const at = this.take(size);
    return { name: this.text.read(at, at + size), type: versionAndType >> 5, seqid };
  }

  readMessageEnd(): void {
    const left = this.end - this.position;
    if (left !== 0) throw new ThriftProtocolError('malformed', `${String(left)} bytes after the end of the message`);
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
    const header = this.readU8();
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
    const header = this.readU8();
    this.elementType = fromCompactTypeOrStop(header & 0x0f);
    const size = header < 0xf0 ? header >> 4 : this.readVarint();
    checkContainerSize(size, this.limits);
    if (size > 0) checkRoom(size, minCompactSize(this.elementType), this.end - this.position);
    return size;
  }

  readListEnd(): void {
    // Nothing follows the last element in compact.
  }

  readSetBegin(): number {
    return this.readListBegin();
  }

  readSetEnd(): void {
    // Nothing follows the last element in compact.
  }

  readMapBegin(): number {
    const size = this.readVarint();
    checkContainerSize(size, this.limits);
    const types = size === 0 ? 0 : this.readU8();
    this.keyType = fromCompactTypeOrStop(types >> 4);
    this.elementType = fromCompactTypeOrStop(types & 0x0f);
    if (size > 0) {
      checkRoom(size, minCompactSize(this.keyType) + minCompactSize(this.elementType), this.end - this.position);
    }
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
    const element = this.readU8();
    // 0 is what the specification says for false, 2 is what Apache's libraries write.
    if (element > COMPACT_FALSE)
      throw new ThriftProtocolError('malformed', `${String(element)} where a bool should be`);
    return element === COMPACT_TRUE;
  }

  readI8(): number {
    return (this.readU8() << 24) >> 24;
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
      const byte = this.readU8();
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
    return formatUuid(this.bytes, this.take(16));
  }

  skip(type: number, depth: number): void {
    if (type === STRING) this.take(this.readStringSize());
    else if (type === BOOL) this.readBool();
    else if (type === I16) this.readI16();
    else if (type === I32) this.readVarint();
    else if (type === I64) this.readI64();
    else if (isFixedCompactSize(type)) this.take(minCompactSize(type));
    else if (depth > this.limits.maxDepth) throw depthExceeded(this.limits);
    else if (type === STRUCT) this.skipStruct(depth);
    else if (type === MAP) this.skipMap(depth);
    else if (type === LIST || type === SET) this.skipElements(this.readListBegin(), this.elementType, depth);
    else minCompactSize(type);
  }

  private skipStruct(depth: number): void {
    const outer = this.readStructBegin();
    for (let type = this.readFieldBegin(); type !== STOP; type = this.readFieldBegin()) this.skip(type, depth + 1);
    this.readStructEnd(outer);
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
    if (isFixedCompactSize(type)) this.take(size * minCompactSize(type));
    else for (let i = 0; i < size; i++) this.skip(type, depth + 1);
  }

  private readStringSize(): number {
    const size = this.readVarint();
    checkStringSize(size, this.limits);
    return size;
  }

  /** The signed 32 bits of a varint of at most 5 bytes. */
  private readVarint(): number {
    let value = this.readU8();
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.readU8();
      value |= (byte & 0x7f) << shift;
      if (byte > 0x7f) continue;
      if (shift === 28 && byte > 0x0f) break;
      return value;
    }
    throw varintTooLong(5);
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
