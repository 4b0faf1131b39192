import type { ActivityClock } from '../connection/activity-clock.js';

/** A peer that has been quiet for this long is not about to send a call that it could be told of. */
const QUIET_MS = 50;
/** One that is half way through a message may be a round trip or two from its end: 50 ms are less than many of those. */
const HALF_WAY_QUIET_MS = 1_000;
/** A peer that goes on calling is told for so long that nothing is run any more. */
const REFUSING_MS = 250;

/**
 * When a connection of a server that drains may be closed. A peer that was just talking is waited for a little, since its
 * next calls may be on the way: told `Shutting down`, it knows that they were not run; cut off, it would not.
 */
export class Farewell {
  private refusingSinceMs: number | undefined;

  /** Refusals have reached the peer: nothing runs any more that they would have to wait for. */
  refused(): void {
    this.refusingSinceMs ??= performance.now();
  }

  /** Whether it was said, to a peer that last sent what `clock` tells, and that is half way through a message or not. */
  isOver(clock: ActivityClock, isHalfWay: boolean, nowMs: number): boolean {
    const quietMs = isHalfWay ? HALF_WAY_QUIET_MS : QUIET_MS;
    return clock.isQuietFor(quietMs, nowMs) || nowMs - (this.refusingSinceMs ?? nowMs) > REFUSING_MS;
  }
}
