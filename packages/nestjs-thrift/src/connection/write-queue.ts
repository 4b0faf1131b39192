import type { Socket } from 'node:net';
import { detach, unpin, type WrittenMessage } from '../protocol/byte-writer.js';

/** Maximum bytes of one write, so that a slow reader shows progress. */
const MAX_WRITE_BYTES = 131_072;

/** Average piece size below which copying all into one buffer is cheaper than a vectored write. */
const MIN_PIECE_BYTES = 1_024;

/** Bytes of one kind that a process holds for all its connections. */
export interface ByteBudget {
  used: number;
}

/**
 * The messages of one connection that wait for the socket. Messages queued during a write leave together with the next one,
 * by one system call.
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
   * @param onSent called after each write that the operating system accepted.
   * @param schedule calls its argument at the end of the event-loop iteration or earlier; messages queued until then leave
   *   with one write.
   */
  constructor(
    private readonly socket: Socket,
    private readonly budget: ByteBudget,
    private readonly onSent: () => void,
    private readonly schedule: (write: () => void) => void,
  ) {}

  /** Whether the operating system has accepted everything. */
  get isEmpty(): boolean {
    return this.unsentBytes === 0;
  }

  /** Whether a write has made no progress for longer than `timeMs`. */
  isStalled(timeMs: number, nowMs: number): boolean {
    return this.writing.length > 0 && nowMs - this.writeBeganAtMs > timeMs;
  }

  /** Charges a message that is sent later by `sendHeld`. Returns the message to keep. */
  hold(message: WrittenMessage): WrittenMessage {
    const held = detach(message);
    this.account(held.end - held.start);
    return held;
  }

  /** Charges a message that takes the place of one returned by `hold`. Returns the message to keep. */
  replaceHeld(held: WrittenMessage, message: WrittenMessage): WrittenMessage {
    this.account(message.end - message.start - (held.end - held.start));
    return message;
  }

  /** Sends a message returned by `hold`. */
  sendHeld(message: WrittenMessage): void {
    this.enqueue(message);
  }

  send(message: WrittenMessage): void {
    if (this.closed) {
      unpin(message);
      return;
    }
    this.account(message.end - message.start);
    // A small reply that waits for a slow reader must not keep a whole slab alive.
    this.enqueue(this.writing.length > 0 ? detach(message) : message);
  }

  /** Drops everything, when the connection is closed. */
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

  /** Takes the messages of one write; a message larger than MAX_WRITE_BYTES is split. */
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

/** Joins messages that are adjacent in one slab. */
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
