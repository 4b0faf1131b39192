import type { ByteWriter } from '../byte-writer.js';
import { COMPACT_FALSE, COMPACT_PROTOCOL_ID, COMPACT_TRUE, COMPACT_VERSION, toCompactType } from './compact-types.js';
import { BOOL, STOP } from '../constants.js';
import type { ProtocolWriter } from '../protocol.js';
import { copyAscii, SHORT_STRING_LENGTH } from '../text-writer.js';
import { writeUuid } from '../uuid.js';

/** No field has this id: ids are signed 16 bits. */
const NO_FIELD = 0x1_0000;

/** View for splitting an i64 into its two halves. */
const halves = new DataView(new ArrayBuffer(8));

/** Writes the compact protocol (Thrift compact protocol specification). */
export class CompactWriter implements ProtocolWriter {
  private lastFieldId = 0;
  /** The bool field whose header is written together with its value. */
  private boolField = NO_FIELD;

  constructor(private readonly out: ByteWriter) {}

  writeMessageBegin(name: string, type: number, seqid: number): void {
    this.writeI8(COMPACT_PROTOCOL_ID);
    this.writeI8((type << 5) | COMPACT_VERSION);
    this.writeVarint(seqid);
    this.writeString(name);
  }

  writeMessageEnd(): void {
    // Compact has no mark for it.
  }

  writeStructBegin(): number {
    const outer = this.lastFieldId;
    this.lastFieldId = 0;
    // A value that turned out wrong may have left one.
    this.boolField = NO_FIELD;
    return outer;
  }

  writeStructEnd(outer: number): void {
    this.writeI8(STOP);
    this.lastFieldId = outer;
  }

  writeFieldBegin(type: number, id: number): void {
    if (type === BOOL) this.boolField = id;
    else this.writeFieldHeader(toCompactType(type), id);
  }

  writeFieldEnd(): void {
    // Compact has no mark for it.
  }

  writeListBegin(elementType: number, size: number): void {
    const type = toCompactType(elementType);
    if (size < 15) {
      this.writeI8((size << 4) | type);
    } else {
      this.writeI8(0xf0 | type);
      this.writeVarint(size);
    }
  }

  writeListEnd(): void {
    // Compact has no mark for it.
  }

  writeMapBegin(keyType: number, valueType: number, size: number): void {
    this.writeVarint(size);
    if (size > 0) this.writeI8((toCompactType(keyType) << 4) | toCompactType(valueType));
  }

  writeMapEnd(): void {
    // Compact has no mark for it.
  }

  writeBool(value: boolean): void {
    const bit = value ? COMPACT_TRUE : COMPACT_FALSE;
    const field = this.boolField;
    if (field === NO_FIELD) {
      this.writeI8(bit);
    } else {
      this.boolField = NO_FIELD;
      this.writeFieldHeader(bit, field);
    }
  }

  writeI8(value: number): void {
    const at = this.out.reserve(1);
    this.out.bytes[at] = value;
  }

  writeI16(value: number): void {
    this.writeI32(value);
  }

  writeI32(value: number): void {
    this.writeVarint((value << 1) ^ (value >> 31));
  }

  writeI64(value: bigint): void {
    halves.setBigInt64(0, value);
    const sign = halves.getInt32(0) >> 31;
    const low = halves.getInt32(4);
    let zigzagHigh = ((halves.getInt32(0) << 1) | (low >>> 31)) ^ sign;
    let zigzagLow = (low << 1) ^ sign;
    while (zigzagHigh !== 0) {
      this.writeI8((zigzagLow & 0x7f) | 0x80);
      zigzagLow = (zigzagLow >>> 7) | (zigzagHigh << 25);
      zigzagHigh >>>= 7;
    }
    this.writeVarint(zigzagLow);
  }

  writeDouble(value: number): void {
    const at = this.out.reserve(8);
    this.out.bytes.writeDoubleLE(value, at);
  }

  writeString(value: string): boolean {
    const { length } = value;
    if (length > SHORT_STRING_LENGTH) return this.writeUtf8(value);
    const at = this.out.reserve(length + 1);
    const { bytes } = this.out;
    if (!copyAscii(value, bytes, at + 1)) {
      this.out.position = at;
      return this.writeUtf8(value);
    }
    bytes[at] = length;
    return true;
  }

  writeBinary(value: Uint8Array): void {
    this.writeVarint(value.length);
    const at = this.out.reserve(value.length);
    this.out.bytes.set(value, at);
  }

  writeUuid(value: string): void {
    const at = this.out.reserve(16);
    writeUuid(value, this.out.bytes, at);
  }

  /** Short form if the id is at most 15 above the last one, otherwise the id as a separate number. */
  private writeFieldHeader(compactType: number, id: number): void {
    const delta = id - this.lastFieldId;
    this.lastFieldId = id;
    if (delta > 0 && delta < 16) {
      this.writeI8((delta << 4) | compactType);
    } else {
      this.writeI8(compactType);
      this.writeI16(id);
    }
  }

  /** Writes 32 bits as a varint, low bits first. */
  private writeVarint(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.writeI8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.writeI8(rest);
  }

  private writeUtf8(value: string): boolean {
    if (!value.isWellFormed()) return false;
    const size = Buffer.byteLength(value, 'utf8');
    this.writeVarint(size);
    const at = this.out.reserve(size);
    this.out.bytes.write(value, at, size, 'utf8');
    return true;
  }
}
