import { binaryProtocol, oldBinaryProtocol } from '../protocol/binary.js';
import type { Protocol } from '../protocol/protocol.js';
import type { FramingName } from './framing.js';

/** What speaks something that is not served here. */
export type ForeignProtocol = 'tls' | 'http' | 'thriftpy2-json' | 'unknown';

/** What the first bytes of a connection say. */
export type Detection =
  | { readonly kind: 'dialect'; readonly protocol: Protocol; readonly framing: FramingName }
  | { readonly kind: 'foreign'; readonly speaks: ForeignProtocol };

const FOREIGN_UNKNOWN: Detection = { kind: 'foreign', speaks: 'unknown' };

/**
 * Tells the dialect of a connection from its first bytes: two, six or ten decide.
 * @returns undefined while that many are not there.
 */
export function detect(bytes: Buffer, start: number, end: number): Detection | undefined {
  const first = bytes[start] as number;
  if (first <= 0x0f) return detectAfterLength(bytes, start, end);
  if (first >= 0x41 && first <= 0x5a) return { kind: 'foreign', speaks: 'http' };
  if (end - start < 2) return undefined;
  const second = bytes[start + 1] as number;
  if (first === 0x80 && second === 0x01) return { kind: 'dialect', protocol: binaryProtocol, framing: 'unframed' };
  if (first === 0x16 && second === 0x03) return { kind: 'foreign', speaks: 'tls' };
  return FOREIGN_UNKNOWN;
}

/** The first four bytes are a length: of a frame, or of an old-style message's name. */
function detectAfterLength(bytes: Buffer, start: number, end: number): Detection | undefined {
  if (end - start < 4) return undefined;
  const length = bytes.readInt32BE(start);
  if (length === 0) return FOREIGN_UNKNOWN;
  if (end - start < 6) return undefined;
  const fifth = bytes[start + 4] as number;
  if (fifth === 0x80 && bytes[start + 5] === 0x01)
    return { kind: 'dialect', protocol: binaryProtocol, framing: 'framed' };
  if (fifth === 0x7b) return { kind: 'foreign', speaks: 'thriftpy2-json' };
  if (isNameStart(fifth)) return { kind: 'dialect', protocol: oldBinaryProtocol, framing: 'unframed' };
  if (fifth !== 0) return FOREIGN_UNKNOWN;
  if (end - start < 10) return undefined;
  if (isNameStart(bytes[start + 8] as number))
    return { kind: 'dialect', protocol: oldBinaryProtocol, framing: 'framed' };
  return FOREIGN_UNKNOWN;
}

function isNameStart(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;
}
