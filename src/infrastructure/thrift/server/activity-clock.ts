import type { ThriftLimits } from '../limits.js';

/** When a peer last did what, and whether it is time to close on it. All times are those of `performance.now()`. */
export class ActivityClock {
  private lastDataAtMs = performance.now();
  private messageStartedAtMs = 0;

  /** Bytes came in; `startsMessage` when none were left over from before. */
  received(startsMessage: boolean): void {
    this.lastDataAtMs = performance.now();
    if (startsMessage) this.messageStartedAtMs = this.lastDataAtMs;
  }

  /** A whole message was taken: what is left belongs to the next. */
  messageTaken(): void {
    this.messageStartedAtMs = this.lastDataAtMs;
  }

  /** Whether a message has been begun and is not getting on. A slow peer that keeps moving is given its time. */
  isStuckInMessage(nowMs: number, limits: ThriftLimits): boolean {
    return (
      nowMs - this.lastDataAtMs > limits.partialMessageTimeoutMs ||
      nowMs - this.messageStartedAtMs > limits.messageTimeoutMs
    );
  }

  /** Whether nothing has come for longer than an idle connection is kept. */
  isIdleTooLong(nowMs: number, limits: ThriftLimits): boolean {
    return limits.idleTimeoutMs > 0 && nowMs - this.lastDataAtMs > limits.idleTimeoutMs;
  }
}
