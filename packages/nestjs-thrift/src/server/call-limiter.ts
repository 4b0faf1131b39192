import type { ByteBudget } from '../connection/write-queue.js';
import { ApplicationError } from '../errors.js';
import { givenUpMessage } from '../given-up.js';
import type { ThriftLimits } from '../limits.js';
import type { CallState, RejectionReason } from './events.js';
import { OverloadDetector, type Waiting } from './overload-detector.js';

/** A call as the limiter sees it. */
export interface LimitedCall {
  readonly state: CallState;
  readonly startedAtMs: number;
  readonly deadlineAtMs: number;
  /** Memory that its request takes, in bytes. */
  readonly requestBytes: number;
  /** Memory reserved for its reply, in bytes. */
  readonly reservedBytes: number;
  /** The slots of its connection. */
  readonly share: ConnectionShare;
  /** Called when it has to wait for a slot. */
  queue(): void;
  /** Called when it has a slot. */
  start(): void;
}

/** The slots of one connection, and its calls that wait for one. Outlives the connection while orphans run. */
export class ConnectionShare {
  /** Slots taken. */
  running = 0;
  /** Whether its peer has sent a call before it had the reply to an earlier one. */
  isPipelining = false;
  /** Calls that wait for a slot, oldest first. Created with the first of them. */
  #queued: Set<LimitedCall> | undefined;

  /** Number of calls that wait for a slot. */
  get queued(): number {
    return this.#queued?.size ?? 0;
  }

  /** Queues a call. */
  add(call: LimitedCall): void {
    this.#queued ??= new Set();
    this.#queued.add(call);
  }

  /** Removes a call from the queue. */
  delete(call: LimitedCall): void {
    this.#queued?.delete(call);
  }

  /** The next call to start. Skips expired ones: they will be answered `not run`, so they must not start. */
  next(nowMs: number): LimitedCall | undefined {
    for (const call of this.#queued ?? []) if (call.deadlineAtMs > nowMs) return call;
    return undefined;
  }
}

/** Why a call is not admitted. */
export interface CallRejection {
  readonly reason: RejectionReason;
  readonly error: ApplicationError;
}

/** How a call arrived. */
export interface Arrival extends Waiting {
  /** Whether its peer sent other calls with it, or before it had the replies to earlier ones. */
  readonly isPipelined: boolean;
  /** Whether its last byte arrived after the drain began. */
  readonly isLate: boolean;
}

// One error for all calls: rejecting must be cheap, or it would not relieve an overloaded server.

const SHUTTING_DOWN: CallRejection = {
  reason: 'shutting-down',
  error: new ApplicationError('INTERNAL_ERROR', givenUpMessage('shutting-down')),
};
export const OVERLOADED: CallRejection = {
  reason: 'overloaded',
  error: new ApplicationError('INTERNAL_ERROR', givenUpMessage('overloaded')),
};

/** Maximum reply bytes that calls may start to produce in one event-loop iteration: some milliseconds of work. */
const SLICE_BYTES = 262_144;
/** Time for which large replies are postponed while connections are accepted; then they run for as long at least. */
const POSTPONE_MS = 50;
/** Once half of the slots are taken, a connection gets at most this part of those that are left. */
const SHARE_OF_REST = 1 / 8;
/** Memory of a reply in the making as a multiple of its bytes: the values that it is encoded from, and their source. */
const REPLY_MEMORY = 4;
/** Replies up to this size are not counted: the number that a connection may start per iteration fits into a slice. */
const SMALL_REPLY_BYTES = 4_096;

/**
 * Decides whether and when calls run, by slots, a queue for slots, and byte budgets. All are charged before the work is
 * done.
 *
 * - Each running call holds a slot, orphans included. Connections share slots and queue. The fewer are left, the fewer one
 *   connection gets, so a modest client finds a slot beside greedy ones (dynamic thresholds, Choudhury and Hahne).
 * - A reply is charged its method's estimated size (MethodEntry.replySize). Calls with large replies are paced: all
 *   connections together start SLICE_BYTES per event-loop iteration, round robin. Iterations that accepted a connection
 *   start none: Node accepts one connection per iteration, so long iterations delay the rest.
 * - Over the budget for request bytes or unsent reply bytes, new calls are rejected and the connection that holds most is
 *   closed. The requests of orphans count when admitting a call, never when choosing a connection: closing one would not
 *   free them.
 */
export class CallLimiter {
  /** Bytes of requests that are partly read or running, on open connections. */
  readonly requests: ByteBudget = { used: 0 };
  /** Bytes of replies that are not sent yet. */
  readonly unsent: ByteBudget = { used: 0 };

