import { ThriftProtocolError } from '../../errors.js';
import { STRICT_VERSION } from './binary-reader.js';
import { isFixedBinarySize, minBinarySize } from './binary-sizes.js';
import { checkNameSize, checkStringSize } from '../bounds.js';
import { LIST, MAP, SET, STOP, STRING, STRUCT } from '../constants.js';
import type { ReadLimits } from '../protocol.js';
import { MORE_NEEDED, StackScanner } from '../stack-scanner.js';

/**
 * Bytes of a strict message besides its name: version, length of the name, seqid. Old style has a type instead of the
 * version.
 */
const STRICT_HEADER_BYTES = 12;
const OLD_HEADER_BYTES = 9;

/** Finds the end of an unframed binary message, strict or old-style. */
export class BinaryScanner extends StackScanner {
  constructor(limits: ReadLimits) {
    super(limits, { min: minBinarySize, isFixed: isFixedBinarySize });
  }

  protected override scanHeader(bytes: Buffer, at: number, end: number): number {
    if (end - at < 8) return MORE_NEEDED;
    const strict = bytes[at] === STRICT_VERSION >> 8;
    if (strict && bytes[at + 1] !== (STRICT_VERSION & 0xff)) {
      throw new ThriftProtocolError('bad-version', 'not version 8001 of the binary protocol');
    }
    const nameSize = bytes.readInt32BE(strict ? at + 4 : at);
    checkNameSize(nameSize);
    return at + nameSize + (strict ? STRICT_HEADER_BYTES : OLD_HEADER_BYTES);
  }

  protected override scanField(bytes: Buffer, at: number, end: number): number {
    const type = bytes[at] as number;
    if (type !== STOP) return this.scanValue(type, bytes, at + 3, end);
    this.closeStruct();
    return at + 1;
  }

  protected override scanValue(type: number, bytes: Buffer, at: number, end: number): number {
    switch (type) {
      case STRUCT:
        return this.openStruct(at);
      case STRING: {
        if (end - at < 4) return MORE_NEEDED;
        const size = bytes.readInt32BE(at);
        checkStringSize(size, this.limits);
        return at + 4 + size;
      }
      case LIST:
      case SET:
        if (end - at < 5) return MORE_NEEDED;
        return this.openList(bytes.readInt32BE(at + 1), bytes[at] as number, at + 5);
      case MAP:
        if (end - at < 6) return MORE_NEEDED;
        return this.openMap(bytes.readInt32BE(at + 2), bytes[at] as number, bytes[at + 1] as number, at + 6);
      default:
        return at + minBinarySize(type);
    }
  }
}
