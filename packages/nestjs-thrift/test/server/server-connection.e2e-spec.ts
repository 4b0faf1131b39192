import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Deadlines } from '../../src/connection/deadlines.js';
import { WriteBatch } from '../../src/server/write-batch.js';
import type { ReceivedMessage } from '../../src/framing/framing.js';
import { resolveLimits } from '../../src/limits.js';
import { ByteWriter } from '../../src/protocol/byte-writer.js';
import { CallLimiter, type Arrival } from '../../src/server/call-limiter.js';
import type { Dispatcher } from '../../src/server/dispatcher.js';
import type { ReplyQueue } from '../../src/server/reply-queue.js';
import { ReplyWriter } from '../../src/server/reply-writer.js';
import { ServerCall } from '../../src/server/server-call.js';
import { ServerConnection } from '../../src/server/server-connection.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';

const [binary] = dialects as [Dialect];
const message = binary.call('echo', { text: 'x' });

/** A socket that accepts everything at once and records its calls. */
class ScriptedSocket extends EventEmitter {
  readonly remoteAddress = '10.0.0.1';
  #isPaused = false;

  constructor(private readonly note: (effect: string) => void) {
    super();
  }

  write(_: Buffer, done?: () => void): void {
    this.note('reply sent');
    done?.();
  }

  cork(): void {
    this.note('corked');
  }

  uncork(): void {
    this.note('uncorked');
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  isPaused(): boolean {
    return this.#isPaused;
  }

  end(): void {
    this.note('FIN sent');
  }

  destroySoon(): void {
    this.note('closed');
  }

  destroy(): void {
    this.note('destroyed');
  }
}

/** A connection whose calls run until they are settled, with its recorded effects. */
class Scene {
  readonly effects: string[] = [];
  readonly note = (effect: string): void => {
    this.effects.push(effect);
  };
  readonly socket = new ScriptedSocket(this.note);
  readonly connection: ServerConnection;
  readonly #limiter = new CallLimiter(resolveLimits());
  readonly #out = new ByteWriter();
  readonly #writer = new ReplyWriter(resolveLimits(), () => undefined);
  readonly #running: ServerCall[] = [];
  /** A listener of `callStart`. */
  onCall: () => void = () => undefined;

