import { ActivityClock } from '../connection/activity-clock.js';
import type { ByteBudget } from '../connection/write-queue.js';
import { createFraming } from '../framing/create-framing.js';
import { detect, type ForeignProtocol } from '../framing/detect.js';
import type { Framing, ReceivedMessage } from '../framing/framing.js';
import { InputBuffer } from '../framing/input-buffer.js';
import type { ThriftLimits } from '../limits.js';
import type { Protocol } from '../protocol/protocol.js';

/** Messages in a time slice; after them the other connections get theirs. */
const MESSAGES_PER_SLICE = 64;
/** Bytes in a time slice, some milliseconds of work. Compressed messages count with their decompressed size. */
const BYTES_PER_SLICE = 1_048_576;

/** Turns the bytes received on one connection into messages, in the dialect that the first bytes select. */
export class MessageSource {
  /** When the peer was last active. */
  readonly clock = new ActivityClock();
  /** How messages are delimited; known after the first bytes. */
  framing: Framing | undefined;
  /** The protocol of the message read last; known after the first bytes. */
  protocol: Protocol | undefined;
  /** Set when the first bytes are of a protocol that is not served here. */
  foreign: ForeignProtocol | undefined;
  /** Whether the connection has used up its time slice; a new one begins with the next event-loop iteration. */
  isSliceOver = false;
  /** Messages read in this batch before the one read last. */
  ahead = -1;
  /** Since when the messages in the buffer may have waited, on the clock of `performance.now()`; Infinity: not before this iteration. */
  backlogSinceMs = Infinity;

  readonly #input = new InputBuffer();
  readonly #limits: ThriftLimits;
  readonly #budget: ByteBudget;
  readonly #onSlice: () => void;
  #accountedBytes = 0;
  /** Since when bytes may have waited in the socket; Infinity when it was empty in this event-loop iteration. */
  #unreadSinceMs = Infinity;
  #messagesOfChunk = 0;
  #messagesOfSlice = 0;
  #bytesOfSlice = 0;
  /** While draining: received before the drain began and not read yet. */
  #graceBytes = Infinity;

  /** @param onSlice called when a new time slice begins after one that was used up. */
  constructor(limits: ThriftLimits, budget: ByteBudget, onSlice: () => void = () => undefined) {
    this.#limits = limits;
    this.#budget = budget;
    this.#onSlice = onSlice;
  }

  /** Bytes received and not read yet. */
  get length(): number {
    return this.#input.length;
  }

  /** Whether the message read last was received together with others, or parts of them. */
  get isPipelined(): boolean {
    return this.#messagesOfChunk > 1 || this.#input.length > 0;
  }

  /** Whether the message read last ended after `startGrace`. */
  get isLate(): boolean {
    return this.#graceBytes < 0;
  }

  /** Begins the drain: only messages that are received whole by now are to be run. */
  startGrace(): void {
    this.#graceBytes = this.#input.length;
  }

  /** Adds received bytes. */
  append(chunk: Buffer): void {
    const isFirst = this.#input.length === 0;
    this.clock.received(isFirst);
    if (isFirst) this.backlogSinceMs = this.#unreadSinceMs;
    this.#input.append(chunk);
    this.#messagesOfChunk = 0;
  }

  /**
   * The next whole message; undefined while more bytes are needed, or when `foreign` is set.
   * @throws ThriftProtocolError for bytes that cannot become a message within the limits.
   */
  read(): ReceivedMessage | undefined {
    const input = this.#input;
    if (input.length === 0) return undefined;
    const framing = this.framing ?? this.#detect();
    if (framing === undefined) return undefined;
    const before = input.length;
    const message = framing.read(input);
    if (message === undefined) return undefined;
    this.#graceBytes -= before - input.length;
    this.#messagesOfChunk++;
    this.ahead++;
    this.clock.messageTaken();
    this.protocol = message.protocol;
    this.#countInSlice(message.memoryBytes);
    return message;
  }

  /** The received part of the message that `read` threw for; undefined when not even the dialect is known. */
  peek(): ReceivedMessage | undefined {
    return this.framing?.peek(this.#input);
  }

  /** Releases the memory of what was read, and charges the rest. Called when nothing more is read for now. */
  compact(): void {
    this.ahead = -1;
    this.#input.compact();
    this.#account();
  }

  /**
   * Records that messages wait in the buffer, and from now on in the socket.
   * @param isForOwnCalls whether they wait for other calls of the peer, rather than for the event loop.
   */
  wait(isForOwnCalls: boolean): void {
    this.#unreadSinceMs = isForOwnCalls ? Infinity : performance.now();
    this.backlogSinceMs = isForOwnCalls ? Infinity : Math.min(this.backlogSinceMs, this.#unreadSinceMs);
  }

  /** Records that the socket was polled: what arrived during a pause is read by now. */
  endWait(): void {
    this.#unreadSinceMs = Infinity;
  }

  /** Drops all bytes. */
  clear(): void {
    this.#input.clear();
    this.#account();
  }

  #detect(): Framing | undefined {
    const { bytes, start, end } = this.#input;
    const detected = detect(bytes, start, end);
    if (detected === undefined) return undefined;
    if (detected.kind === 'foreign') {
      this.foreign = detected.speaks;
      return undefined;
    }
    this.protocol = detected.protocol;
    this.framing = createFraming(detected.framing, detected.protocol, this.#limits);
    return this.framing;
  }

  #countInSlice(bytes: number): void {
    this.#bytesOfSlice += bytes;
    this.#messagesOfSlice++;
    const isOver = this.#messagesOfSlice >= MESSAGES_PER_SLICE || this.#bytesOfSlice >= BYTES_PER_SLICE;
    if (!isOver || this.isSliceOver) return;
    this.isSliceOver = true;
    setImmediate(this.#beginSlice);
  }

  readonly #beginSlice = (): void => {
    this.isSliceOver = false;
    this.#messagesOfSlice = 0;
    this.#bytesOfSlice = 0;
    this.#onSlice();
  };

  #account(): void {
    this.#budget.used += this.#input.length - this.#accountedBytes;
    this.#accountedBytes = this.#input.length;
  }
}
