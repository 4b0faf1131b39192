import { performance } from 'node:perf_hooks';

/** As in CoDel, a queue that stands for this long is one; bursts come and go. */
const WINDOW_MS = 200;
/** And for so many turns in a row: one long turn is no queue. */
const WINDOW_TURNS = 4;
/** The part of the time that the event loop must have been busy for, to call it saturated. */
const SATURATED = 0.9;

/** Turns that take less on average are no queue to speak of, however many calls are in them. */
const LONG_TURN_MS = 10;

/** While the process can't keep up, a turn admits calls for this long, going by the time or by what calls took before. */
const TURN_BUDGET_MS = 4;

/** Where a gauge has its times from. */
export interface LoopClock {
  /** The time, in ms. */
  now(): number;
  /** For how many ms the event loop has been busy so far. */
  busyMs(): number;
  /** Calls back when this turn of the event loop is over. */
  afterTurn(callback: () => void): void;
}

const PROCESS_CLOCK: LoopClock = {
  now: () => performance.now(),
  busyMs: () => performance.eventLoopUtilization().active,
  afterTurn: (callback) => {
    setImmediate(callback);
  },
};

/**
 * Tells when the process can't keep up. Calls wait in the sockets until the one thread comes to them, so what they wait
 * for is a turn of the event loop. When there is no rest between turns, and they are full of calls, those that are read
 * late in a turn are refused from then on: so the work of a turn is bounded, and what is admitted is answered soon. It
 * ends when there is rest, or when no turn had anything to refuse.
 */
export class OverloadDetector {
  private isOverloaded = false;
  private turnStartedAtMs = 0;
  private lastTurnEndedAtMs = 0;
  private turns = 0;
  private calls = 0;
  private refused = 0;
  private admittedInTurn = 0;
  /** What a call took on average when the process began to fall behind. */
  private callMs = 0;
  private windowStartedAtMs = 0;
  private windowBusyMs = 0;

  /** @param maxCallsPerTurn how many calls a turn may have on average before it counts as full. */
  constructor(
    private readonly maxCallsPerTurn: number,
    private readonly clock: LoopClock = PROCESS_CLOCK,
  ) {}

  /** Counts a call; whether it must be refused. */
  isTooMany(nowMs: number): boolean {
    if (this.turnStartedAtMs === 0) this.startTurn(nowMs);
    this.calls++;
    if (!this.isOverloaded) return false;
    // All calls of a chunk are read before the first of their handlers runs: the time alone would admit every one of them.
    const takenMs = Math.max(nowMs - this.turnStartedAtMs, this.admittedInTurn * this.callMs);
    if (takenMs < TURN_BUDGET_MS) {
      this.admittedInTurn++;
      return false;
    }
    this.refused++;
    return true;
  }

  private startTurn(nowMs: number): void {
    this.turnStartedAtMs = nowMs;
    this.admittedInTurn = 0;
    // What was true before a pause says nothing about now.
    if (nowMs - this.lastTurnEndedAtMs > WINDOW_MS) this.startWindow(nowMs, false);
    this.clock.afterTurn(this.endTurn);
  }

  private readonly endTurn = (): void => {
    const nowMs = this.clock.now();
    this.turnStartedAtMs = 0;
    this.lastTurnEndedAtMs = nowMs;
    this.turns++;
    if (this.turns < WINDOW_TURNS || nowMs - this.windowStartedAtMs < WINDOW_MS) return;
    const busyMs = this.clock.busyMs() - this.windowBusyMs;
    const isSaturated = busyMs > SATURATED * (nowMs - this.windowStartedAtMs);
    const isFull = this.isOverloaded ? this.refused > 0 : this.areTurnsFull(nowMs);
    if (!this.isOverloaded) this.callMs = busyMs / this.calls;
    this.startWindow(nowMs, isSaturated && isFull);
  };

  private areTurnsFull(nowMs: number): boolean {
    const { turns, calls, windowStartedAtMs } = this;
    return calls / turns > this.maxCallsPerTurn && (nowMs - windowStartedAtMs) / turns > LONG_TURN_MS;
  }

  private startWindow(nowMs: number, isOverloaded: boolean): void {
    this.isOverloaded = isOverloaded;
    this.windowStartedAtMs = nowMs;
    this.turns = 0;
    this.calls = 0;
    this.refused = 0;
    this.windowBusyMs = this.clock.busyMs();
  }
}
