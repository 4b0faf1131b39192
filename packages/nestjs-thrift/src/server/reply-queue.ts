import type { ByteBudget, WriteQueue } from '../connection/write-queue.js';
import type { ThriftLimits } from '../limits.js';
import { unpin, type WrittenMessage } from '../protocol/byte-writer.js';
import type { ServerCall } from './server-call.js';

/** Of a connection whose replies are not known yet, this part of the cap on unsent bytes is set aside for each. */
const FIRST_REPLY_SHARE = 1 / 32;
/** Answers that wait for those before them, for each call that may run: they cost memory beside their bytes. */
const HELD_PER_CALL = 8;

/**
 * The calls of one connection in the order they came. Replies leave in that order, since there are clients that never
 * look at the seqid, unless the call says that any order will do.
 */
export class ReplyQueue {
  /** Calls without an answer yet. */
  running = 0;
  /** What the requests of those take, in bytes. */
  requestBytes = 0;
  private held = 0;
  private head: ServerCall | undefined;
  private tail: ServerCall | undefined;
  /** What a reply takes, going by those before: up at once, down by halves. */
  private expectedReplyBytes: number;

  constructor(
    private readonly writeQueue: WriteQueue,
    private readonly limits: ThriftLimits,
    private readonly budget: ByteBudget,
  ) {
    this.expectedReplyBytes = limits.maxUnsentBytesPerConnection * FIRST_REPLY_SHARE;
  }

  /** Whether every call has been answered. */
  get isEmpty(): boolean {
    return this.head === undefined;
  }

  /** Whether no further call may run: too many do, or large ones, or replies would pile up before a slow reader. */
  get isFull(): boolean {
    const { maxCallsPerConnection, maxUnsentBytesPerConnection, maxMessageBytes } = this.limits;
    const expectedBytes = this.writeQueue.unsentBytes + this.running * this.expectedReplyBytes;
    return (
      this.running >= maxCallsPerConnection ||
      this.requestBytes >= maxMessageBytes ||
      this.held >= HELD_PER_CALL * maxCallsPerConnection ||
      expectedBytes >= maxUnsentBytesPerConnection
    );
  }

  /** Gives a call its place. */
  add(call: ServerCall): void {
    this.running++;
    this.account(call.requestBytes);
    call.previous = this.tail;
    if (this.tail === undefined) this.head = call;
    else this.tail.next = call;
    this.tail = call;
  }

  /** The request of a call takes that much more memory than its bytes. */
  weigh(call: ServerCall, moreBytes: number): void {
    call.requestBytes += moreBytes;
    this.account(moreBytes);
  }

  /** Answers a call; `reply` is undefined for a call that gets none. False: it has its answer already. */
  settle(call: ServerCall, reply: WrittenMessage | undefined): boolean {
    if (call.settled) {
      if (reply !== undefined) unpin(reply);
      return false;
    }
    call.stop();
    this.running--;
    this.account(-call.requestBytes);
    if (reply === undefined) this.remove(call);
    else {
      this.learn(reply.end - reply.start);
      this.answer(call, reply);
    }
    this.advance();
    return true;
  }

  /** The calls without an answer, oldest first. */
  *unsettled(): Generator<ServerCall> {
    for (let call = this.head; call !== undefined; call = call.next) if (!call.settled) yield call;
  }

  /** Forgets all calls: the connection is gone. */
  clear(): void {
    this.head = undefined;
    this.tail = undefined;
    this.running = 0;
    this.held = 0;
    this.account(-this.requestBytes);
  }

  private account(requestBytes: number): void {
    this.requestBytes += requestBytes;
    this.budget.used += requestBytes;
  }

  private learn(replyBytes: number): void {
    const expected = this.expectedReplyBytes;
    this.expectedReplyBytes = replyBytes > expected ? replyBytes : (expected + replyBytes) / 2;
  }

  private answer(call: ServerCall, reply: WrittenMessage): void {
    if (call === this.head || call.headers?.outOfOrder === true) {
      this.remove(call);
      this.writeQueue.send(reply);
    } else {
      call.reply = this.writeQueue.hold(reply);
      this.held++;
    }
  }

  private advance(): void {
    for (let call = this.head; call?.settled === true; call = this.head) {
      this.remove(call);
      if (call.reply === undefined) continue;
      this.writeQueue.sendHeld(call.reply);
      this.held--;
    }
  }

  private remove(call: ServerCall): void {
    if (call.previous === undefined) this.head = call.next;
    else call.previous.next = call.next;
    if (call.next === undefined) this.tail = call.previous;
    else call.next.previous = call.previous;
  }
}
