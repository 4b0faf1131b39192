import { ThriftProtocolError } from '../../errors.js';
import { checkNameSize, checkStringSize } from '../bounds.js';
import {
  COMPACT_PROTOCOL_ID,
  COMPACT_VERSION,
  fromCompactType,
  fromCompactTypeOrStop,
  isFixedCompactSize,
  minCompactSize,
  varintTooLong,
} from './compact-types.js';
import { BOOL, I16, I32, I64, LIST, MAP, SET, STRING, STRUCT } from '../constants.js';
import type { ReadLimits } from '../protocol.js';
import { MORE_NEEDED, StackScanner } from '../stack-scanner.js';

/** Finds the end of an unframed compact message. */
export class CompactScanner extends StackScanner {
  /** After `peekSize`: the offset after it. */
  private afterVarint = 0;

  constructor(limits: ReadLimits) {
    super(limits, { min: minCompactSize, isFixed: isFixedCompactSize });
  }

  protected override scanHeader(bytes: Buffer, at: number, end: number): number {
    if (end - at < 2) return MORE_NEEDED;
    if (bytes[at] !== COMPACT_PROTOCOL_ID || ((bytes[at + 1] as number) & 0x1f) !== COMPACT_VERSION) {
      throw new ThriftProtocolError('bad-version', 'not version 1 of the compact protocol');
    }
    const afterSeqid = afterVarint(bytes, at + 2, end, 5);
    if (afterSeqid === MORE_NEEDED) return MORE_NEEDED;
    const nameSize = this.peekSize(bytes, afterSeqid, end);
    if (nameSize === undefined) return MORE_NEEDED;
    checkNameSize(nameSize);
    return this.afterVarint + nameSize;
  }

  protected override scanField(bytes: Buffer, at: number, end: number): number {
    const header = bytes[at] as number;
    if ((header & 0x0f) === 0) {
      this.closeStruct();
      return at + 1;
    }
    const type = fromCompactType(header & 0x0f);
    const valueAt = header > 0x0f ? at + 1 : afterVarint(bytes, at + 1, end, 5);
    // The value of a bool field is in its type.
    return valueAt === MORE_NEEDED || type === BOOL ? valueAt : this.scanValue(type, bytes, valueAt, end);
  }

  protected override scanValue(type: number, bytes: Buffer, at: number, end: number): number {
    switch (type) {
      case STRUCT:
        return this.openStruct(at);
      case STRING: {
        const size = this.peekSize(bytes, at, end);
        if (size === undefined) return MORE_NEEDED;
        checkStringSize(size, this.limits);
        return this.afterVarint + size;
      }
      case LIST:
      case SET:
        return this.scanList(bytes, at, end);
      case MAP:
        return this.scanMap(bytes, at, end);
      case I16:
      case I32:
        return afterVarint(bytes, at, end, 5);
      case I64:
        return afterVarint(bytes, at, end, 10);
      default:
        return at + minCompactSize(type);
    }
  }

  private scanList(bytes: Buffer, at: number, end: number): number {
    if (at >= end) return MORE_NEEDED;
    const header = bytes[at] as number;
    const type = fromCompactTypeOrStop(header & 0x0f);
    if (header < 0xf0) return this.openList(header >> 4, type, at + 1);
    const size = this.peekSize(bytes, at + 1, end);
    return size === undefined ? MORE_NEEDED : this.openList(size, type, this.afterVarint);
  }

  private scanMap(bytes: Buffer, at: number, end: number): number {
    const size = this.peekSize(bytes, at, end);
    if (size === undefined) return MORE_NEEDED;
    const typesAt = this.afterVarint;
    if (size === 0) return this.openMap(0, 0, 0, typesAt);
    if (typesAt >= end) return MORE_NEEDED;
    const types = bytes[typesAt] as number;
    return this.openMap(size, fromCompactTypeOrStop(types >> 4), fromCompactTypeOrStop(types & 0x0f), typesAt + 1);
  }

  /** Returns the size, an unsigned varint of 32 bits, at `at`; undefined while it is incomplete. */
  private peekSize(bytes: Buffer, at: number, end: number): number | undefined {
    const after = afterVarint(bytes, at, end, 5);
    if (after === MORE_NEEDED) return undefined;
    let value = 0;
    for (let i = after - 1; i >= at; i--) value = (value << 7) | ((bytes[i] as number) & 0x7f);
    this.afterVarint = after;
    return value >>> 0;
  }
}

/** Returns the offset after the varint at `at`, which has at most `maxBytes` bytes. */
function afterVarint(bytes: Buffer, at: number, end: number, maxBytes: number): number {
  for (let i = at; i < end; i++) {
    if ((bytes[i] as number) < 0x80) return i + 1;
    if (i - at + 1 >= maxBytes) throw varintTooLong(maxBytes);
  }
  return MORE_NEEDED;
}
