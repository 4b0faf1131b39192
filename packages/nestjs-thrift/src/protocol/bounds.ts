import { ThriftProtocolError } from '../errors.js';
import { MAX_METHOD_NAME_BYTES } from '../limits.js';
import type { ReadLimits } from './protocol.js';

/** Checks the declared size of a method name before its bytes arrive. */
export function checkNameSize(size: number): void {
  if (size >= 0 && size <= MAX_METHOD_NAME_BYTES) return;
  throw new ThriftProtocolError(
    size < 0 ? 'malformed' : 'size-limit',
    `a method name of ${String(size)} bytes, allowed: 0 to ${String(MAX_METHOD_NAME_BYTES)}`,
  );
}

/** Checks the declared size of a string before its bytes arrive. */
export function checkStringSize(size: number, limits: ReadLimits): void {
  if (size >= 0 && size <= limits.maxStringBytes) return;
  throw new ThriftProtocolError(
    size < 0 ? 'malformed' : 'size-limit',
    `a string of ${String(size)} bytes, allowed: 0 to ${String(limits.maxStringBytes)}`,
  );
}

/** Checks the declared size of a container before its elements arrive. */
export function checkContainerSize(size: number, limits: ReadLimits): void {
  if (size >= 0 && size <= limits.maxContainerSize) return;
  throw new ThriftProtocolError(
    size < 0 ? 'malformed' : 'size-limit',
    `a container of ${String(size)} elements, allowed: 0 to ${String(limits.maxContainerSize)}`,
  );
}

/** Checks that the elements of a container, at their minimum size, fit into the remaining bytes. */
export function checkElementsFit(size: number, minElementBytes: number, left: number): void {
  if (size * minElementBytes <= left) return;
  throw new ThriftProtocolError('truncated', `a container of ${String(size)} elements is longer than its message`);
}

/** Rejects a message of at least `size` bytes. */
export function messageTooLarge(size: number, limits: ReadLimits): ThriftProtocolError {
  return new ThriftProtocolError(
    'size-limit',
    `a message of at least ${String(size)} bytes, allowed: ${String(limits.maxMessageBytes)}`,
  );
}

/** Rejects nesting beyond the limit. */
export function depthExceeded(limits: ReadLimits): ThriftProtocolError {
  return new ThriftProtocolError('depth-limit', `nested deeper than the limit of ${String(limits.maxDepth)}`);
}

/** Rejects a message that ends inside a value. */
export function truncated(missing: number): ThriftProtocolError {
  return new ThriftProtocolError('truncated', `the message ends ${String(missing)} bytes too early`);
}
