import { ThriftProtocolError } from '../errors.js';
import type { ReadLimits } from '../protocol/protocol.js';
import type { TypeSchema } from '../schema.js';

const NUMBERS: ReadonlySet<TypeSchema['kind']> = new Set(['bool', 'i8', 'i16', 'i32', 'enum', 'double']);

/**
 * Counts the elements of containers in one message that take memory of their own. An empty struct is one byte on the
 * wire and more than fifty in memory, so lists in lists, each within the limit, could take a hundred times their bytes.
 */
export class ElementCount {
  /** Of the message that is read, or was read last. */
  total = 0;

  constructor(private readonly limits: ReadLimits) {}

  /** Starts anew with the next message. */
  reset(): void {
    this.total = 0;
  }

  /** @throws ThriftProtocolError when there are more than one container may have. */
  add(size: number): void {
    this.total += size;
    if (this.total <= this.limits.maxContainerSize) return;
    throw new ThriftProtocolError(
      'size-limit',
      `containers of ${String(this.total)} elements in all, allowed are ${String(this.limits.maxContainerSize)}`,
    );
  }
}

/** Whether values of a type are more than a number in the place of an element. */
export function takesMemory(type: TypeSchema): boolean {
  return !NUMBERS.has(type.kind);
}
