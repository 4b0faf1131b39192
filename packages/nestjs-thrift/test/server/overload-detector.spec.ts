import { describe, expect, it } from '@jest/globals';
import { OverloadDetector, type LoopClock } from '../../src/server/overload-detector.js';

const MAX_CALLS = 10;

/** An event loop with a manual clock. */
class ScriptedLoop implements LoopClock {
  private nowMs = 5_000;
  private workedMs = 1_000;
  private ends: (() => void)[] = [];

  now(): number {
    return this.nowMs;
  }

  busyMs(): number {
    return this.workedMs;
  }

  afterIteration(callback: () => void): void {
    this.ends.push(callback);
  }

  /** Keeps the loop busy for this time. */
  work(timeMs: number): void {
    this.nowMs += timeMs;
    this.workedMs += timeMs;
  }

  /** Ends the iteration, and waits for this time. */
  endIteration(restMs: number): void {
    for (const end of this.ends.splice(0)) end();
    this.nowMs += restMs;
  }
}

function createDetector(): [OverloadDetector, ScriptedLoop] {
  const loop = new ScriptedLoop();
  return [new OverloadDetector(MAX_CALLS, loop), loop];
}

/** Returns how many of `calls` calls in one iteration are rejected, given the duration of each. */
function countRejected(calls: number, [detector, loop]: [OverloadDetector, ScriptedLoop], eachMs = 0): number {
  let rejected = 0;
  for (let i = 0; i < calls; i++) {
    if (detector.isTooMany(loop.now())) rejected++;
    else loop.work(eachMs);
  }
  return rejected;
}

/** Runs iterations of this many calls for 800 ms; returns how many of the last one were rejected. */
function rejectedAfterIterations(
  calls: number,
  given: [OverloadDetector, ScriptedLoop],
  restMs = 0,
  eachMs = 0.4,
): number {
  const [, loop] = given;
  let rejected = 0;
  for (const endMs = loop.now() + 800; loop.now() < endMs;) {
    rejected = countRejected(calls, given, eachMs);
    // No iteration takes no time at all.
    loop.work(0.01);
    loop.endIteration(restMs);
  }
  return rejected;
}

describe('an overload detector', () => {
  it('detects overload in full iterations without idle time, for late calls', () => {
    // Ten or eleven of 0.4 ms each fit into the 4 ms of an iteration.
    const rejected = rejectedAfterIterations(100, createDetector());
    expect(rejected).toBeGreaterThanOrEqual(89);
    expect(rejected).toBeLessThanOrEqual(90);
  });

  it('uses earlier durations when all calls are read before the first runs', () => {
    const given = createDetector();
    expect(rejectedAfterIterations(100, given)).toBeGreaterThan(0);
    // Ten of 0.4 ms fit into 4 ms.
    expect(countRejected(100, given)).toBe(90);
  });

  it('detects none with fewer calls, however long iterations take', () => {
    expect(rejectedAfterIterations(MAX_CALLS, createDetector(), 0, 3)).toBe(0);
  });

  it('detects none in short iterations, however many calls they have', () => {
    expect(rejectedAfterIterations(100, createDetector(), 0, 0.09)).toBe(0);
  });

  it('detects none with idle time between iterations, however full they are', () => {
    expect(rejectedAfterIterations(100, createDetector(), 5)).toBe(0);
  });

  it('detects overload with hardly any idle time', () => {
    expect(rejectedAfterIterations(100, createDetector(), 0.1)).toBeGreaterThan(0);
  });

  it('accepts a burst, and another one later', () => {
    const given = createDetector();
    const [, loop] = given;
    for (let burst = 0; burst < 5; burst++) {
      expect(countRejected(500, given)).toBe(0);
      loop.work(20);
      loop.endIteration(230);
    }
  });

  it('resets after a pause', () => {
    const given = createDetector();
    expect(rejectedAfterIterations(100, given)).toBeGreaterThan(0);
    given[1].endIteration(300);
    expect(countRejected(100, given, 0.4)).toBe(0);
  });

  it('does not reset after a shorter one', () => {
    const given = createDetector();
    expect(rejectedAfterIterations(100, given)).toBeGreaterThan(0);
    given[1].endIteration(100);
    expect(countRejected(100, given, 0.4)).toBeGreaterThan(0);
  });
});