  readonly #limits: ThriftLimits;
  readonly #detector: OverloadDetector;
  /** Connections with queued calls, in round-robin order. */
  readonly #waiting = new Set<ConnectionShare>();
  #running = 0;
  #queued = 0;
  #orphanedBytes = 0;
  /** Reserved for the replies of running calls. */
  #reservedBytes = 0;
  /** Reply bytes started in this event-loop iteration. */
  #sliceBytes = 0;
  /** Whether queued calls wait only for the next slice, so that no slot released before it can start one. */
  #waitsForSlice = false;
  /** Whether a connection was accepted in this event-loop iteration. */
  #hasAccepted = false;
  /** Until when large replies are postponed, on the clock of `performance.now()`. */
  #postponeUntilMs = -Infinity;
  #isStarting = false;

  constructor(limits: ThriftLimits, detector = new OverloadDetector(limits.maxWaitMs)) {
    this.#limits = limits;
    this.#detector = detector;
  }

  /** Number of running and queued calls, orphans included. */
  get inFlight(): number {
    return this.#running + this.#queued;
  }

  /** Whether connections hold more bytes than a budget of the process allows. */
  get isOverBudget(): boolean {
    const { maxBufferedBytes, maxUnsentBytes } = this.#limits;
    return this.requests.used > maxBufferedBytes || this.unsent.used > maxUnsentBytes;
  }

  /** Whether a call is rejected that is not created yet: rejecting must be cheap, or it leaves no time for other calls. */
  rejectsAtOnce(share: ConnectionShare, arrival: Arrival): boolean {
    const isCandidate = this.#detector.isRejecting && share.isPipelining && !arrival.isLate;
    return isCandidate && this.#detector.isTooLate(performance.now(), share, arrival);
  }

  /** A connection was accepted: large replies wait for an iteration without one. */
  onConnection(): void {
    this.#hasAccepted = true;
    this.#useSlice(SLICE_BYTES);
  }

