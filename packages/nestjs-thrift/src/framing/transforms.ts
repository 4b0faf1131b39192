import { deflateSync, inflateSync } from 'node:zlib';
import { ThriftProtocolError } from '../errors.js';
import { messageTooLarge } from '../protocol/bounds.js';
import type { ReadLimits } from '../protocol/protocol.js';
import type { HeaderBlockReader } from './header-block.js';

/** No operation; some clients send it for "none". */
const NONE = 0;
/** The body is a zlib stream. */
const ZLIB = 1;
/** An unchanged message. */
export const NO_TRANSFORMS: readonly number[] = [];
/** Maximum number of transforms. More are of no use, and each costs a pass over the body. */
const MAX_TRANSFORMS = 4;

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

/**
 * Reverts the sender's transforms (HeaderFormat.md, "Transform IDs"). There is only one kind, so order does not matter.
 * @throws ThriftProtocolError for an invalid body, or one larger than a message may be; decompression stops at the limit.
 */
export function untransform(body: Buffer, transforms: readonly number[], limits: ReadLimits): Buffer {
  let bytes = body;
  for (const id of transforms) if (id === ZLIB) bytes = inflate(bytes, limits);
  return bytes;
}

/** Applies the transforms in order. @throws ThriftProtocolError for an unknown one. */
export function transform(body: Buffer, transforms: readonly number[]): Buffer {
  let bytes = body;
  for (const id of transforms) {
    if (id === ZLIB) bytes = deflateSync(bytes);
    else if (id !== NONE) throw unknownTransform(id);
  }
  return bytes;
}

function inflate(bytes: Buffer, limits: ReadLimits): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: limits.maxMessageBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw messageTooLarge(limits.maxMessageBytes + 1, limits);
    }
    throw new ThriftProtocolError('malformed', `a body that is no zlib stream: ${(error as Error).message}`);
  }
}

function unknownTransform(id: number): ThriftProtocolError {
  return new ThriftProtocolError(
    'unknown-transform',
    `Transform ${String(id)} is not supported: send the message plain, or with zlib (${String(ZLIB)})`,
  );
}
