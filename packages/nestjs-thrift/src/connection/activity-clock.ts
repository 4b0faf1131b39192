import type { ThriftLimits } from '../limits.js';

/** Number of checks within the shortest timeout; there is at least one a second. */
const SWEEPS_PER_TIMEOUT = 4;
const MAX_SWEEP_INTERVAL_MS = 1_000;

/** Interval of the checks of a connection's timeouts. @param moreMs other timeouts that are checked along with them. */
export function sweepIntervalMs(limits: ThriftLimits, ...moreMs: readonly number[]): number {
  const { partialMessageTimeoutMs, messageTimeoutMs, replyStallTimeoutMs, idleTimeoutMs } = limits;
  const idleMs = idleTimeoutMs === 0 ? Infinity : idleTimeoutMs;
  const shortestMs = Math.min(partialMessageTimeoutMs, messageTimeoutMs, replyStallTimeoutMs, idleMs, ...moreMs);
  return Math.min(MAX_SWEEP_INTERVAL_MS, Math.ceil(shortestMs / SWEEPS_PER_TIMEOUT));
}

/** Tracks the activity of a peer, for the timeouts of its connection. All times are on the clock of `performance.now()`. */
export class ActivityClock {
  #lastDataAtMs = performance.now();
  #messageStartedAtMs = 0;
  /** When a call or reply was last seen in flight; updated by the periodic checks only. */
  #lastBusyAtMs = 0;

  /** Records received bytes. @param startsMessage whether no unread bytes were left. */
  received(startsMessage: boolean): void {
    this.#lastDataAtMs = performance.now();
    if (startsMessage) this.#messageStartedAtMs = this.#lastDataAtMs;
  }

  /** Records that a whole message was read: the rest belongs to the next. */
  messageTaken(): void {
    this.#messageStartedAtMs = this.#lastDataAtMs;
  }

  /** Restarts the timeouts after the server itself paused reading. */
  resumed(): void {
    this.#lastDataAtMs = performance.now();
    this.#messageStartedAtMs = this.#lastDataAtMs;
  }

  /** Records that calls or replies are in flight: the connection is not idle, however long they take. */
  busy(nowMs: number): void {
    this.#lastBusyAtMs = nowMs;
  }

  /** Whether a partial message makes no progress. A slow peer that keeps sending has until messageTimeoutMs. */
  isStuckInMessage(nowMs: number, limits: ThriftLimits): boolean {
    return (
      nowMs - this.#lastDataAtMs > limits.partialMessageTimeoutMs ||
      nowMs - this.#messageStartedAtMs > limits.messageTimeoutMs
    );
  }

  /** Whether the connection has been idle for longer than idleTimeoutMs. */
  isIdleTooLong(nowMs: number, limits: ThriftLimits): boolean {
    return limits.idleTimeoutMs > 0 && this.isQuietFor(limits.idleTimeoutMs, nowMs);
  }

  /** Whether the connection has been idle for longer than `timeMs`. */
  isQuietFor(timeMs: number, nowMs: number): boolean {
    return nowMs - this.quietSinceMs > timeMs;
  }

  get quietSinceMs(): number {
    return Math.max(this.#lastDataAtMs, this.#lastBusyAtMs);
  }
}
