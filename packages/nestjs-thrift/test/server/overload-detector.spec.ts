import { describe, expect, it } from '@jest/globals';
import { OverloadDetector, type ProcessClock } from '../../src/server/overload-detector.js';

const MAX_WAIT_MS = 5;
/** Two connections. */
const ONE = {};
const OTHER = {};

/** A process with manual clocks, and its detector. */
class ScriptedProcess implements ProcessClock {
  #nowMs = 5_000;
  #idleMs = 3_000;
  #processorMs = 1_000;
  #ends: (() => void)[] = [];
  readonly #detector = new OverloadDetector(MAX_WAIT_MS, this);

  now(): number {
    return this.#nowMs;
  }

  idleMs(): number {
    return this.#idleMs;
  }

  processorMs(): number {
    return this.#processorMs;
  }

  afterIteration(callback: () => void): void {
    this.#ends.push(callback);
  }

  /** Runs for this time, on this many threads. */
  run(timeMs: number, threads = 1): void {
    this.#nowMs += timeMs;
    this.#processorMs += timeMs * threads;
  }

  /** Waits for events, in the next iteration. */
  rest(timeMs: number): void {
    this.endIteration();
    this.#nowMs += timeMs;
    this.#idleMs += timeMs;
  }

  /** Is ready to run, while other processes do. */
  starve(timeMs: number): void {
    this.#nowMs += timeMs;
  }

