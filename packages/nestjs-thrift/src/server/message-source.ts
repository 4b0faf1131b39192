import { ActivityClock } from '../connection/activity-clock.js';
import type { ByteBudget } from '../connection/write-queue.js';
import { createFraming } from '../framing/create-framing.js';
import { detect, type ForeignProtocol } from '../framing/detect.js';
import type { Framing, ReceivedMessage } from '../framing/framing.js';
import { InputBuffer } from '../framing/input-buffer.js';
import { inflateInPool, inflateSmall, isCompressed, maxInflatedBytes, NO_TRANSFORMS } from '../framing/transforms.js';
import { zlibQueue, type ZlibQueue } from '../framing/zlib-queue.js';
import type { ThriftProtocolError } from '../errors.js';
import { transition, type Transitions } from '../connection/transitions.js';
import type { ThriftLimits } from '../limits.js';
import type { Protocol } from '../protocol/protocol.js';

/** Messages in a time slice; after them the other connections get theirs. */
const MESSAGES_PER_SLICE = 64;
/** Bytes in a time slice, some milliseconds of work. */
const BYTES_PER_SLICE = 1_048_576;
/** How much more an inflated byte counts in the slice than one that arrived plain. */
const INFLATING_COST = 4;
/** Bytes that Node reads from a socket at a time: a read of fewer has emptied it. */
const READ_BYTES = 65_536;

/** What is done with the bytes received. */
type SourceState = 'reading' | 'inflating' | 'inflated' | 'closed';

/** The transitions drawn in MessageSource; any other throws. */
const TRANSITIONS: Transitions<SourceState> = {
  reading: ['inflating', 'closed'],
  inflating: ['inflated', 'closed'],
  inflated: ['reading', 'closed'],
  closed: ['closed'],
};

/**
 * Turns the bytes received on one connection into messages, in the dialect that the first bytes select.
 *
 * ```
 * reading  ─large compressed message─▶ inflating ─inflated │ invalid─▶ inflated ─read─▶ reading
 * any      ─clear─▶ closed
 * ```
 *
 * Nothing is read while a message is inflated, so messages keep their order, and each connection has at most one in the
 * queue for that.
 */
export class MessageSource {
  /** When the peer was last active. */
  readonly clock = new ActivityClock();
  /** How messages are delimited; known after the first bytes. */
  framing: Framing | undefined;
  /** The protocol of the message read last; known after the first bytes. */
  protocol: Protocol | undefined;
  /** Set when the first bytes are of a protocol that is not served here. */
  foreign: ForeignProtocol | undefined;
  /** Messages read in this batch before the one read last. */
  ahead = -1;
  /**
   * Since when the messages in the buffer may have waited, on the clock of `performance.now()`; Infinity: not before
   * this iteration.
   */
  backlogSinceMs = Infinity;

  readonly #input = new InputBuffer();
  readonly #limits: ThriftLimits;
  readonly #budget: ByteBudget;
  readonly #onReady: () => void;
  readonly #zlib: ZlibQueue;
  #state: SourceState = 'reading';
  /** The message that is being inflated. */
  #compressed: ReceivedMessage | undefined;
  /** What became of it. */
  #inflated: ReceivedMessage | ThriftProtocolError | undefined;
  /** Memory of either. */
  #messageBytes = 0;
  /** Whether the connection has used up its time slice; a new one begins with the next event-loop iteration. */
  #isSliceOver = false;
  #accountedBytes = 0;
  /** Since when bytes may have waited in the socket; Infinity when it was empty in this event-loop iteration. */
  #unreadSinceMs = Infinity;
  #messagesOfChunk = 0;
  #messagesOfSlice = 0;
  #bytesOfSlice = 0;
  /** While draining: received before the drain began and not read yet. */
  #graceBytes = Infinity;

  /** @param onReady called when `isBusy` ends. */
  constructor(
    limits: ThriftLimits,
    budget: ByteBudget,
    onReady: () => void = () => undefined,
    zlib: ZlibQueue = zlibQueue,
  ) {
    this.#limits = limits;
    this.#budget = budget;
    this.#onReady = onReady;
    this.#zlib = zlib;
  }

  /** Whether no message can be read for now: the time slice is used up, or a message is being inflated. */
  get isBusy(): boolean {
    return this.#isSliceOver || this.isInflating;
  }

