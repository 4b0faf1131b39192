const EMPTY = Buffer.alloc(0);
/** A buffer smaller than this is not worth shrinking. */
const MIN_COMPACTED_BYTES = 1_024;

/**
 * The bytes received and not used yet: `bytes[start..end)`. A chunk that arrives while nothing is left over is used in
 * place. Only the rest of a message that comes in pieces is copied, into a buffer that doubles, so that the work is
 * linear in the bytes.
 */
export class InputBuffer {
  bytes: Buffer = EMPTY;
  start = 0;
  end = 0;
  /** Whether `bytes` was allocated here, and may have free space after `end`. */
  private owned = false;

  get length(): number {
    return this.end - this.start;
  }

  /** Adds received bytes. */
  append(chunk: Buffer): void {
    const { length } = this;
    if (length === 0) {
      this.bytes = chunk;
      this.start = 0;
      this.end = chunk.length;
      this.owned = false;
      return;
    }
    if (!this.owned || this.end + chunk.length > this.bytes.length) this.moveToRoomFor(length + chunk.length);
    chunk.copy(this.bytes, this.end);
    this.end += chunk.length;
  }

  /** Marks everything before `offset` of `bytes` as used. */
  consume(offset: number): void {
    this.start = offset;
    if (this.start === this.end) this.clear();
  }

  /** Removes everything and releases the memory. */
  clear(): void {
    this.bytes = EMPTY;
    this.start = 0;
    this.end = 0;
    this.owned = false;
  }

  /** Copies the rest out of a much larger buffer: a few bytes must not keep a whole chunk alive. */
  compact(): void {
    if (this.bytes.length < MIN_COMPACTED_BYTES || this.length > this.bytes.length / 4) return;
    this.moveToRoomFor(this.length);
  }

  private moveToRoomFor(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(MIN_COMPACTED_BYTES / 4, 2 * needed));
    const copied = this.bytes.copy(larger, 0, this.start, this.end);
    this.bytes = larger;
    this.start = 0;
    this.end = copied;
    this.owned = true;
  }
}
