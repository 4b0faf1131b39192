import type { ByteBudget } from '../connection/write-queue.js';
import { ApplicationError } from '../errors.js';
import { givenUpMessage } from '../given-up.js';
import type { ThriftLimits } from '../limits.js';
import type { CallState, RejectionReason } from './events.js';
import { OverloadDetector } from './overload-detector.js';

/** A call as far as slots and budgets go. */
export interface LimitedCall {
  readonly state: CallState;
  readonly startedAtMs: number;
  readonly deadlineAtMs: number;
  /** What its request takes in memory, in bytes. */
  readonly requestBytes: number;
  /** The size of its reply that was set aside, in bytes. */
  readonly promisedBytes: number;
  /** What its connection has of the slots. */
  readonly share: ConnectionShare;
  /** It waits for a slot. */
  queue(): void;
  /** It has a slot. */
  start(): void;
}

/** What one connection has of the server's slots. It outlives the connection while orphans run. */
export class ConnectionShare {
  /** Slots taken. */
  running = 0;
  /** Calls that wait for a slot, in the order they came. Made when one has to. */
  #queued: Set<LimitedCall> | undefined;

  /** Calls that wait for a slot. */
  get queued(): number {
    return this.#queued?.size ?? 0;
  }

  /** Puts a call behind those that wait. */
  add(call: LimitedCall): void {
    this.#queued ??= new Set();
    this.#queued.add(call);
  }

  /** Takes a call out of those that wait. */
  delete(call: LimitedCall): void {
    this.#queued?.delete(call);
  }

  /** The next call to start. One that has expired will be answered `not run`: it must not start. */
  next(nowMs: number): LimitedCall | undefined {
    for (const call of this.#queued ?? []) if (call.deadlineAtMs > nowMs) return call;
    return undefined;
  }
}

/** Why a call is not run. */
export interface Refusal {
  readonly reason: RejectionReason;
  readonly error: ApplicationError;
}

/** How a call came. */
export interface Arrival {
  /** Whether its peer waits for the reply before it sends another. */
  readonly isAlone: boolean;
  /** Whether its last byte came after the server began to drain. */
  readonly isLate: boolean;
}

// One error each for all calls: a rejection must be cheap, or it would not help.

const SHUTTING_DOWN: Refusal = {
  reason: 'shutting-down',
  error: new ApplicationError('INTERNAL_ERROR', givenUpMessage('shutting-down')),
};
const OVERLOADED: Refusal = {
  reason: 'overloaded',
  error: new ApplicationError('INTERNAL_ERROR', givenUpMessage('overloaded')),
};

/** Reply bytes that may be in the making in one event-loop iteration, some milliseconds' work. */
const SLICE_BYTES = 262_144;
/** Once half of the slots are taken, a connection gets this part of what is left at most. */
const SHARE_OF_REST = 1 / 8;
/** Replies up to this size are not counted: as many as one connection may start in an iteration fit into a slice. */
const SMALL_REPLY_BYTES = 4_096;

/**
 * Decides whether and when calls run: slots, the queue for slots, and budgets of bytes, all charged before the work is
 * done.
 *
 * - A slot for each call that runs, orphans included. Connections share slots and queue: the fewer are left, the fewer one
 *   connection gets, so those that ask for little find a slot beside greedy ones (dynamic thresholds, Choudhury and Hahne).
 * - Replies are charged at the size that their method's replies have (MethodEntry.replySize). Calls with large ones take turns:
 *   SLICE_BYTES an iteration of the event loop for all connections together, one connection after the other.
 * - Bytes of requests and of unsent replies: over a budget new calls are rejected and the connection that holds most is
 *   closed. Orphans' requests count for the former, never for the latter: closing nobody would free them.
 */
export class CallLimiter {
  /** Requests, partly read or running, of connections that are open. */
  readonly requests: ByteBudget = { used: 0 };
  /** Replies that are not sent. */
  readonly unsent: ByteBudget = { used: 0 };

  readonly #limits: ThriftLimits;
  readonly #detector: OverloadDetector;
  /** Connections whose calls wait, next in turn first. */
  readonly #waiting = new Set<ConnectionShare>();
  #running = 0;
  #queued = 0;
  #orphanedBytes = 0;
  /** Replies that are in the making. */
  #promisedBytes = 0;
  /** Of this iteration. */
  #sliceBytes = 0;
  /** Whether the slice is all that calls wait for: until the next iteration, none can start. */
  #waitForIteration = false;
  #isStarting = false;

