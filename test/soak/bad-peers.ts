import { setTimeout as delay } from 'node:timers/promises';
import type { Schema } from 'nestjs-thrift';
import { RawPeer } from '@tasks/testing/raw-peer';
import { Dialect, dialects } from '../../packages/nestjs-thrift/test/support/thrift-dialects.js';
import type { Random } from './random.js';

/** Time limit for the service to close any of them: its timeouts of 2 s, 2 s of lingering close, and a reserve. */
const CLOSING_LIMIT_MS = 10_000;
/** Longer than the service lets replies wait. */
const NOT_READING_MS = 4_000;
const NEVER_READS = 'never reads';
const MAX_PAUSE_MS = 400;
/** The maximum that a Thrift string, list or frame can declare. */
const HUGE = '7fffffff';

/** A user with a list long enough to fill every buffer on the way to a peer that doesn't read. */
export const LONG_LIST_USER = 'has a long list';

/** Timeouts of a service that closes such peers quickly. */
export const SHORT_TIMEOUTS = {
  THRIFT_PARTIAL_MESSAGE_TIMEOUT_MS: '2000',
  THRIFT_REPLY_STALL_TIMEOUT_MS: '2000',
} as const;

/** Requests more than fits into every buffer on the way to the peer. */
interface UnreadLists {
  readonly calls: number;
  /** Pause between two calls, for a store that can't make many lists at a time. */
  readonly pauseMs: number;
}

/** `true`: the service need not have closed. */
type Misdeed = (peer: RawPeer) => Promise<unknown>;

/** Peers that misbehave in one way after another, each on a separate connection. */
export class BadPeers {
  /** Connections that the service should have closed, but did not, by misbehaviour. */
  readonly leftOpen = new Map<string, number>();
  /** Counts by misbehaviour. */
  readonly done = new Map<string, number>();

  readonly #dialects: readonly Dialect[];
  /** One at a time: unread megabytes are expensive. */
  #isNotReading = false;
  readonly #loops: Promise<void>[];
  readonly #stop = new AbortController();

  /** After each of these the service must close. */
  readonly #closedOn: Readonly<Record<string, Misdeed>> = {
    garbage: (peer) => peer.write(this.random.bytes(this.random.integer(1, 400))),
    'half a message': (peer) => {
      const call = this.#call();
      return peer.write(call.subarray(0, this.random.integer(1, call.length - 1)));
    },
    'a frame that is too large': (peer) => peer.write(Buffer.from('0fffffff80010001', 'hex')),
    'a string that is too large': (peer) => peer.write(this.#addOfSize(`0b0001${HUGE}`)),
    'a list that is too large': (peer) => peer.write(this.#addOfSize(`0f00090b${HUGE}`)),
    HTTP: (peer) => peer.write(Buffer.from('GET / HTTP/1.1\r\nHost: tasks\r\n\r\n')),
    TLS: (peer) => peer.write(Buffer.from('16030100c8010000c40303', 'hex')),
    [NEVER_READS]: async (peer) => {
      this.#isNotReading = true;
      peer.stopReading();
      // Rejections are short and fill no buffer.
      let isRejected = this.isStoreAway();
      const dialect = this.random.pick(this.#dialects);
      for (let i = 0; i < this.unread.calls; i++) {
        void peer.write(dialect.call('all', { userId: LONG_LIST_USER }));
        if (this.unread.pauseMs > 0) await delay(this.unread.pauseMs);
        isRejected ||= this.isStoreAway();
      }
      await delay(NOT_READING_MS);
      // Further bytes are ignored; only the end matters.
      peer.socket.removeAllListeners('data').resume();
      this.#isNotReading = false;
      return isRejected;
    },
  };

  /** These end the connection themselves. */
  readonly #leavesOn: Readonly<Record<string, Misdeed>> = {
    'reset in the middle of a call': async (peer) => {
      await peer.write(Buffer.concat([this.#call(), this.#call(), this.#call().subarray(0, 9)]));
      await delay(this.random.integer(0, 3));
      peer.reset();
    },
    'gone before the reply': async (peer) => {
      await peer.write(this.#call());
      peer.destroy();
    },
    'sends nothing': () => delay(this.random.integer(0, MAX_PAUSE_MS)),
  };

  constructor(
    schema: Schema,
    private readonly port: number,
    private readonly random: Random,
    atOnce: number,
    private readonly unread: UnreadLists,
    private readonly isStoreAway: () => boolean,
  ) {
    this.#dialects = dialects.map(({ name, protocol, framing }) => new Dialect(name, protocol, framing, schema));
    this.#loops = Array.from({ length: atOnce }, () => this.#misbehave());
  }

  /** Resolves when all of them are closed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  async #misbehave(): Promise<void> {
    const kinds = [...Object.entries(this.#closedOn), ...Object.entries(this.#leavesOn)];
    while (!this.#stop.signal.aborted) {
      const [name, misdeed] = this.random.pick(kinds.filter(([kind]) => kind !== NEVER_READS || !this.#isNotReading));
      const peer = await RawPeer.connect({ host: '127.0.0.1', port: this.port });
      const isExcused = (await misdeed(peer)) === true;
      if (name in this.#closedOn && !isExcused && !(await isClosedOn(peer))) count(this.leftOpen, name);
      peer.destroy();
      count(this.done, name);
      await delay(this.random.integer(0, MAX_PAUSE_MS));
    }
  }

  #call(): Buffer {
    return this.random.pick(this.#dialects).call('all', { userId: 'bad peer' });
  }

  /** A call of `add`, strict binary, unframed, that ends in the header of a field. */
  #addOfSize(field: string): Buffer {
    return Buffer.from(`800100010000000361646400000001${field}`, 'hex');
  }
}

async function isClosedOn(peer: RawPeer): Promise<boolean> {
  const limit = new AbortController();
  const late = delay(CLOSING_LIMIT_MS, false, { signal: limit.signal }).catch(() => false);
  const closed = Promise.race([peer.ended, peer.closed]).then(() => true);
  const isClosed = await Promise.race([closed, late]);
  limit.abort();
  return isClosed;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
