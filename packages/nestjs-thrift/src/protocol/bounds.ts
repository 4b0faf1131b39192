import { ThriftProtocolError } from '../errors.js';
import { MAX_METHOD_NAME_BYTES } from '../limits.js';
import type { ReadLimits } from './protocol.js';

/** Refuses a method name's size before its bytes are there. */
export function checkNameSize(size: number): void {
  if (size >= 0 && size <= MAX_METHOD_NAME_BYTES) return;
  throw new ThriftProtocolError(
    size < 0 ? 'malformed' : 'size-limit',
    `a method name of ${String(size)} bytes, allowed are 0 to ${String(MAX_METHOD_NAME_BYTES)}`,
  );
}

/** Refuses a string's declared size before its bytes are there. */
export function checkStringSize(size: number, limits: ReadLimits): void {
  if (size >= 0 && size <= limits.maxStringBytes) return;
  throw new ThriftProtocolError(
    size < 0 ? 'malformed' : 'size-limit',
    `a string of ${String(size)} bytes, allowed are 0 to ${String(limits.maxStringBytes)}`,
  );
}

/** Refuses a container's declared size before its elements are there. */
export function checkContainerSize(size: number, limits: ReadLimits): void {
  if (size >= 0 && size <= limits.maxContainerSize) return;
  throw new ThriftProtocolError(
    size < 0 ? 'malformed' : 'size-limit',
    `a container of ${String(size)} elements, allowed are 0 to ${String(limits.maxContainerSize)}`,
  );
}

/** Refuses a container whose elements, at their smallest, don't fit into the bytes that are left. */
export function checkRoom(size: number, minElementBytes: number, left: number): void {
  if (size * minElementBytes <= left) return;
  throw new ThriftProtocolError('truncated', `a container of ${String(size)} elements is longer than its message`);
}

/** Refuses a message of at least `size` bytes. */
export function messageTooLarge(size: number, limits: ReadLimits): ThriftProtocolError {
  return new ThriftProtocolError(
    'size-limit',
    `a message of at least ${String(size)} bytes, allowed are ${String(limits.maxMessageBytes)}`,
  );
}

/** Refuses what is nested too deep. */
export function depthExceeded(limits: ReadLimits): ThriftProtocolError {
  return new ThriftProtocolError('depth-limit', `nested deeper than the limit of ${String(limits.maxDepth)}`);
}

/** Refuses a message that ends inside a value. */
export function truncated(missing: number): ThriftProtocolError {
  return new ThriftProtocolError('truncated', `the message ends ${String(missing)} bytes too early`);
}
