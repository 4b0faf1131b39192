import type { Socket } from 'node:net';
import { detach, unpin, type WrittenMessage } from '../protocol/byte-writer.js';

/** More than this is not handed to the socket at once, so that a slow but moving reader shows progress. */
const MAX_WRITE_BYTES = 131_072;

/** Pieces smaller than this on average are cheaper to copy into one than to hand over one by one. */
const MIN_PIECE_BYTES = 1_024;

/** The bytes that a process holds for all its connections, of one kind. */
export interface ByteBudget {
  used: number;
}

/**
 * The replies of one connection on their way into the socket. Whatever comes while a write is under way leaves with the
 * next one, so many replies cost one system call.
 */
export class WriteQueue {
  /** Bytes accepted and not yet taken by the operating system. */
  unsentBytes = 0;

  private writeBeganAtMs = 0;
  private waiting: WrittenMessage[] = [];
  private writing: WrittenMessage[] = [];
  private flushScheduled = false;
  private closed = false;

  /**
   * @param onSent called after each write that the operating system took.
   * @param schedule calls what it is given soon: what is sent until then leaves with one write.
   */
  constructor(
    private readonly socket: Socket,
    private readonly budget: ByteBudget,
    private readonly onSent: () => void,
    private readonly schedule: (write: () => void) => void,
  ) {}

  /** Whether everything is with the operating system. */
  get isEmpty(): boolean {
    return this.unsentBytes === 0;
  }

  /** Whether the peer has taken nothing of what it was sent for longer than `timeMs`. */
  isStalled(timeMs: number, nowMs: number): boolean {
    return this.writing.length > 0 && nowMs - this.writeBeganAtMs > timeMs;
  }

  /** Counts bytes that are held for later, in order with the rest. */
  hold(message: WrittenMessage): WrittenMessage {
    const held = detach(message);
    this.account(held.end - held.start);
    return held;
  }

  /** Sends a message that `hold` returned. */
  sendHeld(message: WrittenMessage): void {
    this.enqueue(message);
  }

  /** Sends a message. */
  send(message: WrittenMessage): void {
    if (this.closed) {
      unpin(message);
      return;
    }
    this.account(message.end - message.start);
    // Behind a slow reader, a small reply must not keep a whole slab alive.
    this.enqueue(this.writing.length > 0 ? detach(message) : message);
  }

  /** Drops everything: the connection is gone. */
  close(): void {
    this.closed = true;
    for (const message of [...this.waiting, ...this.writing]) unpin(message);
    this.waiting = [];
    this.writing = [];
    this.account(-this.unsentBytes);
  }

  private account(bytes: number): void {
    this.unsentBytes += bytes;
    this.budget.used += bytes;
  }

  private enqueue(message: WrittenMessage): void {
    this.waiting.push(message);
    if (this.flushScheduled || this.writing.length > 0) return;
    this.flushScheduled = true;
    this.schedule(this.flush);
  }

  private readonly flush = (): void => {
    this.flushScheduled = false;
    if (this.closed || this.waiting.length === 0 || this.writing.length > 0) return;
    this.writing = this.takeBatch();
    this.writeBeganAtMs = performance.now();
    const slices = joinSmall(mergeNeighbours(this.writing));
    const last = slices.length - 1;
    if (last > 0) this.socket.cork();
    for (let i = 0; i < last; i++) this.socket.write(slices[i] as Buffer);
    this.socket.write(slices[last] as Buffer, this.onWritten);
    if (last > 0) this.socket.uncork();
  };

  /** Takes what goes out with one write; a message larger than that is sent in parts. */
  private takeBatch(): WrittenMessage[] {
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length) {
      const message = this.waiting[count] as WrittenMessage;
      const size = message.end - message.start;
      if (bytes + size > MAX_WRITE_BYTES) break;
      bytes += size;
      count++;
    }
    if (count === this.waiting.length) {
      const all = this.waiting;
      this.waiting = [];
      return all;
    }
    if (count > 0) return this.waiting.splice(0, count);
    return [this.splitFirst()];
  }

  private splitFirst(): WrittenMessage {
    const { slab, start, end } = this.waiting[0] as WrittenMessage;
    slab.pins++;
    this.waiting[0] = { slab, start: start + MAX_WRITE_BYTES, end };
    return { slab, start, end: start + MAX_WRITE_BYTES };
  }

  private readonly onWritten = (error?: Error | null): void => {
    if (this.closed || error) return;
    let bytes = 0;
    for (const message of this.writing) {
      bytes += message.end - message.start;
      unpin(message);
    }
    this.writing = [];
    this.account(-bytes);
    if (this.waiting.length > 0) this.flush();
    this.onSent();
  };
}

function joinSmall(slices: Buffer[]): Buffer[] {
  if (slices.length < 3) return slices;
  const bytes = slices.reduce((sum, slice) => sum + slice.length, 0);
  return bytes < slices.length * MIN_PIECE_BYTES ? [Buffer.concat(slices, bytes)] : slices;
}

/** Messages written one after the other into one slab leave as one piece. */
function mergeNeighbours(messages: readonly WrittenMessage[]): Buffer[] {
  const slices: Buffer[] = [];
  let { slab, start, end } = messages[0] as WrittenMessage;
  for (let i = 1; i < messages.length; i++) {
    const next = messages[i] as WrittenMessage;
    if (next.slab === slab && next.start === end) {
      end = next.end;
      continue;
    }
    slices.push(slab.bytes.subarray(start, end));
    ({ slab, start, end } = next);
  }
  slices.push(slab.bytes.subarray(start, end));
  return slices;
}
