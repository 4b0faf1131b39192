import { performance } from 'node:perf_hooks';

/** Time that calls may wait beyond the limit when the process was idle before: a burst, as in the interval of CoDel. */
const BURST_MS = 100;
/** Time over which the idle share is averaged. */
const AVERAGE_MS = 200;
/** Minimum time between two readings of the processor clock. */
const READING_MS = 20;
/** Idle time between two iterations above which the sockets were empty when the later one began. */
const EMPTY_MS = 0.05;
/** Number of calls of average cost that may wait however long they take: a few long lists are no overload. */
const MIN_QUEUE_CALLS = 8;
/** Minimum time in each iteration for calls, however long they have waited. */
const LATE_CALLS_MS = 1;
/** Weight of an iteration in the average cost of a call. */
const COST_WEIGHT = 1 / 8;

/** The clocks of a process, all in ms. */
export interface ProcessClock {
  now(): number;
  /** Total time that the event loop has waited for events. */
  idleMs(): number;
  /** Total processor time of the process. */
  processorMs(): number;
  /** Calls back after the current event-loop iteration. */
  afterIteration(callback: () => void): void;
}

const PROCESS_CLOCK: ProcessClock = {
  now: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
  processorMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  afterIteration: (callback) => {
    setImmediate(callback);
  },
};

/** How long a call has waited, as far as its connection knows. */
export interface Waiting {
  /** Since when its connection has had unread messages, on the clock of `performance.now()`; Infinity when it had none. */
  readonly backlogSinceMs: number;
  /** Calls of its connection that were read just before it and run first. */
  readonly ahead: number;
}

/**
 * Detects calls that have waited too long. Calls wait in sockets and read buffers until the one thread reads them, so a call
 * has waited since the last iteration of the event loop began, if there was no idle time since, or since its connection has
 * had unread messages.
 *
 * One quantity decides, at each call: the longest wait. It is `maxWaitMs`, or the time of MIN_QUEUE_CALLS average calls where
 * that is longer; to it comes BURST_MS times the share of the last fifth of a second in which the process did not run. So a
 * burst after idle time is served, while a lasting queue is held at `maxWaitMs`. Calls of a single connection are never
 * rejected: nobody else waits for them. Time in which other processes had the processor counts as idle, since rejected calls
 * would not give it back.
 *
 * Calls get at least as much time as the rejections of the iteration before took, or a process that is short of processor
 * time would do nothing but reject.
 */
export class OverloadDetector {
  readonly #maxWaitMs: number;
  readonly #clock: ProcessClock;
  /** 0 between iterations. */
  #iterationStartedAtMs = 0;
  /** When the last iteration with calls began, and the idle time until then. */
  #lastBeganAtMs = 0;
  #lastIdleMs = 0;
  /** Since when calls that are read in this iteration may have waited in their sockets. */
  #unreadSinceMs = 0;
  /** Number of connections with calls in this iteration, and the last of them. */
  #connections = 0;
  #connection: object | undefined;
  /** Whether several had calls in the iteration before. */
  #wereSeveral = false;
  #admitted = 0;
  #lastCallAtMs = 0;
  /** Whether the call read last, in this iteration, was rejected. */
  #wasLastRejected = false;
  /** Whether a call was admitted that was read together with it. */
  #hasAdmitted = false;
  /** Time spent on rejections in this iteration, and in the one before. */
  #rejectingMs = 0;
  #lastRejectingMs = 0;
  /** Average time of an admitted call. */
  #callMs = 0;
  #idleShare = 1;
  #readAtMs: number;
  #idleMs: number;
  #processorMs: number;

  /** @param maxWaitMs time that a call may wait while the process has no idle time. */
  constructor(maxWaitMs: number, clock: ProcessClock = PROCESS_CLOCK) {
    this.#maxWaitMs = maxWaitMs;
    this.#clock = clock;
    this.#readAtMs = clock.now();
    this.#idleMs = clock.idleMs();
    this.#processorMs = clock.processorMs();
  }

