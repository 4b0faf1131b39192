import type { ThriftPeer } from '../connection/peer.js';
import type { ByteBudget, WriteQueue } from '../connection/write-queue.js';
import type { Framing, MessageHeaders } from '../framing/framing.js';
import { compresses } from '../framing/transforms.js';
import { compressNow, zlibQueue, type ZlibQueue } from '../framing/zlib-queue.js';
import type { ThriftLimits } from '../limits.js';
import { bytesOf, replaced, unpin, type WrittenMessage } from '../protocol/byte-writer.js';
import { ConnectionShare } from './call-limiter.js';
import { ReplySizes } from './reply-sizes.js';
import type { CallState } from './events.js';

/** Maximum number of held replies for each call that may run: they take memory beside their bytes. */
const HELD_PER_CALL = 8;

/** A call as the queue sees it. */
export interface OrderedCall<Call> {
  readonly state: CallState;
  readonly headers: MessageHeaders | undefined;
  requestBytes: number;
  reservedBytes: number;
  /** Neighbours on the connection. */
  previous: Call | undefined;
  next: Call | undefined;
  /** The finished reply, while calls before it run or while it is compressed. */
  reply: WrittenMessage | undefined;
  /** Whether the reply is compressed before it is sent. */
  isCompressing: boolean;
}

/**
 * The calls of one connection in the order they arrived. Replies leave in that order, since some clients ignore the seqid,
 * unless the call allows any order.
 */
export class ReplyQueue<Call extends OrderedCall<Call>> {
  /** The framing of the connection; known after the first bytes. */
  framing: Framing | undefined;
  /** Number of calls that are not answered yet. */
  unanswered = 0;
  /** Memory that their requests take, in bytes. */
  requestBytes = 0;
  /** The sizes of its replies. */
  readonly sizes = new ReplySizes();
  /** The slots of the connection. */
  readonly share = new ConnectionShare();

  /** Memory reserved for their replies, in bytes. */
  #reservedBytes = 0;
  #held = 0;
  /** Calls whose replies are not sent yet, oldest first; a linked list, since a Set is measurably slower. */
  #head: Call | undefined;
  #tail: Call | undefined;
  #isClosed = false;

  /**
   * @param requests the budget of the process for request bytes.
   * @param onSettled called after each answer: the connection may take further calls.
   */
  constructor(
    readonly peer: ThriftPeer,
    private readonly writes: WriteQueue,
    private readonly limits: ThriftLimits,
    private readonly requests: ByteBudget,
    private readonly onSettled: () => void,
    private readonly zlib: ZlibQueue = zlibQueue,
  ) {}

  /** Whether every call is answered and its reply is with the write queue. */
  get isEmpty(): boolean {
    return this.#head === undefined;
  }

  /** Whether no further call may run: too many are running, they are too large, or the peer reads its replies too slowly. */
  get isFull(): boolean {
    const { maxCallsPerConnection, maxUnsentBytesPerConnection, maxMessageBytes } = this.limits;
    return (
      this.unanswered >= maxCallsPerConnection ||
      this.requestBytes >= maxMessageBytes ||
      this.#held >= HELD_PER_CALL * maxCallsPerConnection ||
      this.writes.unsentBytes + this.#reservedBytes >= maxUnsentBytesPerConnection
    );
  }

  /** Adds a call as the last in the order of replies. */
  add(call: Call, requestBytes: number): void {
    this.unanswered++;
    this.charge(call, requestBytes);
    call.previous = this.#tail;
    if (this.#tail === undefined) this.#head = call;
    else this.#tail.next = call;
    this.#tail = call;
  }

  /** Charges memory to the request of a call. */
  charge(call: Call, bytes: number): void {
    call.requestBytes += bytes;
    this.#account(bytes);
  }

  /** Reserves memory for the reply of a call. @param bytes its estimated size. */
  reserve(call: Call, bytes: number): void {
    call.reservedBytes = bytes;
    this.#reservedBytes += bytes;
  }

  /** Answers a call; `reply` is undefined for a call that gets none. Once the connection is closed, drops the reply. */
  settle(call: Call, reply: WrittenMessage | undefined): void {
    if (this.#isClosed) {
      this.drop(reply);
      return;
    }
    this.unanswered--;
    this.#reservedBytes -= call.reservedBytes;
    this.#account(-call.requestBytes);
    if (reply === undefined) this.#remove(call);
    else if (call.headers !== undefined && compresses(call.headers.transforms))
      this.#compress(call, reply, call.headers);
    else this.#pass(call, reply);
    if (this.#held > 0) this.#sendHeld();
    this.onSettled();
  }

  /** Sends a reply to a call that was not added. Only while no earlier call waits for its reply. */
  sendAtOnce(reply: WrittenMessage): void {
    this.writes.send(reply);
  }

  /** Frees a reply that is never sent. */
  drop(reply: WrittenMessage | undefined): void {
    if (reply !== undefined) unpin(reply);
  }

  /** The calls that are not answered yet, oldest first. */
  *open(): Generator<Call> {
    for (let call = this.#head; call !== undefined; call = call.next) if (call.state !== 'closed') yield call;
  }

  /** Drops all calls and replies, when the connection is closed. */
  close(): void {
    this.#isClosed = true;
    this.#head = undefined;
    this.#tail = undefined;
    this.unanswered = 0;
    this.#reservedBytes = 0;
    this.#held = 0;
    this.#account(-this.requestBytes);
  }

  #account(requestBytes: number): void {
    this.requestBytes += requestBytes;
    this.requests.used += requestBytes;
  }

  #pass(call: Call, reply: WrittenMessage): void {
    if (call === this.#head || call.headers?.outOfOrder === true) {
      this.#remove(call);
      this.writes.send(reply);
    } else {
      call.reply = this.writes.hold(reply);
      this.#held++;
    }
  }

  /** Compresses a reply at once, or in the pool; it is charged with its full size until then. */
  #compress(call: Call, reply: WrittenMessage, { transforms, outOfOrder }: MessageHeaders): void {
    const compression = this.zlib.compressionOf(reply.end - reply.start, transforms);
    if (compression === 'none') this.#pass(call, reply);
    else if (compression === 'at-once') this.#pass(call, replaced(reply, compressNow(bytesOf(reply), transforms)));
    else {
      const held = this.writes.hold(reply);
      call.reply = held;
      call.isCompressing = true;
      this.#held++;
      const isNeeded = (): boolean => !this.#isClosed;
      this.zlib.compress(bytesOf(held), transforms, isNeeded, (frame) => {
        if (this.#isClosed) return;
        call.isCompressing = false;
        call.reply = this.writes.replaceHeld(held, replaced(held, frame));
        if (outOfOrder) this.#sendFromHeld(call, call.reply);
        else this.#sendHeld();
        this.onSettled();
      });
    }
  }

  #sendFromHeld(call: Call, reply: WrittenMessage): void {
    this.#remove(call);
    this.writes.sendHeld(reply);
    this.#held--;
  }

  #sendHeld(): void {
    for (let call = this.#head; call?.state === 'closed' && !call.isCompressing; call = this.#head) {
      if (call.reply === undefined) this.#remove(call);
      else this.#sendFromHeld(call, call.reply);
    }
  }

  #remove(call: Call): void {
    if (call.previous === undefined) this.#head = call.next;
    else call.previous.next = call.next;
    if (call.next === undefined) this.#tail = call.previous;
    else call.next.previous = call.previous;
  }
}