  constructor() {
    this.connection = new ServerConnection(1, this.socket as unknown as Socket, {
      limits: resolveLimits(),
      limiter: this.#limiter,
      dispatcher: { receive: this.#receive, rejectUnreadable: this.#reject } as unknown as Dispatcher,
      writes: new WriteBatch(),
      path: undefined,
      reject: (_, reason) => {
        this.note(`rejected ${reason}`);
      },
      report: () => {
        this.note('fault');
      },
      onGrown: () => undefined,
      onClosed: () => {
        this.note('gone');
      },
    });
  }

  async apply(event: Event): Promise<void> {
    events[event](this);
    await setImmediate();
  }

  settle(): void {
    for (const call of this.#running.splice(0)) {
      this.#out.begin(100);
      this.#out.reserve(10);
      call.close({ outcome: 'ok', reply: this.#out.finish(), error: undefined });
    }
  }

  readonly #receive = (replies: ReplyQueue<ServerCall>, received: ReceivedMessage, { isLate }: Arrival): boolean => {
    this.note(isLate ? 'late call' : 'call');
    const header = { name: 'echo', type: 1, seqid: 1 };
    const deadlines = new Deadlines<ServerCall>(() => undefined);
    const parts = { limiter: this.#limiter, deadlines, writer: this.#writer, reject: () => undefined };
    const call = new ServerCall(header, received, replies, parts);
    replies.add(call, 10);
    call.begin({
      begin: () => {
        this.onCall();
      },
      start: () => undefined,
      end: (outcome) => {
        this.note(`call ended ${outcome}`);
      },
    });
    this.#limiter.start(call);
    this.#running.push(call);
    return true;
  };

  readonly #reject = (): void => {
    this.note('PROTOCOL_ERROR');
  };
}

const events = {
  message: ({ socket }: Scene) => socket.emit('data', Buffer.from(message)),
  half: ({ socket }: Scene) => socket.emit('data', Buffer.from(message.subarray(0, 10))),
  FIN: ({ socket }: Scene) => socket.emit('end'),
  drain: ({ connection }: Scene) => {
    connection.drain();
  },
  end: ({ connection }: Scene) => {
    connection.end();
  },
  settle: (scene: Scene) => {
    scene.settle();
  },
  closed: ({ socket }: Scene) => socket.emit('close'),
};
type Event = keyof typeof events;

/** Steps to bring a connection into each state. */
const ways: Record<string, readonly Event[]> = {
  open: [],
  'open, busy': ['message'],
  'open, half a message': ['half'],
  'open, busy, after their FIN': ['message', 'FIN'],
  draining: ['drain'],
  'draining, busy': ['message', 'drain'],
  'closing, busy': ['message', 'end'],
  'closing, busy, after their FIN': ['message', 'FIN', 'end'],
  lingering: ['end'],
  closed: ['closed'],
};

/** States of the table; `half` is only an intermediate one. */
const asked = Object.keys(events).filter((event) => event !== 'half');

/** State, event, next state of both sides, effects in order. */
const table: [from: string, event: Event, then: string, effects: string][] = [
  ['open', 'message', 'open, open', 'call'],
  ['open', 'FIN', 'lingering, ended', 'FIN sent, closed'],
  ['open', 'drain', 'draining, open', ''],
  ['open', 'end', 'lingering, open', 'FIN sent'],
  ['open', 'settle', 'open, open', ''],
  ['open', 'closed', 'closed, open', 'gone'],
  ['open, busy', 'message', 'open, open', 'call'],
  ['open, busy', 'FIN', 'closing, ended', ''],
  ['open, busy', 'drain', 'draining, open', ''],
  ['open, busy', 'end', 'closing, open', ''],
  ['open, busy', 'settle', 'open, open', 'call ended ok, reply sent'],
  ['open, busy', 'closed', 'closed, open', 'gone, call ended dropped'],
  ['open, half a message', 'message', 'closing, open', 'call, PROTOCOL_ERROR'],
  ['open, half a message', 'FIN', 'lingering, ended', 'PROTOCOL_ERROR, FIN sent, closed'],
  ['open, half a message', 'drain', 'draining, open', ''],
  ['open, half a message', 'end', 'lingering, open', 'FIN sent'],
  ['open, half a message', 'settle', 'open, open', ''],
  ['open, half a message', 'closed', 'closed, open', 'gone'],
  ['open, busy, after their FIN', 'message', 'closing, ended', ''],
  ['open, busy, after their FIN', 'FIN', 'closing, ended', ''],
  ['open, busy, after their FIN', 'drain', 'closing, ended', ''],
  ['open, busy, after their FIN', 'end', 'closing, ended', ''],
  ['open, busy, after their FIN', 'settle', 'lingering, ended', 'call ended ok, reply sent, FIN sent, closed'],
  ['open, busy, after their FIN', 'closed', 'closed, ended', 'gone, call ended dropped'],
  ['draining', 'message', 'draining, open', 'late call'],
  ['draining', 'FIN', 'lingering, ended', 'FIN sent, closed'],
  ['draining', 'drain', 'draining, open', ''],
  ['draining', 'end', 'lingering, open', 'FIN sent'],
  ['draining', 'settle', 'draining, open', ''],
  ['draining', 'closed', 'closed, open', 'gone'],
  ['draining, busy', 'message', 'draining, open', 'late call'],
  ['draining, busy', 'FIN', 'closing, ended', ''],
  ['draining, busy', 'drain', 'draining, open', ''],
  ['draining, busy', 'end', 'closing, open', ''],
  ['draining, busy', 'settle', 'draining, open', 'call ended ok, reply sent'],
  ['draining, busy', 'closed', 'closed, open', 'gone, call ended dropped'],
  ['closing, busy', 'message', 'closing, open', ''],
  ['closing, busy', 'FIN', 'closing, ended', ''],
  ['closing, busy', 'drain', 'closing, open', ''],
  ['closing, busy', 'end', 'closing, open', ''],
  ['closing, busy', 'settle', 'lingering, open', 'call ended ok, reply sent, FIN sent'],
  ['closing, busy', 'closed', 'closed, open', 'gone, call ended dropped'],
  ['closing, busy, after their FIN', 'message', 'closing, ended', ''],
  ['closing, busy, after their FIN', 'FIN', 'closing, ended', ''],
  ['closing, busy, after their FIN', 'drain', 'closing, ended', ''],
  ['closing, busy, after their FIN', 'end', 'closing, ended', ''],
  ['closing, busy, after their FIN', 'settle', 'lingering, ended', 'call ended ok, reply sent, FIN sent, closed'],
  ['closing, busy, after their FIN', 'closed', 'closed, ended', 'gone, call ended dropped'],
  ['lingering', 'message', 'lingering, open', ''],
  ['lingering', 'FIN', 'lingering, ended', 'closed'],
  ['lingering', 'drain', 'lingering, open', ''],
  ['lingering', 'end', 'lingering, open', ''],
  ['lingering', 'settle', 'lingering, open', ''],
  ['lingering', 'closed', 'closed, open', 'gone'],
  ['closed', 'message', 'closed, open', ''],
  ['closed', 'FIN', 'closed, ended', ''],
  ['closed', 'drain', 'closed, open', ''],
  ['closed', 'end', 'closed, open', ''],
  ['closed', 'settle', 'closed, open', ''],
  ['closed', 'closed', 'closed, open', ''],
];

describe('ServerConnection', () => {
  it('has a row for each state and event', () => {
    const cells = Object.keys(ways).flatMap((state) => asked.map((event) => `${state}: ${event}`));
    expect(table.map(([state, event]) => `${state}: ${event}`)).toEqual(cells);
  });

  it.each(table)('%s ─%s─▶ %s', async (from, event, then, effects) => {
    const scene = new Scene();
    for (const step of ways[from] ?? []) await scene.apply(step);
    scene.effects.length = 0;
    await scene.apply(event);
    expect(scene.connection.state).toBe(then);
    expect(scene.effects.join(', ')).toBe(effects);
  });

  it('may be destroyed while a call is received, and runs no later bytes', async () => {
    const scene = new Scene();
    scene.onCall = () => {
      scene.connection.destroy();
    };
    scene.socket.emit('data', Buffer.concat([message, message]));
    await setImmediate();
    expect(scene.effects).toEqual(['call', 'destroyed', 'gone', 'call ended dropped']);
  });
});
