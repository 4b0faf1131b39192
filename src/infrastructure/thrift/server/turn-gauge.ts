import { performance, type EventLoopUtilization } from 'node:perf_hooks';

/** As in CoDel, a queue that stands for this long is one; bursts come and go. */
const WINDOW_MS = 100;
/** And for so many turns in a row: one long turn is no queue. */
const WINDOW_TURNS = 4;
/** The part of the time that the event loop must have been busy for, to call it saturated. */
const SATURATED = 0.9;

/**
 * Tells when the process can't keep up. Calls wait in the sockets until the one thread comes to them, so what they wait
 * for is a turn of the event loop. While there is no rest between turns, and they are full of calls, those that are read
 * late in a turn are to be refused: so the work of a turn is bounded, and what is admitted is answered soon.
 */
export class TurnGauge {
  private isOverloaded = false;
  private inTurn = false;
  private callsInTurn = 0;
  private lastTurnEndedAtMs = 0;
  private turns = 0;
  private calls = 0;
  private windowStartedAtMs = 0;
  private loop: EventLoopUtilization = performance.eventLoopUtilization();

  /** @param maxCallsPerTurn how many calls a turn may have while the process can't keep up. */
  constructor(private readonly maxCallsPerTurn: number) {}

  /** Counts a call; whether it is one too many. */
  isTooMany(nowMs: number): boolean {
    if (!this.inTurn) this.startTurn(nowMs);
    this.callsInTurn++;
    return this.isOverloaded && this.callsInTurn > this.maxCallsPerTurn;
  }

  private startTurn(nowMs: number): void {
    this.inTurn = true;
    // What was true before a pause says nothing about now.
    if (nowMs - this.lastTurnEndedAtMs > WINDOW_MS) this.startWindow(nowMs, false);
    setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    const nowMs = performance.now();
    this.inTurn = false;
    this.lastTurnEndedAtMs = nowMs;
    this.turns++;
    this.calls += this.callsInTurn;
    this.callsInTurn = 0;
    if (this.turns < WINDOW_TURNS || nowMs - this.windowStartedAtMs < WINDOW_MS) return;
    const { utilization } = performance.eventLoopUtilization(this.loop);
    this.startWindow(nowMs, utilization > SATURATED && this.calls / this.turns > this.maxCallsPerTurn);
  };

  private startWindow(nowMs: number, isOverloaded: boolean): void {
    this.isOverloaded = isOverloaded;
    this.windowStartedAtMs = nowMs;
    this.turns = 0;
    this.calls = 0;
    this.loop = performance.eventLoopUtilization();
  }
}
