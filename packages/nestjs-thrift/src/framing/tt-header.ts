import { ThriftProtocolError } from '../errors.js';
import { binaryProtocol } from '../protocol/binary/binary.js';
import type { ByteWriter } from '../protocol/byte-writer.js';
import type { Protocol, ReadLimits } from '../protocol/protocol.js';
import { findFrameEnd, LENGTH_BYTES } from './framed.js';
import type { Framing, MessageHeaders, ReceivedMessage } from './framing.js';
import { checkHeaderSize, HeaderBlockReader, memoryOfPairs } from './header-block.js';
import { HEADER_PROTOCOLS, protocolId, TIMEOUT_HEADER, unknownProtocol } from './header.js';
import type { InputBuffer } from './input-buffer.js';
import { NO_TRANSFORMS } from './transforms.js';

/** First two bytes after the length. */
export const TT_HEADER_MAGIC = 0x1000;
/** Magic, flags, sequence id and the size of the rest of the header. */
const FIXED_BYTES = 10;
const OUT_OF_ORDER = 0x0001;
/** Info ids. */
const PADDING = 0x00;
const KEY_VALUE = 0x01;
const INTEGER_KEY_VALUE = 0x10;
const ACCESS_TOKEN = 0x11;
/** The integer header in which Kitex sends the timeout of a call, in milliseconds (its transmeta.RPCTimeout). */
const RPC_TIMEOUT = 12;
/** Name of an integer header. */
const INTEGER_NAME = /^(?:0|[1-9]\d{0,4})$/;
const MAX_UINT16 = 0xffff;

/** The parsed header of a message. */
interface TtHeader extends MessageHeaders {
  readonly protocolId: number;
  readonly bodyAt: number;
}

/**
 * TTHeader, CloudWeGo's framing (Kitex, volo): length, magic, flags, sequence id, protocol, and headers with texts or 16-bit
 * numbers as keys (cloudwego.io, "TTHeader Protocol Specification"). Here all keys are texts: an integer key is its
 * decimal digits, and `client_timeout` is Kitex's `RPCTimeout`. volo, and Kitex as `TTHeaderFramed`, put another length before
 * the message inside; replies have it then as well.
 */
export class TtHeaderFraming implements Framing {
  readonly name = 'ttheader';
  private hasInnerLength = false;
  private innerLengthAt = 0;

  constructor(private readonly limits: ReadLimits) {}

  read(input: InputBuffer): ReceivedMessage | undefined {
    const end = findFrameEnd(input, this.limits);
    if (end === 0) return undefined;
    const { bytes, start } = input;
    const header = readHeader(bytes, start + LENGTH_BYTES, end);
    const protocol = HEADER_PROTOCOLS.get(header.protocolId);
    if (protocol === undefined) throw unknownProtocol(header.protocolId);
    input.consume(end);
    this.hasInnerLength = isInnerLength(bytes, header.bodyAt, end);
    const from = header.bodyAt + (this.hasInnerLength ? LENGTH_BYTES : 0);
    const memoryBytes = end - start + memoryOfPairs(header.headers);
    return { bytes, start: from, end, protocol, headers: header, memoryBytes };
  }

  peek({ bytes, start, end }: InputBuffer): ReceivedMessage {
    const at = Math.min(start + LENGTH_BYTES, end);
    let header: TtHeader | undefined;
    try {
      header = readHeader(bytes, at, end);
    } catch {
      header = end - at >= FIXED_BYTES ? readFixedPart(bytes, at, end) : undefined;
    }
    const protocol = header && HEADER_PROTOCOLS.get(header.protocolId);
    const bodyAt = header?.bodyAt ?? end;
    const from = isInnerLength(bytes, bodyAt, end) ? bodyAt + LENGTH_BYTES : bodyAt;
    return {
      bytes,
      start: protocol === undefined ? end : from,
      end,
      protocol: protocol ?? binaryProtocol,
      headers: header,
      memoryBytes: end - start,
    };
  }

  begin(
    out: ByteWriter,
    protocol: Protocol,
    request: MessageHeaders | undefined,
    headers: ReadonlyMap<string, string>,
  ): void {
    const fixedAt = out.reserve(LENGTH_BYTES + FIXED_BYTES + 2) + LENGTH_BYTES;
    out.bytes.writeUInt16BE(TT_HEADER_MAGIC, fixedAt);
    out.bytes.writeUInt16BE(request?.outOfOrder === true ? OUT_OF_ORDER : 0, fixedAt + 2);
    out.bytes.writeInt32BE(request?.sequenceId ?? 0, fixedAt + 4);
    // The protocol, and no transforms.
    out.bytes.writeUInt16BE(protocolId(protocol) << 8, fixedAt + FIXED_BYTES);
    const pairs = [...headers].map(
      ([name, value]) => [name === TIMEOUT_HEADER ? String(RPC_TIMEOUT) : name, value] as const,
    );
    const integers = pairs.filter(([name]) => isIntegerName(name));
    const texts = pairs.filter(([name]) => !isIntegerName(name));
    if (texts.length > 0) writeTexts(out, texts);
    if (integers.length > 0) writeIntegers(out, integers);
    const fixedEnd = LENGTH_BYTES + FIXED_BYTES;
    while ((out.length - fixedEnd) % 4 !== 0) writeUint(out, PADDING, 1);
    const size = out.length - fixedEnd;
    checkHeaderSize(size);
    out.patchU16(fixedEnd - 2, size / 4);
    this.innerLengthAt = this.hasInnerLength ? out.length : 0;
    if (this.hasInnerLength) out.reserve(LENGTH_BYTES);
  }

