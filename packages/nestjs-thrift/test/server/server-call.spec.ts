import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Deadlines } from '../../src/connection/deadlines.js';
import { binaryProtocol } from '../../src/protocol/binary/binary.js';
import type { CallLimiter } from '../../src/server/call-limiter.js';
import type { CallState, Reject } from '../../src/server/events.js';
import type { ReplyQueue } from '../../src/server/reply-queue.js';
import type { ReplyWriter } from '../../src/server/reply-writer.js';
import { ServerCall } from '../../src/server/server-call.js';

const GONE = new Error('disconnected');
const LATE = new Error('too late');

const events = {
  queue: (call: ServerCall) => {
    call.queue();
  },
  start: (call: ServerCall) => {
    call.start();
  },
  disconnect: (call: ServerCall) => {
    call.disconnect(GONE);
  },
  settle: (call: ServerCall) => {
    call.close({ outcome: 'ok', reply: undefined, error: undefined });
  },
  expire: (call: ServerCall) => {
    call.expire();
  },
};
type Event = keyof typeof events;

/** Steps to bring a new call into each state. */
const ways: Record<CallState, readonly Event[]> = {
  received: [],
  queued: ['queue'],
  running: ['start'],
  detached: ['start', 'disconnect'],
  orphaned: ['start', 'disconnect'],
  closed: ['settle'],
};

const ENDS = (outcome: string, from: CallState): string[] => [
  'no deadline',
  'reply queued',
  `end ${outcome}`,
  `released from ${from}`,
];
const ABORTED = (outcome: string, from: CallState): string[] => {
  const [first = '', ...others] = ENDS(outcome, from);
  return [first, 'aborted', ...others];
};
const IMPOSSIBLE = 'impossible';

/** State, event, next state, effects in order. */
const table: [CallState, Event, CallState | typeof IMPOSSIBLE, string[]][] = [
  ['received', 'queue', 'queued', []],
  ['received', 'start', 'running', ['run']],
  ['received', 'disconnect', 'closed', ABORTED('dropped', 'received')],
  ['received', 'settle', 'closed', ENDS('ok', 'received')],
  ['received', 'expire', 'closed', ['rejected as deadline', ...ABORTED('deadline', 'received')]],
  ['queued', 'queue', IMPOSSIBLE, []],
  ['queued', 'start', 'running', ['run']],
  ['queued', 'disconnect', 'closed', ABORTED('dropped', 'queued')],
  ['queued', 'settle', 'closed', ENDS('ok', 'queued')],
  ['queued', 'expire', 'closed', ['rejected as overloaded', ...ABORTED('deadline', 'queued')]],
  ['running', 'queue', IMPOSSIBLE, []],
  ['running', 'start', IMPOSSIBLE, []],
  ['running', 'disconnect', 'orphaned', ['orphaned', 'aborted', 'end dropped']],
  ['running', 'settle', 'closed', ENDS('ok', 'running')],
  ['running', 'expire', 'closed', ['rejected as deadline', ...ABORTED('deadline', 'running')]],
  ['detached', 'queue', IMPOSSIBLE, []],
  ['detached', 'start', IMPOSSIBLE, []],
  ['detached', 'disconnect', 'closed', ABORTED('dropped', 'detached')],
  ['detached', 'settle', 'closed', ENDS('ok', 'detached')],
  ['detached', 'expire', 'closed', ['rejected as deadline', ...ABORTED('deadline', 'detached')]],
  ['orphaned', 'queue', IMPOSSIBLE, []],
  ['orphaned', 'start', IMPOSSIBLE, []],
  ['orphaned', 'disconnect', 'closed', ['reply dropped', 'no deadline', 'released from orphaned']],
  ['orphaned', 'settle', 'closed', ['reply dropped', 'no deadline', 'released from orphaned']],
  ['orphaned', 'expire', 'closed', ['reply dropped', 'no deadline', 'released from orphaned']],
  ['closed', 'queue', IMPOSSIBLE, []],
  ['closed', 'start', IMPOSSIBLE, []],
  ['closed', 'disconnect', 'closed', ['reply dropped']],
  ['closed', 'settle', 'closed', ['reply dropped']],
  ['closed', 'expire', 'closed', ['reply dropped']],
];

describe('ServerCall', () => {
  let effects: string[];
  let call: ServerCall;
  const note = (effect: string) => (): void => {
    effects.push(effect);
  };

  beforeEach(() => {
    effects = [];
    const replies = { settle: note('reply queued'), drop: note('reply dropped') } as unknown as ReplyQueue<ServerCall>;
    const limiter = {
      orphan: note('orphaned'),
      release: (_: ServerCall, from: CallState) => {
        effects.push(`released from ${from}`);
      },
    } as unknown as CallLimiter;
    const deadlines = { add: () => undefined, remove: note('no deadline') } as unknown as Deadlines<ServerCall>;
    const message = {
      bytes: Buffer.alloc(0),
      start: 0,
      end: 0,
      memoryBytes: 0,
      protocol: binaryProtocol,
      headers: undefined,
    };
    const writer = {
      error: (_: ServerCall, error: Error) => ({ outcome: 'deadline', reply: undefined, error }),
    } as unknown as ReplyWriter;
    const reject: Reject = (_, reason) => {
      effects.push(`rejected as ${reason}`);
    };
    call = new ServerCall({ name: 'echo', type: 1, seqid: 1 }, message, replies, {
      limiter,
      deadlines,
      writer,
      reject,
    });
    call.begin({
      begin: () => undefined,
      start: note('run'),
      end: (outcome) => {
        effects.push(`end ${outcome}`);
      },
    });
    call.signal.addEventListener('abort', note('aborted'));
  });

  function bringTo(state: CallState): void {
    // Only a oneway call becomes detached.
    call.wantsReply = state !== 'detached';
    for (const event of ways[state]) events[event](call);
    expect(call.state).toBe(state);
    effects.length = 0;
  }

  it('has a row for each state and event', () => {
    const cells = Object.keys(ways).flatMap((state) => Object.keys(events).map((event) => `${state} ${event}`));
    expect(table.map(([state, event]) => `${state} ${event}`).sort()).toEqual(cells.sort());
  });

  it.each(table)('%s ─%s─▶ %s', (state, event, next, expected) => {
    bringTo(state);
    if (next === IMPOSSIBLE) {
      expect(() => {
        events[event](call);
      }).toThrow(`no transition from ${state}`);
      expect(call.state).toBe(state);
    } else {
      events[event](call);
      expect(call.state).toBe(next);
    }
    expect(effects).toEqual(expected);
  });

  it('aborts with the first reason, also when the signal is created later', () => {
    call.start();
    call.disconnect(GONE);
    call.close({ outcome: 'deadline', reply: undefined, error: LATE, abort: LATE });
    expect(call.signal.reason).toBe(GONE);
  });
});
