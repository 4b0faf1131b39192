import { ThriftProtocolError } from '../errors.js';
import type { ReadLimits } from '../protocol/protocol.js';
import type { TypeSchema } from '../schema.js';

const NUMBERS: ReadonlySet<TypeSchema['kind']> = new Set(['bool', 'i8', 'i16', 'i32', 'enum', 'double']);

/**
 * State of reading one message. Counts the elements of containers that take memory of their own: an empty struct is one
 * byte on the wire and over fifty in memory, so lists in lists, each within the limit, could take a hundred times their
 * bytes.
 */
export class ReadContext {
  /** Elements so far, in all containers of the message. */
  elements = 0;

  constructor(private readonly limits: ReadLimits) {}

  /** @throws ThriftProtocolError when all containers together exceed the limit of one container. */
  addElements(size: number): void {
    this.elements += size;
    if (this.elements <= this.limits.maxContainerSize) return;
    throw new ThriftProtocolError(
      'size-limit',
      `containers of ${String(this.elements)} elements in all, allowed: ${String(this.limits.maxContainerSize)}`,
    );
  }
}

/** Whether values of a type take memory of their own, unlike a number stored in the element itself. */
export function takesMemory(type: TypeSchema): boolean {
  return !NUMBERS.has(type.kind);
}
