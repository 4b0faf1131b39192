/** As CoDel does, a queue is judged by the shortest wait in this time: bursts come and go, a standing queue stays. */
const INTERVAL_MS = 100;

/**
 * Tells when the process can't keep up. Calls wait in the sockets until the one thread comes to them, so the length of
 * a turn of the event loop is what they wait. While even the shortest turn of the last 100 ms was longer than calls
 * may wait, what is read later in a turn than that is refused: the work of a turn is bounded, and what is admitted is
 * answered soon.
 */
export class TurnGauge {
  private turnStartedAtMs = 0;
  private intervalEndsAtMs = 0;
  private shortestTurnMs = Infinity;
  private isOverloaded = false;

  /** @param maxWaitMs how long a call may wait. */
  constructor(private readonly maxWaitMs: number) {}

  /** Whether a call that was read at that time has waited so long that it must be refused. */
  isTooLate(nowMs: number): boolean {
    if (this.turnStartedAtMs === 0) this.startTurn(nowMs);
    return this.isOverloaded && nowMs - this.turnStartedAtMs > this.maxWaitMs;
  }

  private startTurn(nowMs: number): void {
    this.turnStartedAtMs = nowMs;
    // What was true before a pause says nothing about now.
    if (nowMs > this.intervalEndsAtMs + INTERVAL_MS) this.startInterval(nowMs, false);
    setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    const nowMs = performance.now();
    this.shortestTurnMs = Math.min(this.shortestTurnMs, nowMs - this.turnStartedAtMs);
    this.turnStartedAtMs = 0;
    if (nowMs >= this.intervalEndsAtMs) this.startInterval(nowMs, this.shortestTurnMs > this.maxWaitMs);
  };

  private startInterval(nowMs: number, isOverloaded: boolean): void {
    this.isOverloaded = isOverloaded;
    this.shortestTurnMs = Infinity;
    this.intervalEndsAtMs = nowMs + INTERVAL_MS;
  }
}
