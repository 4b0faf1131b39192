import { checkContainerSize, depthExceeded, messageTooLarge } from './bounds.js';
import { STOP } from './constants.js';
import type { MessageScanner, ReadLimits } from './protocol.js';

/** Result of a scanner's methods when bytes are missing; the position is unchanged then. */
export const MORE_NEEDED = -1;

/** Marks a level of a struct, which ends at its stop field, in place of a count. */
const UNTIL_STOP = -1;

interface ValueSizes {
  /** Returns the minimum size of a value. @throws ThriftProtocolError for an unknown type. */
  readonly min: (type: number) => number;
  /** Whether all values of the type have the minimum size. */
  readonly isFixed: (type: number) => boolean;
}

/**
 * Finds the end of an unframed message in a protocol that puts the type before each value. Open structs and containers
 * are on an explicit stack, so that a message may break off anywhere and nesting can't exhaust the call stack.
 *
 * The methods of a protocol take the offset in `bytes` where something starts and return the offset after it. That may
 * be beyond `end` when the size is known: those bytes need no checking.
 */
export abstract class StackScanner implements MessageScanner {
  /** Offset from the start of the message; may lie beyond the bytes that are there. */
  private offset = 0;
  private start = 0;
  private headerDone = false;
  private depth = 0;
  /** For each open level: the number of elements left; keys and values of a map count one each. */
  private readonly left: Int32Array;
  /** For each open level: the type of the next element. */
  private readonly next: Uint8Array;
  /** For each open level: the type of the element after the next, which differs in a map. */
  private readonly afterNext: Uint8Array;

  constructor(
    protected readonly limits: ReadLimits,
    private readonly sizes: ValueSizes,
  ) {
    this.left = new Int32Array(limits.maxDepth);
    this.next = new Uint8Array(limits.maxDepth);
    this.afterNext = new Uint8Array(limits.maxDepth);
  }

  reset(): void {
    this.offset = 0;
    this.depth = 0;
    this.headerDone = false;
  }

  passBetween(_bytes: Buffer, start: number): number {
    return start;
  }

  scan(bytes: Buffer, start: number, end: number): number {
    this.start = start;
    while (this.depth > 0 || !this.headerDone) {
      // At least one more byte is needed: every open level is incomplete.
      if (this.offset >= this.limits.maxMessageBytes) throw messageTooLarge(this.offset + 1, this.limits);
      const at = start + this.offset;
      const after = at < end ? this.step(bytes, at, end) : MORE_NEEDED;
      if (after === MORE_NEEDED) return -1;
      this.offset = after - start;
      while (this.depth > 0 && this.left[this.depth - 1] === 0) this.depth--;
    }
    return start + this.offset;
  }

  /** Skips the bytes before the struct of the message. */
  protected abstract scanHeader(bytes: Buffer, at: number, end: number): number;

  /** Skips a field, or a stop field: then `closeStruct` is called. */
  protected abstract scanField(bytes: Buffer, at: number, end: number): number;

  /** Skips a value, or opens a level for it. */
  protected abstract scanValue(type: number, bytes: Buffer, at: number, end: number): number;

  protected openStruct(at: number): number {
    this.open(UNTIL_STOP, STOP, STOP);
    return at;
  }

  protected closeStruct(): void {
    this.depth--;
  }

  /** Opens a level for a list or set whose first element is at `at`; skips it when its size is known. */
  protected openList(size: number, type: number, at: number): number {
    this.checkContainer(size);
    if (size === 0) return at;
    const atLeast = this.checkEnd(at + size * this.sizes.min(type));
    if (this.sizes.isFixed(type)) return atLeast;
    this.open(size, type, type);
    return at;
  }

  /** Opens a level for a map whose first key is at `at`; skips it when its size is known. */
  protected openMap(size: number, key: number, value: number, at: number): number {
    this.checkContainer(size);
    if (size === 0) return at;
    const atLeast = this.checkEnd(at + size * (this.sizes.min(key) + this.sizes.min(value)));
    if (this.sizes.isFixed(key) && this.sizes.isFixed(value)) return atLeast;
    this.open(2 * size, key, value);
    return at;
  }

  private step(bytes: Buffer, at: number, end: number): number {
    if (!this.headerDone) return this.stepOverHeader(bytes, at, end);
    const top = this.depth - 1;
    if (this.left[top] === UNTIL_STOP) return this.scanField(bytes, at, end);
    const type = this.next[top] as number;
    const after = this.scanValue(type, bytes, at, end);
    if (after === MORE_NEEDED) return after;
    this.next[top] = this.afterNext[top] as number;
    this.afterNext[top] = type;
    this.left[top] = (this.left[top] as number) - 1;
    return after;
  }

  private stepOverHeader(bytes: Buffer, at: number, end: number): number {
    const after = this.scanHeader(bytes, at, end);
    if (after === MORE_NEEDED) return after;
    this.headerDone = true;
    return this.openStruct(after);
  }

  private open(left: number, next: number, afterNext: number): void {
    if (this.depth >= this.limits.maxDepth) throw depthExceeded(this.limits);
    this.left[this.depth] = left;
    this.next[this.depth] = next;
    this.afterNext[this.depth] = afterNext;
    this.depth++;
  }

  private checkContainer(size: number): void {
    checkContainerSize(size, this.limits);
    if (this.depth >= this.limits.maxDepth) throw depthExceeded(this.limits);
  }

  private checkEnd(end: number): number {
    const size = end - this.start;
    if (size > this.limits.maxMessageBytes) throw messageTooLarge(size, this.limits);
    return end;
  }
}
