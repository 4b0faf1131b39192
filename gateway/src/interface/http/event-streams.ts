import type { MessageEvent } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import type { Part } from '@tasks/service';
import type { SessionsEnded } from '../../application/accounts/sessions-ended.js';
import type { ChangeFeed, TaskChange } from '../../application/tasks/change-feed.js';
import type { Authentication } from './principal.js';
import { Problem } from './problem.js';

/** Interval of heartbeats, and of the check whether a stream may stay open; in milliseconds. */
export const HEARTBEAT_MS = 25_000;
/** Maximum number of task ids in an event; longer lists are sent as `all`. */
const MAX_TASK_IDS = 100;

const HEARTBEAT: MessageEvent = { type: 'heartbeat', data: '' };
const ALL_CHANGED: MessageEvent = { type: 'changed', data: { all: true } };

interface Stream {
  readonly accountId: string;
  readonly repeat: Authentication['repeat'];
  readonly subscriber: Subscriber<MessageEvent>;
}

/**
 * The open event streams of this instance. A stream ends with the session or token that opened it: immediately if that
 * ended on this instance, otherwise at the next heartbeat.
 */
export class EventStreams implements Part, SessionsEnded {
  readonly name = 'Event streams';
  readonly #feed: ChangeFeed;
  readonly #maxPerAccount: number;
  readonly #streams = new Map<string, Set<Stream>>();
  readonly #heartbeatMs: number;
  #timer: NodeJS.Timeout | undefined;
  #size = 0;
  #state: 'open' | 'closed' = 'open';

  constructor(feed: ChangeFeed, maxPerAccount: number, heartbeatMs = HEARTBEAT_MS) {
    this.#feed = feed;
    this.#maxPerAccount = maxPerAccount;
    this.#heartbeatMs = heartbeatMs;
  }

  start(): Promise<void> {
    this.#timer = setInterval(() => {
      this.#beat();
    }, this.#heartbeatMs).unref();
    return Promise.resolve();
  }

  /** Number of open streams. */
  get size(): number {
    return this.#size;
  }

  /**
   * Opens a stream of an account's changes.
   * @throws Problem `too-many-requests` at the account's limit, `unavailable` after `stop`.
   */
  open({ principal: { accountId }, repeat }: Authentication): Observable<MessageEvent> {
    // Browsers reconnect at once: a new stream would delay the drain.
    if (this.#state === 'closed') throw new Problem('unavailable', 'This server is shutting down: connect again.');
    if ((this.#streams.get(accountId)?.size ?? 0) >= this.#maxPerAccount) {
      throw new Problem('too-many-requests', `An account can have ${String(this.#maxPerAccount)} event streams.`, {
        headers: { 'retry-after': String(HEARTBEAT_MS / 1_000) },
      });
    }
    return new Observable((subscriber) => {
      const stream: Stream = { accountId, repeat, subscriber };
      const unwatch = this.#feed.watch(accountId, (change) => {
        subscriber.next(toEvent(change));
      });
      this.#add(stream);
      // Sends the headers.
      subscriber.next(HEARTBEAT);
      return () => {
        unwatch();
        this.#remove(stream);
      };
    });
  }

  /** Ends those streams of the account whose session or token has ended. */
  notify(accountId: string): void {
    for (const stream of this.#streams.get(accountId) ?? []) void checkStream(stream);
  }

  /** Ends all streams whose session or token has ended. */
  notifyAll(): void {
    for (const stream of this.#all()) void checkStream(stream);
  }

  /** Ends all streams and rejects new ones. */
  stop(): Promise<void> {
    this.#state = 'closed';
    clearInterval(this.#timer);
    for (const { subscriber } of this.#all()) subscriber.complete();
    return Promise.resolve();
  }

  #beat(): void {
    for (const stream of this.#all()) {
      stream.subscriber.next(HEARTBEAT);
      void checkStream(stream);
    }
  }

  #all(): Stream[] {
    return [...this.#streams.values()].flatMap((streams) => [...streams]);
  }

  #add(stream: Stream): void {
    const streams = this.#streams.get(stream.accountId) ?? new Set();
    this.#streams.set(stream.accountId, streams.add(stream));
    this.#size++;
  }

  #remove(stream: Stream): void {
    const streams = this.#streams.get(stream.accountId);
    if (streams?.delete(stream) !== true) return;
    this.#size--;
    if (streams.size === 0) this.#streams.delete(stream.accountId);
  }
}

/** Ends a stream whose session or token has ended. An unavailable account store ends none: the next heartbeat checks again. */
async function checkStream({ repeat, subscriber }: Stream): Promise<void> {
  try {
    await repeat();
  } catch (error) {
    if (!isOutage(error)) subscriber.complete();
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'STORE_UNAVAILABLE';
}

function toEvent(change: TaskChange): MessageEvent {
  if ('all' in change || change.taskIds.length > MAX_TASK_IDS) return ALL_CHANGED;
  return { type: 'changed', data: { taskIds: change.taskIds } };
}
