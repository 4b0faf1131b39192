import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { resolveLimits } from '../../src/limits.js';
import { CallLimiter, ConnectionShare, type LimitedCall } from '../../src/server/call-limiter.js';
import type { CallState } from '../../src/server/events.js';
import type { OverloadDetector } from '../../src/server/overload-detector.js';

const KIB = 1_024;
const MIB = 1_048_576;
/** Calls of peers that wait for each reply, of peers that pipeline, and calls after the start of a drain. */
const WAITING = { backlogSinceMs: Infinity, ahead: 0 };
const ALONE = { ...WAITING, isPipelined: false, isLate: false };
const PIPELINED = { ...WAITING, isPipelined: true, isLate: false };
const LATE = { ...WAITING, isPipelined: false, isLate: true };

/** A call without a connection. */
class ScriptedCall implements LimitedCall {
  state: CallState = 'received';
  readonly startedAtMs = performance.now();
  deadlineAtMs = Infinity;

  constructor(
    readonly share: ConnectionShare,
    readonly reservedBytes = 100,
    readonly requestBytes = 100,
  ) {}

  queue(): void {
    this.state = 'queued';
  }

  start(): void {
    this.state = 'running';
  }
}

/** A limiter with four slots and a queue for four. */
class Scene {
  isOverloaded = false;
  readonly limits = resolveLimits({ maxCalls: 4, maxQueuedCalls: 4, maxUnsentBytes: 16 * MIB, maxBufferedBytes: MIB });
  readonly limiter = new CallLimiter(this.limits, {
    isTooLate: () => this.isOverloaded,
  } as unknown as OverloadDetector);

  /** Result for a call: `Overloaded`, `Shutting down`, or its state. */
  arrive(call: ScriptedCall, arrival = ALONE): string {
    const rejection = this.limiter.rejectionOf(call, arrival);
    if (rejection !== undefined) return rejection.error.message.split(':')[0] as string;
    this.limiter.start(call);
    return call.state;
  }

  end(call: ScriptedCall): void {
    const from = call.state;
    call.state = 'closed';
    this.limiter.release(call, from);
  }

  /** Calls of other connections, one each. */
  fill(count: number, bytes?: number): ScriptedCall[] {
    return Array.from({ length: count }, () => {
      const call = new ScriptedCall(new ConnectionShare(), bytes);
      this.arrive(call);
      return call;
    });
  }
}

const states: Record<string, (scene: Scene) => void> = {
  idle: () => undefined,
  'slots taken': (scene) => void scene.fill(4),
  'slots and queue taken': (scene) => void scene.fill(8),
  'slice used up': (scene) => void scene.fill(1, MIB),
  'connection accepted': ({ limiter }) => {
    limiter.onConnection();
  },
  overloaded: (scene) => {
    scene.isOverloaded = true;
  },
  'requests over budget': ({ limiter }) => {
    limiter.requests.used = 2 * MIB;
  },
  'replies over budget': ({ limiter }) => {
    limiter.unsent.used = 17 * MIB;
  },
};

/** A new call, and its kind. */
const arrivals: Record<string, (scene: Scene) => string> = {
  'small, alone': (scene) => scene.arrive(new ScriptedCall(new ConnectionShare())),
  'small, pipelined': (scene) => scene.arrive(new ScriptedCall(new ConnectionShare()), PIPELINED),
  'large reply': (scene) => scene.arrive(new ScriptedCall(new ConnectionShare(), 200 * KIB)),
  'while draining': (scene) => scene.arrive(new ScriptedCall(new ConnectionShare()), LATE),
};

