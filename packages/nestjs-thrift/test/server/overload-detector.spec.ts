import { describe, expect, it } from '@jest/globals';
import { OverloadDetector, type LoopClock } from '../../src/server/overload-detector.js';

const MAX_CALLS = 10;

/** An event loop whose time passes by what it is told, and by nothing else. */
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

  afterTurn(callback: () => void): void {
    this.ends.push(callback);
  }

  /** The loop is busy for so long. */
  work(timeMs: number): void {
    this.nowMs += timeMs;
    this.workedMs += timeMs;
  }

  /** Ends the turn, and waits for so long. */
  endTurn(restMs: number): void {
    for (const end of this.ends.splice(0)) end();
    this.nowMs += restMs;
  }
}

function createGauge(): [OverloadDetector, ScriptedLoop] {
  const loop = new ScriptedLoop();
  return [new OverloadDetector(MAX_CALLS, loop), loop];
}

/** How many of `calls` calls in one turn are refused, when each takes so long. */
function refusedOf(calls: number, [gauge, loop]: [OverloadDetector, ScriptedLoop], eachMs = 0): number {
  let refused = 0;
  for (let i = 0; i < calls; i++) {
    if (gauge.isTooMany(loop.now())) refused++;
    else loop.work(eachMs);
  }
  return refused;
}

/** For 800 ms, turns of so many calls; how many of the last turn were refused. */
function turnsOf(calls: number, given: [OverloadDetector, ScriptedLoop], restMs = 0, eachMs = 0.4): number {
  const [, loop] = given;
  let refused = 0;
  for (const endMs = loop.now() + 800; loop.now() < endMs;) {
    refused = refusedOf(calls, given, eachMs);
    // No turn takes no time at all.
    loop.work(0.01);
    loop.endTurn(restMs);
  }
  return refused;
}

describe('a gauge of the event loop', () => {
  it('finds too many calls where full turns follow each other without rest: those that come late in a turn', () => {
    // Of 0.4 ms each, ten or eleven fit into the 4 ms that a turn may take then.
    const refused = turnsOf(100, createGauge());
    expect(refused).toBeGreaterThanOrEqual(89);
    expect(refused).toBeLessThanOrEqual(90);
  });

  it('goes by what calls took before where all of a turn are read before the first of them runs', () => {
    const given = createGauge();
    expect(turnsOf(100, given)).toBeGreaterThan(0);
    // Ten of 0.4 ms fit into 4 ms.
    expect(refusedOf(100, given)).toBe(90);
  });

  it('finds none while turns have fewer, however long they take', () => {
    expect(turnsOf(MAX_CALLS, createGauge(), 0, 3)).toBe(0);
  });

  it('finds none while turns are short, however many calls are in them', () => {
    expect(turnsOf(100, createGauge(), 0, 0.09)).toBe(0);
  });

  it('finds none while there is rest between turns, however full they are', () => {
    expect(turnsOf(100, createGauge(), 5)).toBe(0);
  });

  it('finds too many where the rest is next to nothing', () => {
    expect(turnsOf(100, createGauge(), 0.1)).toBeGreaterThan(0);
  });

  it('lets a burst pass, and another one later', () => {
    const given = createGauge();
    const [, loop] = given;
    for (let burst = 0; burst < 5; burst++) {
      expect(refusedOf(500, given)).toBe(0);
      loop.work(20);
      loop.endTurn(230);
    }
  });

  it('forgets its verdict after a pause', () => {
    const given = createGauge();
    expect(turnsOf(100, given)).toBeGreaterThan(0);
    given[1].endTurn(300);
    expect(refusedOf(100, given, 0.4)).toBe(0);
  });

  it('keeps its verdict through a shorter one', () => {
    const given = createGauge();
    expect(turnsOf(100, given)).toBeGreaterThan(0);
    given[1].endTurn(100);
    expect(refusedOf(100, given, 0.4)).toBeGreaterThan(0);
  });
});
