import { ThriftProtocolError } from '../errors.js';
import { binaryProtocol } from '../protocol/binary/binary.js';
import type { ByteWriter } from '../protocol/byte-writer.js';
import { compactProtocol } from '../protocol/compact/compact.js';
import type { Protocol, ReadLimits } from '../protocol/protocol.js';
import { findFrameEnd, LENGTH_BYTES } from './framed.js';
import type { Framing, MessageHeaders, ReceivedMessage } from './framing.js';
import {
  checkHeaderSize,
  HeaderBlockReader,
  lengthOfPairs,
  MAX_HEADER_BYTES,
  MAX_PAIRS,
  memoryOfPairs,
  tooManyPairs,
  writePairs,
  writeVarint,
} from './header-block.js';
import type { InputBuffer } from './input-buffer.js';
import { MAX_TRANSFORMS, NO_TRANSFORMS, readTransforms } from './transforms.js';

/** Header in which clients send their timeout, in milliseconds (from fbthrift). */
export const TIMEOUT_HEADER = 'client_timeout';
/** Returns the client's timeout in milliseconds; Infinity when it is missing or invalid. */
export function readTimeout(headers: ReadonlyMap<string, string>): number {
  const text = headers.size === 0 ? undefined : headers.get(TIMEOUT_HEADER);
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Infinity;
}

/** First two bytes after the length. */
export const HEADER_MAGIC = 0x0fff;
/** Magic, flags, sequence id and the size of the rest of the header. */
const FIXED_BYTES = 10;
const OUT_OF_ORDER = 0x0001;
/** Info ids: headers of this message, and of all further messages of the connection (fbthrift's). */
const KEY_VALUE = 1;
const PERSISTENT_KEY_VALUE = 2;
/** Maximum memory of a connection's persistent headers, in UTF-16 units. */
const MAX_PERSISTENT_LENGTH = 16_384;
const NO_PAIRS: ReadonlyMap<string, string> = new Map();

/** Protocols by their ids in headers. */
export const HEADER_PROTOCOLS: ReadonlyMap<number, Protocol> = new Map([
  [0, binaryProtocol],
  [2, compactProtocol],
]);

/** The parsed fixed part of a header, and the position of the rest. */
interface Header {
  readonly sequenceId: number;
  readonly outOfOrder: boolean;
  readonly protocolId: number;
  readonly transforms: readonly number[];
  /** The persistent headers of the connection from here on. */
  readonly persistent: ReadonlyMap<string, string>;
  /** The headers of the message, persistent ones included. */
  readonly headers: ReadonlyMap<string, string>;
  /** Memory of the message's headers, in bytes. */
  readonly headerMemoryBytes: number;
  readonly bodyAt: number;
}

/**
 * THeader: length, magic, flags, sequence id, protocol, transforms and key-value headers before each message
 * (HeaderFormat.md). `framed-header` has a second length before it, as sent by Apache's Python and npm `thrift`.
 */
export class HeaderFraming implements Framing {
  private readonly lengthBytes: number;
  /** Shared by all messages until one changes it, so never modified. */
  private persistent: ReadonlyMap<string, string> = NO_PAIRS;

  constructor(
    readonly name: 'header' | 'framed-header',
    private readonly limits: ReadLimits,
  ) {
    this.lengthBytes = name === 'header' ? LENGTH_BYTES : 2 * LENGTH_BYTES;
  }

  read(input: InputBuffer): ReceivedMessage | undefined {
    const end = findFrameEnd(input, this.limits);
    if (end === 0) return undefined;
    const { bytes, start } = input;
    this.checkInnerLength(bytes, start, end);
    const header = readHeader(bytes, start + this.lengthBytes, end, this.persistent);
    this.persistent = header.persistent;
    const protocol = HEADER_PROTOCOLS.get(header.protocolId);
    if (protocol === undefined) throw unknownProtocol(header.protocolId);
    input.consume(end);
    const memoryBytes = end - start + header.headerMemoryBytes;
    return { bytes, start: header.bodyAt, end, protocol, headers: header, memoryBytes };
  }