const table: [state: string, arrival: string, then: string][] = [
  ['idle', 'small, alone', 'running'],
  ['idle', 'small, pipelined', 'running'],
  ['idle', 'large reply', 'running'],
  ['idle', 'while draining', 'Shutting down'],
  ['slots taken', 'small, alone', 'queued'],
  ['slots taken', 'small, pipelined', 'queued'],
  ['slots taken', 'large reply', 'queued'],
  ['slots taken', 'while draining', 'Shutting down'],
  ['slots and queue taken', 'small, alone', 'Overloaded'],
  ['slots and queue taken', 'small, pipelined', 'Overloaded'],
  ['slots and queue taken', 'large reply', 'Overloaded'],
  ['slots and queue taken', 'while draining', 'Shutting down'],
  ['slice used up', 'small, alone', 'running'],
  ['slice used up', 'small, pipelined', 'running'],
  ['slice used up', 'large reply', 'queued'],
  ['slice used up', 'while draining', 'Shutting down'],
  ['connection accepted', 'small, alone', 'running'],
  ['connection accepted', 'small, pipelined', 'running'],
  ['connection accepted', 'large reply', 'queued'],
  ['connection accepted', 'while draining', 'Shutting down'],
  ['overloaded', 'small, alone', 'running'],
  ['overloaded', 'small, pipelined', 'Overloaded'],
  ['overloaded', 'large reply', 'running'],
  ['overloaded', 'while draining', 'Shutting down'],
  ['requests over budget', 'small, alone', 'Overloaded'],
  ['requests over budget', 'small, pipelined', 'Overloaded'],
  ['requests over budget', 'large reply', 'Overloaded'],
  ['requests over budget', 'while draining', 'Shutting down'],
  ['replies over budget', 'small, alone', 'Overloaded'],
  ['replies over budget', 'small, pipelined', 'Overloaded'],
  ['replies over budget', 'large reply', 'Overloaded'],
  ['replies over budget', 'while draining', 'Shutting down'],
];

