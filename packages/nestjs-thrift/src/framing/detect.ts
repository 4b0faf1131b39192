import { MAX_METHOD_NAME_BYTES } from '../limits.js';
import { binaryProtocol, oldBinaryProtocol } from '../protocol/binary/binary.js';
import { STRICT_VERSION } from '../protocol/binary/binary-reader.js';
import { COMPACT_PROTOCOL_ID, COMPACT_VERSION } from '../protocol/compact/compact-types.js';
import { compactProtocol } from '../protocol/compact/compact.js';
import { jsonProtocol } from '../protocol/json/json.js';
import type { Protocol } from '../protocol/protocol.js';
import type { FramingName } from './framing.js';
import { HEADER_MAGIC } from './header.js';
import { TT_HEADER_MAGIC } from './tt-header.js';

/** `[`: a message of the JSON protocol is an array. */
const JSON_START = 0x5b;

/** Protocols that are recognized but not served here. */
export type ForeignProtocol = 'tls' | 'http' | 'thriftpy2-json' | 'zlib' | 'unknown';

/** Result of looking at the first bytes of a connection. */
type Detection =
  | { readonly kind: 'dialect'; readonly protocol: Protocol; readonly framing: FramingName }
  | { readonly kind: 'foreign'; readonly speaks: ForeignProtocol };

const UNKNOWN: Detection = { kind: 'foreign', speaks: 'unknown' };

/**
 * Detects the dialect of a connection from its first two, six or ten bytes.
 * @returns undefined while more bytes are needed.
 */
export function detect(bytes: Buffer, start: number, end: number): Detection | undefined {
  const first = bytes[start] as number;
  if (first <= 0x0f) return detectAfterLength(bytes, start, end);
  if (first >= 0x41 && first <= 0x5a) return { kind: 'foreign', speaks: 'http' };
  if (end - start < 2 && first !== JSON_START) return undefined;
  const protocol = protocolOf(first, bytes[start + 1] as number);
  if (protocol !== undefined) return { kind: 'dialect', protocol, framing: 'unframed' };
  if (isZlib(first, bytes[start + 1] as number)) return { kind: 'foreign', speaks: 'zlib' };
  return first === 0x16 && bytes[start + 1] === 0x03 ? { kind: 'foreign', speaks: 'tls' } : UNKNOWN;
}

/** The first four bytes are a length: of a frame, or of an old-style message's name. */
function detectAfterLength(bytes: Buffer, start: number, end: number): Detection | undefined {
  if (end - start < 4) return undefined;
  const length = bytes.readInt32BE(start);
  if (length === 0) return UNKNOWN;
  if (end - start < 6) return undefined;
  const [fifth, sixth] = [bytes[start + 4] as number, bytes[start + 5] as number];
  const isMagic = (magic: number): boolean => fifth === magic >> 8 && sixth === (magic & 0xff);
  const protocol = protocolOf(fifth, sixth);
  if (protocol !== undefined) return { kind: 'dialect', protocol, framing: 'framed' };
  if (isMagic(HEADER_MAGIC)) return headerDetected('header');
  if (isMagic(TT_HEADER_MAGIC)) return headerDetected('ttheader');
  if (fifth === 0x7b) return { kind: 'foreign', speaks: 'thriftpy2-json' };
  // `x` also starts names; after the one-letter name `x` comes the message type.
  if (length > 1 && isZlib(fifth, sixth)) return { kind: 'foreign', speaks: 'zlib' };
  if (isNameStart(fifth)) return { kind: 'dialect', protocol: oldBinaryProtocol, framing: 'unframed' };
  if (fifth > 0x0f) return UNKNOWN;
  return end - start < 10 ? undefined : detectAfterSecondLength(bytes, start, length);
}

/** A frame can start with another length: of an old-style message's name, or of a THeader. */
function detectAfterSecondLength(bytes: Buffer, start: number, length: number): Detection {
  const inner = bytes.readInt32BE(start + 4);
  if (bytes.readUInt16BE(start + 8) === HEADER_MAGIC && inner === length - 4) return headerDetected('framed-header');
  if (inner <= MAX_METHOD_NAME_BYTES && isNameStart(bytes[start + 8] as number)) {
    return { kind: 'dialect', protocol: oldBinaryProtocol, framing: 'framed' };
  }
  return UNKNOWN;
}

function protocolOf(first: number, second: number): Protocol | undefined {
  if (first === STRICT_VERSION >> 8 && second === (STRICT_VERSION & 0xff)) return binaryProtocol;
  if (first === COMPACT_PROTOCOL_ID && (second & 0x1f) === COMPACT_VERSION) return compactProtocol;
  return first === JSON_START ? jsonProtocol : undefined;
}

/** With headers each message names its own protocol; binary is assumed until the first one. */
function headerDetected(framing: 'header' | 'framed-header' | 'ttheader'): Detection {
  return { kind: 'dialect', protocol: binaryProtocol, framing };
}

/**
 * The header of a zlib stream with a window of 32 KiB (RFC 1950), as Apache's TZlibTransport sends it. No name has this
 * second byte.
 */
function isZlib(first: number, second: number): boolean {
  return first === 0x78 && (second === 0x01 || second === 0x5e || second === 0x9c || second === 0xda);
}

function isNameStart(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;
}
