import { inflate, inflateSync } from 'node:zlib';
import { ThriftProtocolError } from '../errors.js';
import { messageTooLarge } from '../protocol/bounds.js';
import type { ReadLimits } from '../protocol/protocol.js';
import type { ReceivedMessage } from './framing.js';
import type { HeaderBlockReader } from './header-block.js';

/** No operation; some clients send it for "none". */
const NONE = 0;
/** The body is a zlib stream. */
const ZLIB = 1;
/** An unchanged message. */
export const NO_TRANSFORMS: readonly number[] = [];
/** Maximum number of transforms. More are of no use, and each costs a pass over the body. */
export const MAX_TRANSFORMS = 4;

/** Maximum size of an inflated body as a multiple of its compressed size: text has up to some 20, records up to some 100. */
const MAX_RATIO = 200;
/** Inflated size up to which any ratio is allowed: it is little work. */
const ANY_RATIO_BYTES = 1_048_576;
/** Inflated size up to which a body is inflated at once: less work than a trip to the pool. */
const SMALL_INFLATED_BYTES = 16_384;
/** Size of the pieces in which a body is inflated in the pool. */
const POOL_CHUNK_BYTES = 262_144;

/**
 * Reads the ids of the transforms. The size of an unknown transform's data is unknown, so nothing after it is read.
 * @throws ThriftProtocolError for more than the maximum, and for an unknown id.
 */
export function readTransforms(block: HeaderBlockReader): readonly number[] {
  const count = block.readVarint();
  if (count === 0) return NO_TRANSFORMS;
  if (count > MAX_TRANSFORMS) {
    throw new ThriftProtocolError('malformed', `${String(count)} transforms, allowed: ${String(MAX_TRANSFORMS)}`);
  }
  const transforms = Array.from({ length: count }, () => {
    const id = block.readVarint();
    if (id !== ZLIB && id !== NONE) throw unknownTransform(id);
    return id;
  });
  // zlib over zlib saves nothing, but lets a few hundred bytes cost as much as the largest message.
  if (transforms.indexOf(ZLIB) !== transforms.lastIndexOf(ZLIB)) {
    throw new ThriftProtocolError('malformed', 'zlib twice over, allowed is once');
  }
  return transforms;
}

/** Whether a body with these transforms is compressed. */
export function compresses(transforms: readonly number[]): boolean {
  return transforms.length > 0 && transforms.includes(ZLIB);
}

/** Whether the body of a message, as a framing reads it, must be inflated before it is decoded. */
export function isCompressed({ headers }: ReceivedMessage): boolean {
  return headers !== undefined && compresses(headers.transforms);
}

/** Maximum size of the inflated body of a message: a few bytes must not cost as much as the largest message. */
export function maxInflatedBytes({ start, end }: ReceivedMessage, { maxMessageBytes }: ReadLimits): number {
  return Math.min(maxMessageBytes, Math.max(ANY_RATIO_BYTES, MAX_RATIO * (end - start)));
}

/** Inflates the body of a compressed message. @throws ThriftProtocolError for an invalid or too large body. */
export function inflateNow(message: ReceivedMessage, limits: ReadLimits): ReceivedMessage {
  try {
    return withBody(message, inflateSync(bodyOf(message), { maxOutputLength: maxInflatedBytes(message, limits) }));
  } catch (error) {
    throw describe(error, message, limits);
  }
}

/** As `inflateNow`, for a body that is quicker to inflate than to queue; undefined for any other. */
export function inflateSmall(message: ReceivedMessage, limits: ReadLimits): ReceivedMessage | undefined {
  const { start, end } = message;
  if (end - start > SMALL_INFLATED_BYTES) return undefined;
  const maxOutputLength = Math.min(SMALL_INFLATED_BYTES, limits.maxMessageBytes);
  try {
    return withBody(message, inflateSync(bodyOf(message), { maxOutputLength }));
  } catch (error) {
    if (isTooLarge(error) && maxOutputLength < limits.maxMessageBytes) return undefined;
    throw describe(error, message, limits);
  }
}

/** As `inflateNow`, in libuv's pool. */
export function inflateInPool(
  message: ReceivedMessage,
  limits: ReadLimits,
  callback: (result: ReceivedMessage | ThriftProtocolError) => void,
): void {
  const maxOutputLength = maxInflatedBytes(message, limits);
  inflate(bodyOf(message), { maxOutputLength, chunkSize: POOL_CHUNK_BYTES }, (error, body) => {
    callback(error === null ? withBody(message, body) : describe(error, message, limits));
  });
}

function bodyOf({ bytes, start, end }: ReceivedMessage): Buffer {
  return bytes.subarray(start, end);
}

function withBody(message: ReceivedMessage, body: Buffer): ReceivedMessage {
  const memoryBytes = message.memoryBytes - (message.end - message.start) + body.length;
  return { ...message, bytes: body, start: 0, end: body.length, memoryBytes };
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

function describe(error: unknown, message: ReceivedMessage, limits: ReadLimits): ThriftProtocolError {
  if (!isTooLarge(error)) {
    return new ThriftProtocolError('malformed', `a body that is no zlib stream: ${(error as Error).message}`);
  }
  const allowed = maxInflatedBytes(message, limits);
  if (allowed === limits.maxMessageBytes) return messageTooLarge(allowed + 1, limits);
  const size = `${String(message.end - message.start)} bytes that inflate to more than ${String(allowed)}`;
  return new ThriftProtocolError('size-limit', `${size}, allowed is ${String(MAX_RATIO)} times the size`);
}

function unknownTransform(id: number): ThriftProtocolError {
  return new ThriftProtocolError(
    'unknown-transform',
    `Transform ${String(id)} is not supported: send the message plain, or with zlib (${String(ZLIB)})`,
  );
}
