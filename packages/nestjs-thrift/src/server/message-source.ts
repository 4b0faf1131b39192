import { ActivityClock } from '../connection/activity-clock.js';
import type { ByteBudget } from '../connection/write-queue.js';
import { createFraming } from '../framing/create-framing.js';
import { detect, type ForeignProtocol } from '../framing/detect.js';
import type { Framing, ReceivedMessage } from '../framing/framing.js';
import { InputBuffer } from '../framing/input-buffer.js';
import type { ThriftLimits } from '../limits.js';
import type { Protocol } from '../protocol/protocol.js';

/** After this many messages the other connections have their time slice, in whatever time these came. */
const MESSAGES_PER_SLICE = 64;
/** Or after this many bytes, some milliseconds' work; what was compressed counts by its full size. */
const BYTES_PER_SLICE = 1_048_576;

/** What comes in on one connection: bytes become messages, in the dialect that the first of them say. */
export class MessageSource {
  /** When the peer last sent what. */
  readonly clock = new ActivityClock();
  /** How messages are told apart; known after the first bytes. */
  framing: Framing | undefined;
  /** The protocol of the message read last; known after the first bytes. */
  protocol: Protocol | undefined;
  /** Set when the first bytes are of something that is not served here. */
  foreign: ForeignProtocol | undefined;
  /** Whether the connection has used up its time slice; a new one begins with the next event-loop iteration. */
  isSliceOver = false;

  readonly #input = new InputBuffer();
  readonly #limits: ThriftLimits;
  readonly #budget: ByteBudget;
  readonly #onSlice: () => void;
  #accountedBytes = 0;
  #messagesOfChunk = 0;
  #messagesOfSlice = 0;
  #bytesOfSlice = 0;
  /** While draining: bytes that came before it began and may still be run. */
  #graceBytes = Infinity;

  /** @param onSlice called when a new time slice begins after one that was used up. */
  constructor(limits: ThriftLimits, budget: ByteBudget, onSlice: () => void = () => undefined) {
    this.#limits = limits;
    this.#budget = budget;
    this.#onSlice = onSlice;
  }

  /** Bytes that no message was made of yet. */
  get length(): number {
    return this.#input.length;
  }

  /** Whether the message read last came with no other before or behind it. */
  get isAlone(): boolean {
    return this.#messagesOfChunk === 1 && this.#input.length === 0;
  }

  /** Whether the message read last ended after `startGrace`. */
  get isLate(): boolean {
    return this.#graceBytes < 0;
  }

  /** From now on, only messages that are here whole already are to be run. */
  startGrace(): void {
    this.#graceBytes = this.#input.length;
  }

  /** Takes in what arrived. */
  append(chunk: Buffer): void {
    this.clock.received(this.#input.length === 0);
    this.#input.append(chunk);
    this.#messagesOfChunk = 0;
  }

  /**
   * The next whole message; undefined while more bytes are needed, or when `foreign` is set.
   * @throws ThriftProtocolError for bytes that can't become a message within the limits.
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
    this.clock.messageTaken();
    this.protocol = message.protocol;
    this.#countInSlice(message.weight);
    return message;
  }

  /** As much as is there of the message that `read` refused; undefined when not even the dialect is known. */
  peek(): ReceivedMessage | undefined {
    return this.framing?.peek(this.#input);
  }

  /** Called when nothing more is read for now: keeps no more memory than it must, and counts it. */
  rest(): void {
    this.#input.compact();
    this.#account();
  }

  /** Forgets all bytes. */
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
