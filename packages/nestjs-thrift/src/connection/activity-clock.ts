import type { ThriftLimits } from '../limits.js';

/** Timeouts are looked at this many times in the shortest of them, but at least once a second. */
const SWEEPS_PER_TIMEOUT = 4;
const MAX_SWEEP_INTERVAL_MS = 1_000;

/** How often to look at a connection's timeouts; `moreMs` are others that are looked at in the same go. */
export function sweepIntervalMs(limits: ThriftLimits, ...moreMs: readonly number[]): number {
  const { partialMessageTimeoutMs, messageTimeoutMs, replyStallTimeoutMs, idleTimeoutMs } = limits;
  const idleMs = idleTimeoutMs === 0 ? Infinity : idleTimeoutMs;
  const shortestMs = Math.min(partialMessageTimeoutMs, messageTimeoutMs, replyStallTimeoutMs, idleMs, ...moreMs);
  return Math.min(MAX_SWEEP_INTERVAL_MS, Math.ceil(shortestMs / SWEEPS_PER_TIMEOUT));
}

/** When a peer last did what, and whether it is time to close on it. All times are those of `performance.now()`. */
export class ActivityClock {
  private lastDataAtMs = performance.now();
  private messageStartedAtMs = 0;
  /** When a call last ran, or a reply last waited; looked at now and then only. */
  private lastBusyAtMs = 0;

  /** Bytes came in; `startsMessage` when none were left over from before. */
  received(startsMessage: boolean): void {
    this.lastDataAtMs = performance.now();
    if (startsMessage) this.messageStartedAtMs = this.lastDataAtMs;
  }

  /** A whole message was taken: what is left belongs to the next. */
  messageTaken(): void {
    this.messageStartedAtMs = this.lastDataAtMs;
  }

  /** The peer could not send for a while, through no fault of its own: its time starts anew. */
  resumed(): void {
    this.lastDataAtMs = performance.now();
    this.messageStartedAtMs = this.lastDataAtMs;
  }

  /** There is work for the peer: it is not idle, however long the work takes. */
  busy(nowMs: number): void {
    this.lastBusyAtMs = nowMs;
  }

  /** Whether a message has been begun and is not getting on. A slow peer that keeps moving is given its time. */
  isStuckInMessage(nowMs: number, limits: ThriftLimits): boolean {
    return (
      nowMs - this.lastDataAtMs > limits.partialMessageTimeoutMs ||
      nowMs - this.messageStartedAtMs > limits.messageTimeoutMs
    );
  }

  /** Whether nothing has come, and nothing was to do, for longer than an idle connection is kept. */
  isIdleTooLong(nowMs: number, limits: ThriftLimits): boolean {
    return limits.idleTimeoutMs > 0 && this.isQuietFor(limits.idleTimeoutMs, nowMs);
  }

  /** Whether nothing has come, and nothing was to do, for longer than `timeMs`. */
  isQuietFor(timeMs: number, nowMs: number): boolean {
    return nowMs - this.quietSinceMs > timeMs;
  }

  /** Since when nothing has come, and nothing was to do. */
  get quietSinceMs(): number {
    return Math.max(this.lastDataAtMs, this.lastBusyAtMs);
  }
}