  endIteration(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  /** Reads a call of a connection. @param waitedMs time that it has had unread messages. */
  isTooLate(waitedMs = 0, ahead = 0, connection: object = ONE): boolean {
    const backlogSinceMs = waitedMs === 0 ? Infinity : this.#nowMs - waitedMs;
    return this.#detector.isTooLate(this.#nowMs, connection, { backlogSinceMs, ahead });
  }

  /** Reads a call of another connection. */
  readOther(): void {
    this.isTooLate(0, 0, OTHER);
  }

  /** Repeats an iteration for two seconds. */
  repeat(iteration: () => void): void {
    for (const endMs = this.#nowMs + 2_000; this.#nowMs < endMs;) {
      iteration();
      this.endIteration();
    }
  }

  /** Runs calls that are read together, the first of them of another connection; returns how many are rejected. */
  batch(calls: number, eachMs: number): number {
    const decisions = Array.from({ length: calls }, (_, ahead) => this.isTooLate(0, ahead, ahead === 0 ? OTHER : ONE));
    const rejected = decisions.filter(Boolean).length;
    this.run((calls - rejected) * eachMs);
    return rejected;
  }
}

const histories: Record<string, (process: ScriptedProcess) => void> = {
  'a start': () => undefined,
  'idle time': (process) => {
    process.repeat(() => {
      process.batch(1, 0.1);
      process.rest(9.9);
    });
  },
  'half idle': (process) => {
    process.repeat(() => {
      process.batch(4, 0.5);
      process.rest(2);
    });
  },
  'no idle time': (process) => {
    process.repeat(() => {
      process.batch(4, 0.5);
    });
  },
  'no idle time, then rest': (process) => {
    process.repeat(() => {
      process.batch(4, 0.5);
    });
    process.rest(1_000);
  },
  'rest, then no idle time': (process) => {
    process.rest(10_000);
    process.repeat(() => {
      process.batch(4, 0.5);
    });
  },
  'half of the processor taken by others': (process) => {
    process.repeat(() => {
      process.batch(4, 0.5);
      process.starve(2);
    });
  },
  'busy threads beside a half idle loop': (process) => {
    process.repeat(() => {
      process.isTooLate();
      process.run(2, 4);
      process.rest(2);
    });
  },
};

/** After each history: a call waits this long, and is rejected or not. */
const table: [after: string, waitedMs: number, isRejected: boolean][] = [
  ['a start', 90, false],
  ['a start', 120, true],
  ['idle time', 90, false],
  ['idle time', 120, true],
  ['half idle', 45, false],
  ['half idle', 70, true],
  ['no idle time', 4, false],
  ['no idle time', 8, true],
  ['no idle time, then rest', 90, false],
  ['no idle time, then rest', 120, true],
  ['rest, then no idle time', 8, true],
  ['half of the processor taken by others', 45, false],
  ['half of the processor taken by others', 70, true],
  ['busy threads beside a half idle loop', 45, false],
];

describe('an overload detector', () => {
  it.each(table)('after %s, decides about a call that waited %d ms: rejected %p', (after, waitedMs, isRejected) => {
    const process = new ScriptedProcess();
    histories[after]?.(process);
    process.readOther();
    process.run(1.1);
    expect(process.isTooLate(waitedMs)).toBe(isRejected);
  });

  it('rejects the calls that are read late in an iteration', () => {
    const process = new ScriptedProcess();
    histories['no idle time']?.(process);
    const decisions = Array.from({ length: 10 }, (_, call) => {
      const isRejected = process.isTooLate(0, 0, call === 0 ? OTHER : ONE);
      process.run(1);
      return isRejected;
    });
    // They may have arrived in the iteration before, which took 2 ms.
    expect(decisions.indexOf(true)).toBe(MAX_WAIT_MS - 2 + 1);
    expect(decisions.slice(MAX_WAIT_MS - 2 + 1)).not.toContain(false);
  });

  it.each([
    { before: 'a long iteration', restMs: 0, isRejected: true },
    { before: 'a long iteration and idle time', restMs: 0.1, isRejected: false },
  ])('decides by what arrived meanwhile after $before: rejected $isRejected', ({ restMs, isRejected }) => {
    const process = new ScriptedProcess();
    histories['no idle time']?.(process);
    for (let call = 0; call < 12; call++) {
      process.readOther();
      process.run(0.5);
    }
    process.endIteration();
    if (restMs > 0) process.rest(restMs);
    process.readOther();
    process.run(4);
    expect(process.isTooLate()).toBe(isRejected);
  });

  it('lets a few calls wait however long they take', () => {
    const process = new ScriptedProcess();
    process.repeat(() => process.batch(4, 25));
    expect(process.batch(4, 25)).toBe(0);
    process.endIteration();
    expect(process.batch(12, 25)).toBeGreaterThan(4);
  });

  it('accepts the first calls of the next iteration', () => {
    const process = new ScriptedProcess();
    histories['no idle time']?.(process);
    process.readOther();
    process.run(20);
    expect(process.isTooLate()).toBe(true);
    process.endIteration();
    expect(process.isTooLate()).toBe(false);
  });

  it('accepts a stall in an iteration that others cause', () => {
    const process = new ScriptedProcess();
    histories['half idle']?.(process);
    process.readOther();
    process.starve(60);
    expect(process.isTooLate()).toBe(false);
  });

  it('never rejects the calls of a connection that alone has any', () => {
    const process = new ScriptedProcess();
    process.repeat(() => {
      process.isTooLate();
      process.run(50);
      expect(process.isTooLate(10_000)).toBe(false);
    });
  });

  it('runs some calls in each iteration, however long they waited', () => {
    const process = new ScriptedProcess();
    histories['no idle time']?.(process);
    process.readOther();
    process.run(0.5);
    expect(process.isTooLate(10_000)).toBe(false);
    process.run(1);
    expect(process.isTooLate(10_000)).toBe(true);
  });

  it('gives calls as much time as rejections took', () => {
    const process = new ScriptedProcess();
    histories['no idle time']?.(process);
    /** An iteration in which a call costs 1 ms and a rejection half of that, each on a connection of its own. */
    const iterate = (): number => {
      let admitted = 0;
      for (let call = 0; call < 400; call++) {
        const isRejected = process.isTooLate(1_000, 0, {});
        process.run(isRejected ? 0.5 : 1);
        if (!isRejected) admitted++;
      }
      process.endIteration();
      return admitted;
    };
    expect(iterate()).toBeLessThan(5);
    const admitted = [iterate(), iterate(), iterate(), iterate()];
    // A third of the calls at 1 ms, the others at 0.5 ms: the same time.
    expect(Math.max(...admitted)).toBeGreaterThan(400 / 3);
  });

  it('adds what the calls read before it will take', () => {
    const process = new ScriptedProcess();
    process.repeat(() => process.batch(4, 0.5));
    expect(process.batch(20, 0.5)).toBe(13);
  });

  it('follows a falling cost of calls under overload', () => {
    const process = new ScriptedProcess();
    process.repeat(() => process.batch(64, 0.5));
    const admittedBefore = 64 - process.batch(64, 0.5);
    process.endIteration();
    process.repeat(() => process.batch(64, 0.1));
    expect(64 - process.batch(64, 0.1)).toBeGreaterThan(4 * admittedBefore);
  });

  it('follows a rising cost of calls under overload', () => {
    const process = new ScriptedProcess();
    process.repeat(() => process.batch(64, 0.1));
    const admittedBefore = 64 - process.batch(64, 0.1);
    process.endIteration();
    process.repeat(() => process.batch(64, 0.5));
    expect(64 - process.batch(64, 0.5)).toBeLessThan(admittedBefore / 3);
  });

  it('leaves the time of rejections out of the cost of calls', () => {
    const process = new ScriptedProcess();
    process.repeat(() => {
      let rejected = 0;
      for (let ahead = 0; ahead < 64; ahead++) {
        if (!process.isTooLate(0, ahead, ahead === 0 ? OTHER : ONE)) continue;
        rejected++;
        process.run(0.2);
      }
      process.run((64 - rejected) * 0.5);
    });
    process.rest(0.1);
    expect(process.batch(64, 0.5)).toBeLessThanOrEqual(56);
  });

  it('counts no time between iterations', () => {
    const process = new ScriptedProcess();
    histories['no idle time']?.(process);
    process.rest(1);
    expect(process.isTooLate()).toBe(false);
  });
});
