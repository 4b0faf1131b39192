import { unpin } from '../protocol/byte-writer.js';
import type { WrittenMessage } from '../protocol/byte-writer.js';
import type { Outbox } from './outbox.js';
import type { PendingCall } from './pending-call.js';

/**
 * The calls of one connection in the order they came. Replies leave in that order, since there are clients that never
 * look at the seqid, unless the call says that any order will do.
 */
export class CallQueue {
  /** Calls without an answer yet. */
  running = 0;
  private head: PendingCall | undefined;
  private tail: PendingCall | undefined;

  constructor(private readonly outbox: Outbox) {}

  /** Whether every call has been answered. */
  get isEmpty(): boolean {
    return this.head === undefined;
  }

  /** Gives a call its place. */
  add(call: PendingCall): void {
    this.running++;
    if (this.tail === undefined) this.head = call;
    else this.tail.next = call;
    this.tail = call;
  }

  /** Answers a call; `reply` is undefined for a call that gets none. False: it has its answer already. */
  settle(call: PendingCall, reply: WrittenMessage | undefined): boolean {
    if (call.settled) {
      if (reply !== undefined) unpin(reply);
      return false;
    }
    call.settled = true;
    this.running--;
    if (reply !== undefined) {
      if (call === this.head || call.headers?.outOfOrder === true) this.outbox.send(reply);
      else call.reply = this.outbox.hold(reply);
    }
    this.advance();
    return true;
  }

  /** The calls without an answer, oldest first. */
  *unsettled(): Generator<PendingCall> {
    for (let call = this.head; call !== undefined; call = call.next) if (!call.settled) yield call;
  }

  /** Forgets all calls: the connection is gone. */
  clear(): void {
    this.head = undefined;
    this.tail = undefined;
    this.running = 0;
  }

  private advance(): void {
    while (this.head?.settled === true) {
      const { reply, next } = this.head;
      if (reply !== undefined) this.outbox.sendHeld(reply);
      this.head = next;
    }
    if (this.head === undefined) this.tail = undefined;
  }
}
