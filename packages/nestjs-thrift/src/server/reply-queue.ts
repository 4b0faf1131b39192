import type { ThriftPeer } from '../connection/peer.js';
import type { ByteBudget, WriteQueue } from '../connection/write-queue.js';
import type { Framing, MessageHeaders } from '../framing/framing.js';
import type { ThriftLimits } from '../limits.js';
import { unpin, type WrittenMessage } from '../protocol/byte-writer.js';
import { ConnectionShare } from './call-limiter.js';
import type { CallState } from './events.js';

/** Replies that wait for those before them, for each call that may run: they take memory beside their bytes. */
const HELD_PER_CALL = 8;

/** A call as far as the order of replies goes. */
export interface OrderedCall {
  readonly state: CallState;
  readonly headers: MessageHeaders | undefined;
  requestBytes: number;
  promisedBytes: number;
  /** The finished reply, while calls before it run. */
  reply: WrittenMessage | undefined;
}

/**
 * The calls of one connection in the order they came. Replies leave in that order, since there are clients that never
 * look at the seqid, unless the call says that any order will do.
 */
export class ReplyQueue<Call extends OrderedCall> {
  /** The framing of the connection; known after the first bytes. */
  framing: Framing | undefined;
  /** Calls without an answer yet. */
  unanswered = 0;
  /** What the requests of those take, in bytes. */
  requestBytes = 0;
  /** What the connection has of the server's slots. */
  readonly share = new ConnectionShare();

  /** What was set aside for the replies of those, in bytes. */
  #promisedBytes = 0;
  #held = 0;
  /** Calls whose replies are not sent yet, oldest first. */
  readonly #calls = new Set<Call>();
  #isClosed = false;

  /**
   * @param requests the request bytes of the process.
   * @param onSettled called after each reply: there is room for further calls.
   */
  constructor(
    readonly peer: ThriftPeer,
    private readonly writes: WriteQueue,
    private readonly limits: ThriftLimits,
    private readonly requests: ByteBudget,
    private readonly onSettled: () => void,
  ) {}

  /** Whether every call has been answered. */
  get isEmpty(): boolean {
    return this.#calls.size === 0;
  }

  /** Whether no further call may run: too many do, or large ones, or replies would pile up before a slow reader. */
  get isFull(): boolean {
    const { maxCallsPerConnection, maxUnsentBytesPerConnection, maxMessageBytes } = this.limits;
    return (
      this.unanswered >= maxCallsPerConnection ||
      this.requestBytes >= maxMessageBytes ||
      this.#held >= HELD_PER_CALL * maxCallsPerConnection ||
      this.writes.unsentBytes + this.#promisedBytes >= maxUnsentBytesPerConnection
    );
  }

  /** Gives a call its position in the order of replies. */
  add(call: Call, requestBytes: number): void {
    this.unanswered++;
    this.charge(call, requestBytes);
    this.#calls.add(call);
  }

  /** Charges memory that the request of a call takes. */
  charge(call: Call, bytes: number): void {
    call.requestBytes += bytes;
    this.#account(bytes);
  }

  /** Sets aside what the reply of a call will probably take. */
  promise(call: Call, bytes: number): void {
    call.promisedBytes = bytes;
    this.#promisedBytes += bytes;
  }

  /** Answers a call; `reply` is undefined for a call that gets none. On a connection that is gone, drops the reply. */
  settle(call: Call, reply: WrittenMessage | undefined): void {
    if (this.#isClosed) {
      this.drop(reply);
      return;
    }
    this.unanswered--;
    this.#promisedBytes -= call.promisedBytes;
    this.#account(-call.requestBytes);
    if (reply === undefined) this.#calls.delete(call);
    else if (call.headers?.outOfOrder === true || this.#isFirst(call)) {
      this.#calls.delete(call);
      this.writes.send(reply);
    } else {
      call.reply = this.writes.hold(reply);
      this.#held++;
    }
    if (this.#held > 0) this.#sendHeld();
    this.onSettled();
  }

  /** Gives back the memory of a reply that nobody gets. */
  drop(reply: WrittenMessage | undefined): void {
    if (reply !== undefined) unpin(reply);
  }

  /** The calls without an answer, oldest first. */
  *open(): Generator<Call> {
    for (const call of this.#calls) if (call.state !== 'closed') yield call;
  }

  /** Forgets all calls: the connection is gone. */
  close(): void {
    this.#isClosed = true;
    this.#calls.clear();
    this.unanswered = 0;
    this.#promisedBytes = 0;
    this.#held = 0;
    this.#account(-this.requestBytes);
  }

  #account(requestBytes: number): void {
    this.requestBytes += requestBytes;
    this.requests.used += requestBytes;
  }

  #isFirst(call: Call): boolean {
    return this.#calls.size === 1 || this.#calls.values().next().value === call;
  }

  #sendHeld(): void {
    for (const call of this.#calls) {
      if (call.state !== 'closed') return;
      this.#calls.delete(call);
      if (call.reply === undefined) continue;
      this.writes.sendHeld(call.reply);
      this.#held--;
    }
  }
}