  constructor(limits: ThriftLimits, detector = new OverloadDetector(limits.maxCallsPerTurn)) {
    this.#limits = limits;
    this.#detector = detector;
  }

  /** Calls that run or wait, orphans included. */
  get inFlight(): number {
    return this.#running + this.#queued;
  }

  /** Whether connections hold more bytes than the process can give. */
  get isOverBudget(): boolean {
    const { maxBufferedBytes, maxUnsentBytes } = this.#limits;
    return this.requests.used > maxBufferedBytes || this.unsent.used > maxUnsentBytes;
  }

  /** Why a call may not run; undefined when it may. Asked when its method is known and its arguments are not read yet. */
  refusal(call: LimitedCall, { isAlone, isLate }: Arrival): Refusal | undefined {
    if (isLate) return SHUTTING_DOWN;
    // A peer that waits for each reply can't make the queue grow: it is neither counted nor rejected.
    if (!isAlone && this.#detector.isTooMany(call.startedAtMs)) return OVERLOADED;
    const { maxBufferedBytes, maxUnsentBytes, maxQueuedCalls } = this.#limits;
    const requestBytes = this.requests.used + this.#orphanedBytes;
    if (requestBytes > maxBufferedBytes || this.unsent.used > maxUnsentBytes) return OVERLOADED;
    const { share } = call;
    if (this.#startsAtOnce(call)) return undefined;
    return isWithinShare(share.queued, this.#queued, maxQueuedCalls) ? undefined : OVERLOADED;
  }

  /** Runs a call now or as soon as there is a slot. Each call that comes here is released by its `close`. */
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
    if (!this.#hasSlot(share)) this.#waitForIteration = false;
    call.queue();
  }

  /** A running call has lost its peer: what it holds is not its connection's any more. */
  orphan(call: LimitedCall): void {
    this.#orphanedBytes += call.requestBytes;
  }

  /** A call has ended: what it had is free. */
  release(call: LimitedCall, from: CallState): void {
    const { share } = call;
    if (from === 'queued') {
      this.#queued--;
      share.delete(call);
      if (share.queued === 0) this.#waiting.delete(share);
    } else if (from === 'running' || from === 'orphaned') {
      this.#running--;
      share.running--;
      this.#promisedBytes -= call.promisedBytes;
      if (from === 'orphaned') this.#orphanedBytes -= call.requestBytes;
      if (this.#waiting.size > 0 && !this.#waitForIteration) this.#startWaiting();
    }
  }

  #run(call: LimitedCall, share: ConnectionShare): void {
    this.#running++;
    share.running++;
    const bytes = call.promisedBytes;
    this.#promisedBytes += bytes;
    if (bytes > SMALL_REPLY_BYTES) {
      if (this.#sliceBytes === 0) setImmediate(this.#onIteration);
      this.#sliceBytes += bytes;
    }
    call.start();
  }

  #startsAtOnce(call: LimitedCall): boolean {
    return call.share.queued === 0 && this.#hasSlot(call.share) && this.#fitsSlice(call);
  }

  #hasSlot(share: ConnectionShare): boolean {
    return isWithinShare(share.running, this.#running, this.#limits.maxCalls);
  }

  #fitsSlice({ promisedBytes }: LimitedCall): boolean {
    if (promisedBytes <= SMALL_REPLY_BYTES) return true;
    if (this.#sliceBytes > 0 && this.#sliceBytes + promisedBytes > SLICE_BYTES) return false;
    return this.#running === 0 || this.unsent.used + this.#promisedBytes + promisedBytes <= this.#limits.maxUnsentBytes;
  }

  /** Starts what waits, one call of each connection after the other, until none of them can be started. */
  #startWaiting(): void {
    // A call that ends as soon as it starts is released meanwhile.
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
    this.#waitForIteration = this.#sliceBytes > 0 && !areSlotsScarce && this.#running < this.#limits.maxCalls;
  }

  readonly #onIteration = (): void => {
    this.#sliceBytes = 0;
    this.#waitForIteration = false;
    if (this.#waiting.size > 0) this.#startWaiting();
  };
}

/**
 * Whether a connection that has `own` of `total` units may take one more. The first half goes to whoever asks; of the rest
 * a connection gets no more than an eighth of what is left, unless it is the only one.
 */
function isWithinShare(own: number, total: number, limit: number): boolean {
  if (total >= limit) return false;
  return own === total || total < limit / 2 || own < Math.max(1, (limit - total) * SHARE_OF_REST);
}