  peek({ bytes, start, end }: InputBuffer): ReceivedMessage {
    const at = Math.min(start + this.lengthBytes, end);
    let header: Header | undefined;
    try {
      header = readHeader(bytes, at, end, NO_PAIRS);
    } catch {
      header = end - at >= FIXED_BYTES ? readFixedPart(bytes, at, end) : undefined;
    }
    const known = header === undefined ? undefined : HEADER_PROTOCOLS.get(header.protocolId);
    const readable = header !== undefined && known !== undefined && header.transforms.length === 0;
    // The reply has no transforms: the requested one may be the unknown one.
    const headers = header && { ...header, transforms: NO_TRANSFORMS };
    const from = readable ? (header?.bodyAt ?? end) : end;
    return { bytes, start: from, end, protocol: known ?? binaryProtocol, headers, memoryBytes: end - start };
  }

  begin(
    out: ByteWriter,
    protocol: Protocol,
    request: MessageHeaders | undefined,
    headers: ReadonlyMap<string, string>,
  ): void {
    const at = out.reserve(this.lengthBytes + FIXED_BYTES);
    const fixedAt = at + this.lengthBytes;
    out.bytes.writeUInt16BE(HEADER_MAGIC, fixedAt);
    out.bytes.writeUInt16BE(request?.outOfOrder === true ? OUT_OF_ORDER : 0, fixedAt + 2);
    out.bytes.writeInt32BE(request?.sequenceId ?? 0, fixedAt + 4);
    writeVarint(out, protocolId(protocol));
    // The body is written plain; `withTransforms` adds them to a frame when it is compressed.
    writeVarint(out, 0);
    if (headers.size > 0) {
      writeVarint(out, KEY_VALUE);
      writePairs(out, headers);
    }
    const fixedEnd = this.lengthBytes + FIXED_BYTES;
    while ((out.length - fixedEnd) % 4 !== 0) {
      const padding = out.reserve(1);
      out.bytes[padding] = 0;
    }
    const size = out.length - fixedEnd;
    checkHeaderSize(size, MAX_HEADER_BYTES - MAX_TRANSFORMS);
    out.patchU16(fixedEnd - 2, size / 4);
  }

  end(out: ByteWriter): void {
    for (let at = 0; at < this.lengthBytes; at += LENGTH_BYTES) out.patchI32(at, out.length - at - LENGTH_BYTES);
  }

  private checkInnerLength(bytes: Buffer, start: number, end: number): void {
    if (this.name === 'header') return;
    const inner = start + LENGTH_BYTES;
    if (end - inner >= LENGTH_BYTES && bytes.readInt32BE(inner) === end - inner - LENGTH_BYTES) return;
    throw new ThriftProtocolError('malformed', 'the length of a THeader does not fit the frame around it');
  }
}

/** The body of a frame that HeaderFraming wrote. */
export function bodyOfFrame(frame: Buffer): Buffer {
  return frame.subarray(bodyAtOf(frame, lengthBytesOf(frame)));
}

/** A frame that HeaderFraming wrote, with its body transformed, and the ids of the transforms in its header. */
export function withTransforms(frame: Buffer, transforms: readonly number[], body: Uint8Array): Buffer {
  const lengthBytes = lengthBytesOf(frame);
  const bodyAt = bodyAtOf(frame, lengthBytes);
  // The number of transforms is the byte after the protocol.
  const countAt = lengthBytes + FIXED_BYTES + 1;
  const added = 4 * Math.ceil(transforms.length / 4);
  const result = Buffer.alloc(bodyAt + added + body.length);
  frame.copy(result, 0, 0, countAt);
  result.set([transforms.length, ...transforms], countAt);
  frame.copy(result, countAt + 1 + transforms.length, countAt + 1, bodyAt);
  result.set(body, bodyAt + added);
  result.writeUInt16BE((bodyAt + added - lengthBytes - FIXED_BYTES) / 4, lengthBytes + FIXED_BYTES - 2);
  for (let at = 0; at < lengthBytes; at += LENGTH_BYTES) result.writeInt32BE(result.length - at - LENGTH_BYTES, at);
  return result;
}