  /** Why a call is not admitted; undefined when it is. Asked once the method is known, before the arguments are read. */
  rejectionOf(call: LimitedCall, arrival: Arrival): CallRejection | undefined {
    const { share } = call;
    if (arrival.isLate) return SHUTTING_DOWN;
    if (arrival.isPipelined) share.isPipelining = true;
    // A peer that waits for each reply cannot make the queue grow, so it is neither counted nor rejected.
    if (share.isPipelining && this.#detector.isTooLate(call.startedAtMs, share, arrival)) return OVERLOADED;
    const { maxBufferedBytes, maxUnsentBytes, maxQueuedCalls, maxCalls } = this.#limits;
    const requestBytes = this.requests.used + this.#orphanedBytes;
    if (requestBytes > maxBufferedBytes || this.unsent.used > maxUnsentBytes) return OVERLOADED;
    if (this.#startsAtOnce(call)) return undefined;
    // While slots are free, a call that waits only for the next slice needs none in the queue.
    const capacity = this.#fitsBudget(call) ? Math.max(maxQueuedCalls, maxCalls - this.#running) : maxQueuedCalls;
    return isWithinShare(share.queued, this.#queued, capacity) ? undefined : OVERLOADED;
  }

  /** Runs a call now or as soon as there is a slot. Its `close` releases it. */
  start(call: LimitedCall): void {
    if (call.state !== 'received') return;
    const { share } = call;
    if (this.#startsAtOnce(call)) {
      this.#run(call, share);
      return;
    }
    this.#queued++;
    share.add(call);
    this.#waiting.add(share);
    if (!this.#hasSlot(share)) this.#waitsForSlice = false;
    call.queue();
  }

  /** The peer of a running call disconnected: its request no longer counts for a connection. */
  orphan(call: LimitedCall): void {
    this.#orphanedBytes += call.requestBytes;
  }

  /** Frees what a call held. @param from the state that it ended from. */
  release(call: LimitedCall, from: CallState): void {
    const { share } = call;
    if (from === 'queued') {
      this.#queued--;
      share.delete(call);
      if (share.queued === 0) this.#waiting.delete(share);
    } else if (from === 'running' || from === 'detached' || from === 'orphaned') {
      this.#running--;
      share.running--;
      this.#reservedBytes -= call.reservedBytes;
      if (from !== 'running') this.#orphanedBytes -= call.requestBytes;
      if (this.#waiting.size > 0 && !this.#waitsForSlice) this.#startQueued();
    }
  }

  #run(call: LimitedCall, share: ConnectionShare): void {
    this.#running++;
    share.running++;
    const bytes = call.reservedBytes;
    this.#reservedBytes += bytes;
    if (bytes > SMALL_REPLY_BYTES) this.#useSlice(bytes);
    call.start();
  }

  #useSlice(bytes: number): void {
    if (this.#sliceBytes === 0) setImmediate(this.#onIteration);
    this.#sliceBytes += bytes;
  }

  #startsAtOnce(call: LimitedCall): boolean {
    return call.share.queued === 0 && this.#hasSlot(call.share) && this.#fitsSlice(call);
  }

  #hasSlot(share: ConnectionShare): boolean {
    return isWithinShare(share.running, this.#running, this.#limits.maxCalls);
  }

  #fitsSlice(call: LimitedCall): boolean {
    const { reservedBytes } = call;
    if (reservedBytes <= SMALL_REPLY_BYTES) return true;
    if (this.#sliceBytes > 0 && this.#sliceBytes + reservedBytes > SLICE_BYTES) return false;
    return this.#fitsBudget(call);
  }

  #fitsBudget({ reservedBytes }: LimitedCall): boolean {
    if (this.#running === 0) return true;
    return this.unsent.used + REPLY_MEMORY * (this.#reservedBytes + reservedBytes) <= this.#limits.maxUnsentBytes;
  }

  /** Starts queued calls, round robin over their connections, until none can start. */
  #startQueued(): void {
    // A call that ends synchronously is released within this loop.
    if (this.#isStarting) return;
    this.#isStarting = true;
    const nowMs = performance.now();
    let areSlotsScarce = false;
    for (let passed = 0; passed < this.#waiting.size && this.#running < this.#limits.maxCalls;) {
      const share = this.#waiting.values().next().value as ConnectionShare;
      this.#waiting.delete(share);
      const call = share.next(nowMs);
      const hasSlot = this.#hasSlot(share);
      areSlotsScarce ||= !hasSlot;
      if (call !== undefined && hasSlot && this.#fitsSlice(call)) {
        passed = 0;
        this.#queued--;
        share.delete(call);
        this.#run(call, share);
      } else passed++;
      if (share.queued > 0) this.#waiting.add(share);
    }
    this.#isStarting = false;
    this.#waitsForSlice = this.#sliceBytes > 0 && !areSlotsScarce && this.#running < this.#limits.maxCalls;
  }

  readonly #onIteration = (): void => {
    const hasAccepted = this.#hasAccepted;
    this.#hasAccepted = false;
    if (hasAccepted && this.#postpone()) return;
    this.#sliceBytes = 0;
    this.#waitsForSlice = false;
    if (this.#waiting.size > 0) this.#startQueued();
  };

  /**
   * Postpones large replies to the next iteration, for POSTPONE_MS at a time. Returns false while they have to run, or a flood
   * of connections would stop them.
   */
  #postpone(): boolean {
    const nowMs = performance.now();
    if (nowMs >= this.#postponeUntilMs + POSTPONE_MS) this.#postponeUntilMs = nowMs + POSTPONE_MS;
    if (nowMs >= this.#postponeUntilMs) return false;
    setImmediate(this.#onIteration);
    return true;
  }
}

/**
 * Whether a connection that has `own` of `total` units may take one more. The first half is first come, first served. Of the
 * second half, a connection gets at most an eighth of what is left, unless it is the only one.
 */
function isWithinShare(own: number, total: number, limit: number): boolean {
  if (total >= limit) return false;
  return own === total || total < limit / 2 || own < Math.max(1, (limit - total) * SHARE_OF_REST);
}
