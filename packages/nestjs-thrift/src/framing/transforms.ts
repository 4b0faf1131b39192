import { deflateSync, inflateSync } from 'node:zlib';
import { ThriftProtocolError } from '../errors.js';
import { messageTooLarge } from '../protocol/bounds.js';
import type { ReadLimits } from '../protocol/protocol.js';
import type { HeaderBlockReader } from './header-block.js';

/** Does nothing; some clients send it for "none". */
const NONE = 0;
/** The body is a zlib stream. */
const ZLIB = 1;
/** A message as it is. */
export const NO_TRANSFORMS: readonly number[] = [];
/** More can't be of use, and each one costs a pass over the body. */
const MAX_TRANSFORMS = 4;

/**
 * Reads the ids of the transforms. What follows an id that is not known can't be told, so nothing after it is read.
 * @throws ThriftProtocolError for more than can be of use, and for one that is not known.
 */
export function readTransforms(block: HeaderBlockReader): readonly number[] {
  const count = block.readVarint();
  if (count === 0) return NO_TRANSFORMS;
  if (count > MAX_TRANSFORMS) {
    throw new ThriftProtocolError('malformed', `${String(count)} transforms, allowed are ${String(MAX_TRANSFORMS)}`);
  }
  const transforms = Array.from({ length: count }, () => {
    const id = block.readVarint();
    if (id !== ZLIB && id !== NONE) throw unknownTransform(id);
    return id;
  });
  // zlib over zlib saves nothing, but makes a few hundred bytes cost as much as the largest message.
  if (transforms.indexOf(ZLIB) !== transforms.lastIndexOf(ZLIB)) {
    throw new ThriftProtocolError('malformed', 'zlib twice over, allowed is once');
  }
  return transforms;
}

/**
 * Takes back what the sender applied (HeaderFormat.md, "Transform IDs"). With one kind, order does not matter.
 * @throws ThriftProtocolError for a body that is not what it should be, or that would be larger than a message may be:
 * it is given up as soon as it passes the limit.
 */
export function untransform(body: Buffer, transforms: readonly number[], limits: ReadLimits): Buffer {
  let bytes = body;
  for (const id of transforms) if (id === ZLIB) bytes = inflate(bytes, limits);
  return bytes;
}

/** Applies the transforms in order. @throws ThriftProtocolError for one that is not known. */
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