  end(out: ByteWriter): void {
    out.patchI32(0, out.length - LENGTH_BYTES);
    if (this.innerLengthAt > 0) out.patchI32(this.innerLengthAt, out.length - this.innerLengthAt - LENGTH_BYTES);
  }
}

/** Reads the header at `at` of a frame that ends at `end`. */
function readHeader(bytes: Buffer, at: number, end: number): TtHeader {
  if (end - at < FIXED_BYTES || bytes.readUInt16BE(at) !== TT_HEADER_MAGIC) {
    throw new ThriftProtocolError('malformed', 'a frame without a TTHeader on a connection that uses it');
  }
  const bodyAt = at + FIXED_BYTES + 4 * bytes.readUInt16BE(at + FIXED_BYTES - 2);
  checkHeaderSize(bodyAt - at - FIXED_BYTES);
  if (bodyAt > end) {
    throw new ThriftProtocolError('malformed', `a header that is ${String(bodyAt - end)} bytes longer than its frame`);
  }
  const block = new HeaderBlockReader(bytes, at + FIXED_BYTES, bodyAt);
  const protocol = block.readUint(1);
  const transforms = block.readUint(1);
  if (transforms > 0) {
    throw new ThriftProtocolError(
      'unknown-transform',
      'Transforms are not supported in TTHeader: send the message plain',
    );
  }
  return { ...readFixedPart(bytes, at, end), headers: readHeaders(block), protocolId: protocol, bodyAt };
}

/** Whether a length of the rest is there, where a message would begin: no message begins with its own size. */
function isInnerLength(bytes: Buffer, at: number, end: number): boolean {
  return end - at >= LENGTH_BYTES && bytes.readInt32BE(at) === end - at - LENGTH_BYTES;
}

function readFixedPart(bytes: Buffer, at: number, end: number): TtHeader {
  return {
    sequenceId: bytes.readInt32BE(at + 4),
    outOfOrder: (bytes.readUInt16BE(at + 2) & OUT_OF_ORDER) !== 0,
    transforms: NO_TRANSFORMS,
    headers: new Map(),
    protocolId: 0,
    bodyAt: end,
  };
}

function readHeaders(block: HeaderBlockReader): Map<string, string> {
  const headers = new Map<string, string>();
  while (block.hasMore) {
    const id = block.readUint(1);
    if (id === KEY_VALUE || id === INTEGER_KEY_VALUE) readPairs(block, id, headers);
    else if (id === ACCESS_TOKEN) block.readText(block.readUint(2));
    else if (id !== PADDING) throw new ThriftProtocolError('malformed', `info ${String(id)} in a TTHeader`);
  }
  return headers;
}

function readPairs(block: HeaderBlockReader, id: number, into: Map<string, string>): void {
  for (let left = block.announce(block.readUint(2)); left > 0; left--) {
    const name = id === KEY_VALUE ? block.readText(block.readUint(2)) : integerName(block.readUint(2));
    const value = block.readText(block.readUint(2));
    if (name !== undefined && value !== undefined) into.set(name, value);
  }
}

function integerName(key: number): string {
  return key === RPC_TIMEOUT ? TIMEOUT_HEADER : String(key);
}

function isIntegerName(name: string): boolean {
  return INTEGER_NAME.test(name) && Number(name) <= MAX_UINT16;
}

function writeTexts(out: ByteWriter, pairs: readonly (readonly [string, string])[]): void {
  writeUint(out, KEY_VALUE, 1);
  writeUint(out, pairs.length, 2);
  for (const [name, value] of pairs) {
    writeText(out, name);
    writeText(out, value);
  }
}

function writeIntegers(out: ByteWriter, pairs: readonly (readonly [string, string])[]): void {
  writeUint(out, INTEGER_KEY_VALUE, 1);
  writeUint(out, pairs.length, 2);
  for (const [name, value] of pairs) {
    writeUint(out, Number(name), 2);
    writeText(out, value);
  }
}

/** `reserve` may move the bytes: read `bytes` after it. */
function writeUint(out: ByteWriter, value: number, size: 1 | 2): void {
  const at = out.reserve(size);
  out.bytes.writeUIntBE(value, at, size);
}

/** @throws ThriftProtocolError for a text that is longer than its length can say. */
function writeText(out: ByteWriter, text: string): void {
  const size = Buffer.byteLength(text);
  checkHeaderSize(size);
  writeUint(out, size, 2);
  const at = out.reserve(size);
  out.bytes.write(text, at, 'utf8');
}