describe('CallLimiter', () => {
  it('has a row for each state and arrival', () => {
    const cells = Object.keys(states).flatMap((state) => Object.keys(arrivals).map((arrival) => `${state} ${arrival}`));
    expect(table.map(([state, arrival]) => `${state} ${arrival}`).sort()).toEqual(cells.sort());
  });

  it.each(table)('%s, a call comes, %s: %s', (state, arrival, then) => {
    const scene = new Scene();
    states[state]?.(scene);
    expect(arrivals[arrival]?.(scene)).toBe(then);
  });

  it('starts a large reply in the first iteration without a new connection', async () => {
    const scene = new Scene();
    scene.limiter.onConnection();
    const [large] = scene.fill(1, MIB) as [ScriptedCall];
    await setImmediate();
    scene.limiter.onConnection();
    await setImmediate();
    expect(large.state).toBe('queued');
    await setImmediate();
    expect(large.state).toBe('running');
  });

  it('starts a large reply during a flood of connections, within 50 ms or so', async () => {
    const scene = new Scene();
    scene.limiter.onConnection();
    const startedAtMs = performance.now();
    const [large] = scene.fill(1, MIB) as [ScriptedCall];
    while (large.state === 'queued' && performance.now() - startedAtMs < 5_000) {
      scene.limiter.onConnection();
      await setImmediate();
    }
    expect(large.state).toBe('running');
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(49);
    // Then one in each iteration, for as long.
    const [next] = scene.fill(1, MIB) as [ScriptedCall];
    await setImmediate();
    expect(next.state).toBe('running');
  });

  it('lets calls wait for the next iteration without a queue, as many as there are slots', async () => {
    const limiter = new CallLimiter(resolveLimits({ maxCalls: 4, maxQueuedCalls: 0 }));
    limiter.onConnection();
    const calls = Array.from({ length: 5 }, () => new ScriptedCall(new ConnectionShare(), 10 * KIB));
    const rejections = calls.map((call) => {
      const rejection = limiter.rejectionOf(call, ALONE);
      if (rejection === undefined) limiter.start(call);
      return rejection?.reason;
    });
    expect(rejections).toEqual([undefined, undefined, undefined, undefined, 'overloaded']);
    await setImmediate();
    await setImmediate();
    expect(calls.map(({ state }) => state)).toEqual(['running', 'running', 'running', 'running', 'received']);
  });

  it('does not start a call that already ended', () => {
    const scene = new Scene();
    const call = new ScriptedCall(new ConnectionShare());
    call.state = 'closed';
    scene.limiter.start(call);
    expect(scene.limiter.inFlight).toBe(0);
  });

  it('gives a freed slot to the next queued call, round-robin by connection', () => {
    const scene = new Scene();
    const running = scene.fill(4);
    const [greedy, modest] = [new ConnectionShare(), new ConnectionShare()];
    const calls = [greedy, greedy, modest].map((share) => new ScriptedCall(share));
    for (const call of calls) expect(scene.arrive(call)).toBe('queued');
    for (const call of running.slice(0, 2)) scene.end(call);
    expect(calls.map(({ state }) => state)).toEqual(['running', 'queued', 'running']);
  });

  it('skips an expired call, and starts only the next one instead', () => {
    const scene = new Scene();
    const [first] = scene.fill(4);
    const calls = [new ScriptedCall(new ConnectionShare()), new ScriptedCall(new ConnectionShare())] as const;
    calls[0].deadlineAtMs = 0;
    for (const call of calls) scene.arrive(call);
    scene.end(first as ScriptedCall);
    expect(calls.map(({ state }) => state)).toEqual(['queued', 'running']);
  });

  it('lets one connection have every slot only while no other needs one', () => {
    const scene = new Scene();
    const [greedy, modest] = [new ConnectionShare(), new ConnectionShare()];
    const calls = Array.from({ length: 3 }, () => new ScriptedCall(greedy));
    for (const call of calls) expect(scene.arrive(call)).toBe('running');
    scene.end(calls[0] as ScriptedCall);
    expect(scene.arrive(new ScriptedCall(modest))).toBe('running');
    expect(scene.arrive(new ScriptedCall(greedy))).toBe('queued');
    expect(scene.arrive(new ScriptedCall(modest))).toBe('queued');
    expect(scene.arrive(new ScriptedCall(new ConnectionShare()))).toBe('running');
  });

  it('starts calls with large replies in limited portions per event-loop iteration', async () => {
    const scene = new Scene();
    const calls = scene.fill(4, 100 * KIB);
    const states = (): CallState[] => calls.map(({ state }) => state);
    expect(states()).toEqual(['running', 'running', 'queued', 'queued']);
    await setImmediate();
    expect(states()).toEqual(['running', 'running', 'running', 'running']);
  });

  it('starts a call whose reply exceeds the portion when it is first in the queue', async () => {
    const scene = new Scene();
    const calls = scene.fill(3, MIB);
    for (const running of [1, 2, 3]) {
      expect(calls.filter(({ state }) => state === 'running')).toHaveLength(running);
      await setImmediate();
    }
  });

  it('runs only calls whose replies fit into the process budget', async () => {
    const scene = new Scene();
    const calls = scene.fill(3, 3 * MIB);
    await setImmediate();
    expect(calls.map(({ state }) => state)).toEqual(['running', 'queued', 'queued']);
    scene.end(calls[0] as ScriptedCall);
    await setImmediate();
    expect(calls.map(({ state }) => state)).toEqual(['closed', 'running', 'queued']);
  });

  it('counts orphans for slots and for admission until they end', () => {
    const scene = new Scene();
    const orphan = new ScriptedCall(new ConnectionShare(), 100, 2 * MIB);
    scene.arrive(orphan);
    orphan.state = 'orphaned';
    scene.limiter.orphan(orphan);
    expect(scene.limiter).toMatchObject({ inFlight: 1, isOverBudget: false });
    expect(scene.arrive(new ScriptedCall(new ConnectionShare()))).toBe('Overloaded');
    scene.end(orphan);
    expect(scene.arrive(new ScriptedCall(new ConnectionShare()))).toBe('running');
  });
});