  /** Whether calls are being rejected, so that the next one probably is as well. */
  get isRejecting(): boolean {
    return this.#wasLastRejected;
  }

  /** Records a call that was read now. Returns whether it has waited too long to be run. */
  isTooLate(nowMs: number, connection: object, { backlogSinceMs, ahead }: Waiting): boolean {
    if (this.#iterationStartedAtMs === 0) this.#startIteration(nowMs);
    if (connection !== this.#connection) {
      this.#connection = connection;
      this.#connections++;
    }
    // The calls of a chunk are all read before the first of them runs, so those ahead are added by what calls cost.
    const takenMs = nowMs - this.#iterationStartedAtMs + ahead * this.#callMs;
    const waitedMs = takenMs + this.#iterationStartedAtMs - Math.min(this.#unreadSinceMs, backlogSinceMs);
    const isQueue = this.#wereSeveral || this.#connections > 1;
    const hasShare = takenMs <= Math.max(LATE_CALLS_MS, this.#lastRejectingMs);
    const isRejected = isQueue && !hasShare && waitedMs > this.#limitMs && this.#isStillTooLate(waitedMs, nowMs);
    // Admitted calls run once all that were read together are decided.
    if (this.#wasLastRejected && (ahead > 0 || !this.#hasAdmitted)) this.#rejectingMs += nowMs - this.#lastCallAtMs;
    if (ahead === 0) this.#hasAdmitted = false;
    if (!isRejected) {
      this.#admitted++;
      this.#hasAdmitted = true;
    }
    this.#lastCallAtMs = nowMs;
    this.#wasLastRejected = isRejected;
    return isRejected;
  }

  get #limitMs(): number {
    return Math.max(this.#maxWaitMs, MIN_QUEUE_CALLS * this.#callMs) + BURST_MS * this.#idleShare;
  }

  /** Reads the clocks again: the process may just have been without a processor. */
  #isStillTooLate(waitedMs: number, nowMs: number): boolean {
    this.#readClocks(nowMs);
    return waitedMs > this.#limitMs;
  }

  #startIteration(nowMs: number): void {
    this.#iterationStartedAtMs = nowMs;
    this.#wereSeveral = this.#connections > 1;
    this.#connections = 0;
    this.#connection = undefined;
    this.#admitted = 0;
    this.#lastRejectingMs = this.#rejectingMs;
    this.#rejectingMs = 0;
    this.#wasLastRejected = false;
    this.#hasAdmitted = false;
    this.#readClocks(nowMs);
    const idleMs = this.#clock.idleMs();
    const wasIdle = idleMs - this.#lastIdleMs > EMPTY_MS;
    this.#unreadSinceMs = wasIdle ? nowMs : this.#lastBeganAtMs;
    this.#lastBeganAtMs = nowMs;
    this.#lastIdleMs = idleMs;
    this.#clock.afterIteration(this.#endIteration);
  }

  readonly #endIteration = (): void => {
    if (this.#admitted > 0) {
      const costMs = (this.#clock.now() - this.#iterationStartedAtMs - this.#rejectingMs) / this.#admitted;
      this.#callMs += COST_WEIGHT * (costMs - this.#callMs);
    }
    this.#iterationStartedAtMs = 0;
  };

  #readClocks(nowMs: number): void {
    const elapsedMs = nowMs - this.#readAtMs;
    if (elapsedMs < READING_MS) return;
    const idleMs = this.#clock.idleMs();
    const processorMs = this.#clock.processorMs();
    // Other threads of the process use processor time as well, so each clock alone would find too little.
    const unusedMs = Math.max(idleMs - this.#idleMs, elapsedMs - (processorMs - this.#processorMs), 0);
    const share = Math.min(1, unusedMs / elapsedMs);
    this.#idleShare += (1 - Math.exp(-elapsedMs / AVERAGE_MS)) * (share - this.#idleShare);
    this.#readAtMs = nowMs;
    this.#idleMs = idleMs;
    this.#processorMs = processorMs;
  }
}
