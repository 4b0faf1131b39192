import { ThriftProtocolError } from '../errors.js';
import type { ReadLimits } from '../protocol/protocol.js';
import type { TypeSchema } from '../schema.js';

const NUMBERS: ReadonlySet<TypeSchema['kind']> = new Set(['bool', 'i8', 'i16', 'i32', 'enum', 'double']);

/**
 * What is known of one message while it is read. It counts the elements of containers that take memory of their own: an
 * empty struct is one byte on the wire and more than fifty in memory, so lists in lists, each within the limit, could
 * take a hundred times their bytes.
 */
export class ReadContext {
  /** Elements so far, in all containers of the message. */
  elements = 0;

  constructor(private readonly limits: ReadLimits) {}

  /** @throws ThriftProtocolError when there are more than one container may have. */
  addElements(size: number): void {
    this.elements += size;
    if (this.elements <= this.limits.maxContainerSize) return;
    throw new ThriftProtocolError(
      'size-limit',
      `containers of ${String(this.elements)} elements in all, allowed are ${String(this.limits.maxContainerSize)}`,
    );
  }
}

/** Whether values of a type are more than a number in the place of an element. */
export function takesMemory(type: TypeSchema): boolean {
  return !NUMBERS.has(type.kind);
}
