import { ThriftProtocolError } from '../errors.js';

const SLAB_BYTES = 65_536;
/** Less room than this at the end of a slab, and the next message starts a new one. */
const MIN_ROOM_BYTES = 4_096;
/** Copies smaller than this share a few KiB of memory, which is much cheaper to get. */
const SMALL_BYTES = 1_024;

/** A block of memory that messages are written into, one after the other. It is reused once all of them are sent. */
export interface Slab {
  readonly bytes: Buffer;
  /** Messages in it that are not sent yet. */
  pins: number;
}

/** A written message: `slab.bytes[start..end)`. Whoever holds it calls `unpin` when its bytes are no longer needed. */
export interface WrittenMessage {
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
}

/** Gives the memory of a message back to its slab. */
export function unpin(message: WrittenMessage): void {
  message.slab.pins--;
}

/** Copies a message that takes little of its slab, so that it keeps no more memory alive than it has bytes. */
export function detach(message: WrittenMessage): WrittenMessage {
  const { slab, start, end } = message;
  const size = end - start;
  if (size > slab.bytes.length / 2) return message;
  const own: Slab = { bytes: size < SMALL_BYTES ? Buffer.allocUnsafe(size) : Buffer.allocUnsafeSlow(size), pins: 1 };
  slab.bytes.copy(own.bytes, 0, start, end);
  unpin(message);
  return { slab: own, start: 0, end: size };
}

function createSlab(size: number): Slab {
  return { bytes: Buffer.allocUnsafeSlow(size), pins: 0 };
}

/**
 * Memory for outgoing messages: `begin`, then the protocol reserves and fills bytes, then `finish` or `abandon`. Writing
 * into shared slabs costs one allocation for many messages, and none at all while replies leave as fast as they come.
 * Measured: without counting pins, so with new slabs only, a reply of 10 KB costs 2 to 8 % more CPU.
 */
export class ByteWriter {
  private slab = createSlab(SLAB_BYTES);
  private start = 0;
  private end = 0;
  private limit = 0;
  private overflowed = 0;

  /** The memory to write into; changes when `reserve` grows. */
  bytes = this.slab.bytes;
  /** Where the next byte goes. */
  position = 0;

  /** Starts a message of at most `limitBytes`. */
  begin(limitBytes: number): void {
    if (this.slab.bytes.length > SLAB_BYTES) this.use(createSlab(SLAB_BYTES), 0);
    else if (this.slab.pins === 0) this.position = 0;
    else if (this.slab.bytes.length - this.position < MIN_ROOM_BYTES) this.use(createSlab(SLAB_BYTES), 0);
    this.start = this.position;
    this.limit = limitBytes;
    this.overflowed = 0;
    this.end = Math.min(this.slab.bytes.length, this.start + limitBytes);
  }

  /** Bytes written since `begin`. */
  get length(): number {
    return this.overflowed + this.position - this.start;
  }

  /** Makes room for `count` bytes and returns where they go in `bytes`. */
  reserve(count: number): number {
    const at = this.position;
    if (at + count > this.end) return this.grow(count);
    this.position = at + count;
    return at;
  }

  /** Writes a number into the message begun last, `offset` bytes after its start. */
  patchI32(offset: number, value: number): void {
    this.bytes.writeInt32BE(value, this.start + offset);
  }

  /** As `patchI32`, for an unsigned number of two bytes. */
  patchU16(offset: number, value: number): void {
    this.bytes.writeUInt16BE(value, this.start + offset);
  }

  /** Replaces everything from `offset` bytes after the start of the message by what `change` makes of it. */
  replace(offset: number, change: (written: Buffer) => Uint8Array): void {
    // Of a message over the limit nothing is left to change; `finish` says so.
    if (this.overflowed > 0) return;
    const from = this.start + offset;
    const changed = change(this.bytes.subarray(from, this.position));
    this.position = from;
    const at = this.reserve(changed.length);
    this.bytes.set(changed, at);
  }

  /** Ends the message. @throws ThriftProtocolError naming the whole size when it is over the limit. */
  finish(): WrittenMessage {
    if (this.overflowed > 0) throw this.tooLarge('');
    this.slab.pins++;
    return { slab: this.slab, start: this.start, end: this.position };
  }

  /** Forgets the message begun last. */
  abandon(): void {
    this.position = this.start;
  }

  private grow(count: number): number {
    const needed = this.position - this.start + count;
    if (needed > this.limit) {
      // Over the limit nothing is kept, but counting goes on, so that the error can name the size.
      if (count > this.limit) {
        this.position += count;
        throw this.tooLarge('at least ');
      }
      this.overflowed += this.position - this.start;
      this.position = this.start;
    } else if (this.start + needed > this.slab.bytes.length) {
      const larger = createSlab(Math.max(SLAB_BYTES, Math.min(2 * needed, this.limit)));
      this.bytes.copy(larger.bytes, 0, this.start, this.position);
      this.use(larger, this.position - this.start);
      this.start = 0;
      this.end = Math.min(larger.bytes.length, this.limit);
    }
    const at = this.position;
    if (at + count > this.end) return this.grow(count);
    this.position = at + count;
    return at;
  }

  private use(slab: Slab, position: number): void {
    this.slab = slab;
    this.bytes = slab.bytes;
    this.position = position;
  }

  private tooLarge(qualifier: string): ThriftProtocolError {
    return new ThriftProtocolError(
      'size-limit',
      `the message has ${qualifier}${String(this.length)} bytes, more than the limit of ${String(this.limit)}`,
    );
  }
}
