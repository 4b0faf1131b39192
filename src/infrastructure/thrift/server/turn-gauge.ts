import { performance, type EventLoopUtilization } from 'node:perf_hooks';

/** As in CoDel, a queue that stands for this long is one; bursts come and go. */
const WINDOW_MS = 100;
/** The part of the time that the event loop must have been busy for, to call it saturated. */
const SATURATED = 0.95;

/**
 * Tells when the process can't keep up. Calls wait in the sockets until the one thread comes to them, so what they wait
 * is the length of a turn of the event loop. While there is no rest between turns, and their work takes longer than
 * calls may wait, what is read later in a turn than that is to be refused: so the work of a turn is bounded, and what is
 * admitted is answered soon.
 */
export class TurnGauge {
  private isOverloaded = false;
  private turnStartedAtMs = 0;
  private turns = 0;
  private windowStartedAtMs = 0;
  private loop: EventLoopUtilization = performance.eventLoopUtilization();
  private cpu = process.cpuUsage();

  /** @param maxWaitMs how long a call may wait. */
  constructor(private readonly maxWaitMs: number) {}

  /** Whether a call that is read at this time waited too long. */
  isTooLate(nowMs: number): boolean {
    if (this.turnStartedAtMs === 0) this.startTurn(nowMs);
    return this.isOverloaded && nowMs - this.turnStartedAtMs > this.maxWaitMs;
  }

  private startTurn(nowMs: number): void {
    this.turnStartedAtMs = nowMs;
    // What was true before a pause says nothing about now.
    if (nowMs - this.windowStartedAtMs > 2 * WINDOW_MS) this.startWindow(nowMs, false);
    setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.turnStartedAtMs = 0;
    this.turns++;
    const nowMs = performance.now();
    if (nowMs - this.windowStartedAtMs < WINDOW_MS) return;
    const { utilization } = performance.eventLoopUtilization(this.loop);
    this.startWindow(nowMs, utilization > SATURATED && this.meanTurnMs() > this.maxWaitMs);
  };

  /** By processor time: what other processes take away makes turns longer, but is no work that could be refused. */
  private meanTurnMs(): number {
    const { user, system } = process.cpuUsage(this.cpu);
    return (user + system) / 1_000 / this.turns;
  }

  private startWindow(nowMs: number, isOverloaded: boolean): void {
    this.isOverloaded = isOverloaded;
    this.windowStartedAtMs = nowMs;
    this.turns = 0;
    this.loop = performance.eventLoopUtilization();
    this.cpu = process.cpuUsage();
  }
}