/** No frame that is compressed has an inner length that begins with the magic: that would be 256 MiB. */
function lengthBytesOf(frame: Buffer): number {
  return frame.readUInt16BE(LENGTH_BYTES) === HEADER_MAGIC ? LENGTH_BYTES : 2 * LENGTH_BYTES;
}

function bodyAtOf(frame: Buffer, lengthBytes: number): number {
  const bodyAt = lengthBytes + FIXED_BYTES;
  return bodyAt + 4 * frame.readUInt16BE(bodyAt - 2);
}

/** Reads the header at `at` of a frame that ends at `end`, given the connection's persistent headers. */
function readHeader(bytes: Buffer, at: number, end: number, persistent: ReadonlyMap<string, string>): Header {
  if (end - at < FIXED_BYTES || bytes.readUInt16BE(at) !== HEADER_MAGIC) {
    throw new ThriftProtocolError('malformed', 'a frame without a THeader on a connection that uses it');
  }
  const fixed = readFixedPart(bytes, at, end);
  const bodyAt = at + FIXED_BYTES + 4 * bytes.readUInt16BE(at + 8);
  checkHeaderSize(bodyAt - at - FIXED_BYTES);
  if (bodyAt > end) {
    throw new ThriftProtocolError('malformed', `a header that is ${String(bodyAt - end)} bytes longer than its frame`);
  }
  const block = new HeaderBlockReader(bytes, at + FIXED_BYTES, bodyAt);
  const protocolId = block.readVarint();
  const transforms = readTransforms(block);
  return { ...fixed, ...readInfo(block, persistent), protocolId, transforms, bodyAt };
}

function readFixedPart(bytes: Buffer, at: number, end: number): Header {
  return {
    sequenceId: bytes.readInt32BE(at + 4),
    outOfOrder: (bytes.readUInt16BE(at + 2) & OUT_OF_ORDER) !== 0,
    protocolId: 0,
    transforms: NO_TRANSFORMS,
    headers: NO_PAIRS,
    persistent: NO_PAIRS,
    headerMemoryBytes: 0,
    bodyAt: end,
  };
}

/** An unknown info id ends the headers: ids are assigned in chronological order (HeaderFormat.md). */
function readInfo(
  block: HeaderBlockReader,
  known: ReadonlyMap<string, string>,
): Pick<Header, 'headers' | 'persistent' | 'headerMemoryBytes'> {
  let own: Map<string, string> | undefined;
  let persistent: Map<string, string> | undefined;
  while (block.hasMore) {
    const id = block.readVarint();
    if (id === KEY_VALUE) block.readPairs((own ??= new Map<string, string>()));
    else if (id === PERSISTENT_KEY_VALUE) block.readPairs((persistent ??= new Map(known)));
    else break;
  }
  if (persistent !== undefined) checkPersistent(persistent);
  const current = persistent ?? known;
  if (own === undefined) return { headers: current, persistent: current, headerMemoryBytes: 0 };
  const headers = current.size === 0 ? own : new Map([...current, ...own]);
  return { headers, persistent: current, headerMemoryBytes: memoryOfPairs(headers) };
}

/** They live as long as the connection, and each message with headers of its own holds a copy. */
function checkPersistent(persistent: ReadonlyMap<string, string>): void {
  if (persistent.size > MAX_PAIRS) throw tooManyPairs(persistent.size);
  const length = lengthOfPairs(persistent);
  if (length <= MAX_PERSISTENT_LENGTH) return;
  throw new ThriftProtocolError(
    'size-limit',
    `persistent headers of ${String(length)} characters, allowed: ${String(MAX_PERSISTENT_LENGTH)} a connection`,
  );
}

/** @throws ThriftProtocolError for a protocol that THeader and TTHeader do not carry. */
export function protocolId({ name }: Protocol): number {
  if (name === 'binary') return 0;
  if (name === 'compact') return 2;
  throw new ThriftProtocolError('unknown-protocol', `THeader carries the binary and the compact protocol, not ${name}`);
}

/** Rejects the id of a protocol in a header. */
export function unknownProtocol(id: number): ThriftProtocolError {
  return new ThriftProtocolError(
    'unknown-protocol',
    `Protocol ${String(id)} is not supported in a header: send binary (0) or compact (2)`,
  );
}
