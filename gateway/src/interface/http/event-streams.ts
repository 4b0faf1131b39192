import { setTimeout as delay } from 'node:timers/promises';
import type { MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { Part } from '@tasks/service';
import type { SessionsEnded } from '../../application/accounts/sessions-ended.js';
import type { ListAccess } from '../../application/lists/list-access.js';
import type { ChangeFeed } from '../../application/tasks/change-feed.js';
import type { List } from '../../domain/list.js';
import { EventStream } from './event-stream.js';
import type { Authentication } from './principal.js';
import { Problem } from './problem.js';

/** Interval of heartbeats, and of the check whether a stream may stay open; in milliseconds. */
export const HEARTBEAT_MS = 25_000;
/** Number of parts of that interval, each with the heartbeats of some accounts: all at once would delay other requests. */
const HEARTBEAT_PARTS = 25;
/** Minimum time between two reads of the lists of an account, in milliseconds. */
const READ_INTERVAL_MS = 200;

/** The open streams of an account. */
interface AccountStreams {
  readonly open: Set<EventStream>;
  /** The part of the interval in which they have their heartbeats. */
  readonly part: number;
}

/**
 * The open event streams of this instance. A stream ends with the session or token that opened it, and stops reporting a
 * list that its account has lost: immediately if that happened on this instance, otherwise at the next heartbeat.
 */
export class EventStreams implements Part, SessionsEnded {
  readonly name = 'Event streams';
  readonly #feed: ChangeFeed;
  readonly #maxPerAccount: number;
  readonly #streams = new Map<string, AccountStreams>();
  readonly #heartbeatMs: number;
  /** Pauses before a read of lists, by account. */
  readonly #pauses = new Map<string, Promise<void>>();
  /** Reads of lists that began in this event-loop task, by account. */
  readonly #reads = new Map<string, Promise<readonly List[]>>();
  /** When the lists of an account were read last. */
  readonly #readAtMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #size = 0;
  /** The present part of the interval. */
  #part = 0;
  /** The part that the next account gets. */
  #nextPart = 0;
  #state: 'open' | 'closed' = 'open';

  constructor(feed: ChangeFeed, maxPerAccount: number, heartbeatMs = HEARTBEAT_MS) {
    this.#feed = feed;
    this.#maxPerAccount = maxPerAccount;
    this.#heartbeatMs = heartbeatMs;
  }

  start(): Promise<void> {
    this.#timer = setInterval(() => {
      this.#beat();
    }, this.#heartbeatMs / HEARTBEAT_PARTS).unref();
    return Promise.resolve();
  }

  /** Number of open streams. */
  get size(): number {
    return this.#size;
  }

  /**
   * Opens a stream of changes.
   *
   * @param access Decides which lists are reported; undefined: the first one alone.
   * @throws Problem `too-many-requests` at the account's limit, `unavailable` after `stop`.
   */
  open(authentication: Authentication, access?: ListAccess): Observable<MessageEvent> {
    const { accountId } = authentication.principal;
    // Browsers reconnect at once: a new stream would delay the drain.
    if (this.#state === 'closed') throw new Problem('unavailable', 'This server is shutting down: connect again.');
    if ((this.#streams.get(accountId)?.open.size ?? 0) >= this.#maxPerAccount) {
      throw new Problem('too-many-requests', `An account can have ${String(this.#maxPerAccount)} event streams.`, {
        headers: { 'retry-after': String(HEARTBEAT_MS / 1_000) },
      });
    }
    return new Observable((subscriber) => {
      const lists = access && {
        access,
        pause: () => this.#pause(accountId),
        read: () => this.#listsOf(accountId, access),
      };
      const stream = new EventStream(authentication, this.#feed, subscriber, lists);
      this.#add(accountId, stream);
      void stream.begin();
      return () => {
        stream.close();
        this.#remove(accountId, stream);
      };
    });
  }

  /** Ends those streams of the account whose session or token has ended. */
  notify(accountId: string): void {
    for (const stream of this.#streams.get(accountId)?.open ?? []) void stream.check();
  }

  /** Ends all streams whose session or token has ended. */
  notifyAll(): void {
    for (const stream of this.#all()) void stream.check();
  }

  /** Ends all streams and rejects new ones. */
  stop(): Promise<void> {
    this.#state = 'closed';
    clearInterval(this.#timer);
    for (const stream of this.#all()) stream.end();
    return Promise.resolve();
  }

  #beat(): void {
    this.#part = (this.#part + 1) % HEARTBEAT_PARTS;
    for (const { open, part } of this.#streams.values()) {
      if (part === this.#part) for (const stream of open) stream.beat();
    }
  }

  /** Resolves when the lists of the account may be read: others can change shared ones as often as they like. */
  #pause(accountId: string): Promise<void> {
    const running = this.#pauses.get(accountId);
    if (running) return running;
    const sinceMs = performance.now() - (this.#readAtMs.get(accountId) ?? -READ_INTERVAL_MS);
    const pause = delay(Math.max(0, READ_INTERVAL_MS - sinceMs), undefined, { ref: false }).then(() => {
      this.#pauses.delete(accountId);
    });
    this.#pauses.set(accountId, pause);
    return pause;
  }

  /** One read for all streams of an account that have waited together. */
  #listsOf(accountId: string, access: ListAccess): Promise<readonly List[]> {
    const running = this.#reads.get(accountId);
    if (running) return running;
    this.#readAtMs.set(accountId, performance.now());
    const read = access.listsOf(accountId);
    this.#reads.set(accountId, read);
    queueMicrotask(() => this.#reads.delete(accountId));
    return read;
  }

  #all(): EventStream[] {
    return [...this.#streams.values()].flatMap(({ open }) => [...open]);
  }

  #add(accountId: string, stream: EventStream): void {
    let streams = this.#streams.get(accountId);
    if (!streams) {
      streams = { open: new Set(), part: this.#nextPart };
      this.#nextPart = (this.#nextPart + 1) % HEARTBEAT_PARTS;
      this.#streams.set(accountId, streams);
    }
    streams.open.add(stream);
    this.#size++;
  }

  #remove(accountId: string, stream: EventStream): void {
    const streams = this.#streams.get(accountId);
    if (streams?.open.delete(stream) !== true) return;
    this.#size--;
    if (streams.open.size > 0) return;
    this.#streams.delete(accountId);
    this.#readAtMs.delete(accountId);
  }
}