  /** Whether a message is being inflated, or waits for that. */
  get isInflating(): boolean {
    return this.#state === 'inflating';
  }

  /** Memory held, in bytes. */
  get heldBytes(): number {
    return this.#input.length + this.#messageBytes;
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
    if (chunk.length < READ_BYTES) this.#unreadSinceMs = Infinity;
    this.#input.append(chunk);
    this.#messagesOfChunk = 0;
  }

  /**
   * The next whole message; undefined while more bytes are needed, while one is inflated, or when `foreign` is set.
   * @throws ThriftProtocolError for bytes that cannot become a message within the limits.
   */
  read(): ReceivedMessage | undefined {
    if (this.#state === 'inflated') return this.#takeInflated();
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
    if (isCompressed(message)) return this.#inflate(message);
    this.#countInSlice(message.memoryBytes);
    return message;
  }

  /** The received part of the message that `read` threw for; undefined when not even the dialect is known. */
  peek(): ReceivedMessage | undefined {
    const compressed = this.#compressed;
    if (compressed === undefined) return this.framing?.peek(this.#input);
    // Plain: it is the transform that failed.
    const headers = compressed.headers && { ...compressed.headers, transforms: NO_TRANSFORMS };
    return { ...compressed, headers, start: compressed.end };
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
    this.#unreadSinceMs = isForOwnCalls ? Infinity : Math.min(this.#unreadSinceMs, performance.now());
    this.backlogSinceMs = isForOwnCalls ? Infinity : Math.min(this.backlogSinceMs, this.#unreadSinceMs);
  }

  /** Records that the socket was polled: what arrived during a pause is read by now. */
  endWait(): void {
    this.#unreadSinceMs = Infinity;
  }

  /** Drops all bytes. */
  clear(): void {
    this.#input.clear();
    this.#enter('closed');
    this.#compressed = undefined;
    this.#inflated = undefined;
    this.#holdMessage(0);
  }

  /** Inflates a message, at once where it is small. */
  #inflate(message: ReceivedMessage): ReceivedMessage | undefined {
    this.#compressed = message;
    const inflated = inflateSmall(message, this.#limits);
    if (inflated !== undefined) return this.#taken(inflated);
    this.#enter('inflating');
    // From here on it waits for the pool, not for the event loop.
    this.backlogSinceMs = Infinity;
    this.#holdMessage(message.memoryBytes);
    // The job must not capture the message: it stays in the queue after `clear`, until all jobs before it have run.
    this.#zlib.add((done) => this.#startInflating(done));
    return undefined;
  }

  /** Returns false when the message was dropped while it waited. */
  #startInflating(done: () => void): boolean {
    const message = this.#compressed;
    if (message === undefined) return false;
    // Charged before the work, which may take as much.
    this.#holdMessage(message.memoryBytes + maxInflatedBytes(message, this.#limits));
    inflateInPool(message, this.#limits, (result) => {
      done();
      if (this.#state !== 'inflating') return;
      this.#enter('inflated');
      this.#inflated = result;
      this.#holdMessage('bytes' in result ? result.memoryBytes : message.memoryBytes);
      this.#onReady();
    });
    return true;
  }

  #takeInflated(): ReceivedMessage {
    const inflated = this.#inflated as ReceivedMessage | ThriftProtocolError;
    this.#enter('reading');
    this.#inflated = undefined;
    this.ahead++;
    this.#holdMessage(0);
    if (!('bytes' in inflated)) throw inflated;
    return this.#taken(inflated);
  }

  #taken(inflated: ReceivedMessage): ReceivedMessage {
    this.#compressed = undefined;
    this.#countInSlice(INFLATING_COST * inflated.memoryBytes);
    return inflated;
  }

  #holdMessage(bytes: number): void {
    this.#messageBytes = bytes;
    this.#account();
  }

  #enter(state: SourceState): void {
    this.#state = transition(TRANSITIONS, this.#state, state);
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
    if (!isOver || this.#isSliceOver) return;
    this.#isSliceOver = true;
    setImmediate(this.#beginSlice);
  }

  readonly #beginSlice = (): void => {
    this.#isSliceOver = false;
    this.#messagesOfSlice = 0;
    this.#bytesOfSlice = 0;
    this.#onReady();
  };

  #account(): void {
    this.#budget.used += this.heldBytes - this.#accountedBytes;
    this.#accountedBytes = this.heldBytes;
  }
}
