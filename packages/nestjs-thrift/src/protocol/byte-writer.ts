import { ThriftProtocolError } from '../errors.js';

const SLAB_BYTES = 65_536;
/** Minimum free space at the end of a slab for another message; below it, a new slab is started. */
const MIN_ROOM_BYTES = 4_096;
/** Slab size for a message, as a multiple of the size that is expected. */
const EXPECTED_MARGIN = 1.125;
/** Copies smaller than this share a few KiB of memory, which is much cheaper to allocate. */
const SMALL_BYTES = 1_024;

/** A block of memory that consecutive messages are written into. Reused once all of them are sent. */
interface Slab {
  readonly bytes: Buffer;
  /** Number of messages in it that are not sent yet. */
  pins: number;
}

/** A written message: `slab.bytes[start..end)`. Its holder calls `unpin` when the bytes are no longer needed. */
export interface WrittenMessage {
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
}

/** Returns the memory of a message to its slab. */
export function unpin(message: WrittenMessage): void {
  message.slab.pins--;
}

export function bytesOf({ slab, start, end }: WrittenMessage): Buffer {
  return slab.bytes.subarray(start, end);
}

/** Returns the memory of a message to its slab unless `bytes` are its own, and the message with these bytes. */
export function replaced(message: WrittenMessage, bytes: Buffer): WrittenMessage {
  if (bytes.buffer === message.slab.bytes.buffer) return message;
  unpin(message);
  return { slab: { bytes, pins: 1 }, start: 0, end: bytes.length };
}

/** Copies a message that takes little of its slab, so that it does not keep the whole slab alive. */
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
 * Memory for outgoing messages: `begin`, then the protocol reserves and fills bytes, then `finish` or `abandon`.
 * Writing into shared slabs costs one allocation for many messages, and none at all while replies are sent as fast as
 * they are written. Measured: without counting pins, so with new slabs only, a reply of 10 KB costs 2 to 8 % more CPU.
 */
export class ByteWriter {
  private slab = createSlab(SLAB_BYTES);
  private start = 0;
  private end = 0;
  private limit = 0;
  private overflowed = 0;

  /** The memory to write into; replaced when `reserve` grows it. */
  bytes = this.slab.bytes;
  position = 0;

  /**
   * Starts a message of at most `limitBytes`.
   *
   * @param expectedBytes Estimated size. Avoids copies while the slab grows.
   */
  begin(limitBytes: number, expectedBytes = 0): void {
    const size = Math.max(SLAB_BYTES, Math.min(Math.ceil(expectedBytes * EXPECTED_MARGIN), limitBytes));
    const { length } = this.slab.bytes;
    const needed = Math.max(MIN_ROOM_BYTES, expectedBytes);
    if (this.slab.pins === 0 && length >= size && length <= 2 * size) this.position = 0;
    else if (length > SLAB_BYTES || length - this.position < needed) this.use(createSlab(size), 0);
    this.start = this.position;
    this.limit = limitBytes;
    this.overflowed = 0;
    this.end = Math.min(this.slab.bytes.length, this.start + limitBytes);
  }

  /** Bytes written since `begin`. */
  get length(): number {
    return this.overflowed + this.position - this.start;
  }

  /** Reserves `count` bytes and returns their offset in `bytes`. */
  reserve(count: number): number {
    const at = this.position;
    if (at + count > this.end) return this.grow(count);
    this.position = at + count;
    return at;
  }

  /** Overwrites a number in the current message, `offset` bytes after its start. */
  patchI32(offset: number, value: number): void {
    this.bytes.writeInt32BE(value, this.start + offset);
  }

  /** As `patchI32`, for an unsigned number of two bytes. */
  patchU16(offset: number, value: number): void {
    this.bytes.writeUInt16BE(value, this.start + offset);
  }

  /** Ends the message. @throws ThriftProtocolError naming the whole size when it is over the limit. */
  finish(): WrittenMessage {
    if (this.overflowed > 0) throw this.tooLarge('');
    this.slab.pins++;
    const message = { slab: this.slab, start: this.start, end: this.position };
    return this.slab.bytes.length > SLAB_BYTES ? detach(message) : message;
  }

  /** Discards the current message. */
  abandon(): void {
    this.position = this.start;
  }

  private grow(count: number): number {
    const needed = this.position - this.start + count;
    if (needed > this.limit) {
      // Over the limit the bytes are discarded but still counted, so that the error can name the size.
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
