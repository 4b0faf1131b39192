import type { MessageEvent } from '@nestjs/common';
import type { Subscriber } from 'rxjs';
import type { ListAccess } from '../../application/lists/list-access.js';
import type { ChangeFeed, TaskChange } from '../../application/tasks/change-feed.js';
import { isFirstOf, type List } from '../../domain/list.js';
import type { Authentication } from './principal.js';

/** Maximum number of task ids in an event; longer lists are sent as `all`. */
const MAX_TASK_IDS = 100;

const HEARTBEAT: MessageEvent = { type: 'heartbeat', data: '' };
const LISTS_CHANGED: MessageEvent = { type: 'lists-changed', data: {} };

/** How a stream finds the lists to report. */
export interface WatchedLists {
  readonly access: ListAccess;
  /** Resolves when they may be read. */
  readonly pause: () => Promise<void>;
  /** Reads every list of the account. */
  readonly read: () => Promise<readonly List[]>;
}

/** The changes that one client watches: of the first list, or of all lists that it may read. */
export class EventStream {
  readonly #authentication: Authentication;
  readonly #feed: ChangeFeed;
  readonly #subscriber: Subscriber<MessageEvent>;
  readonly #lists: WatchedLists | undefined;
  /** The lists as they were last read, by id, each with the function that ends watching it. */
  readonly #watched = new Map<string, { readonly version: number; readonly unwatch: () => void }>();
  /** Lists with changes that could not be reported. */
  readonly #missed = new Set<string>();
  #unwatch: () => void = () => undefined;
  /** Whether the lists that were read are still those of the account; otherwise changes wait, since a list may have been lost. */
  #isCurrent = false;
  #isReading = false;
  /** Number of times that the lists had to be read again. */
  #outdated = 0;
  #hasBegun = false;

  /** @param lists Undefined: the first list alone. */
  constructor(
    authentication: Authentication,
    feed: ChangeFeed,
    subscriber: Subscriber<MessageEvent>,
    lists: WatchedLists | undefined,
  ) {
    this.#authentication = authentication;
    this.#feed = feed;
    this.#subscriber = subscriber;
    this.#lists = lists;
  }

  /** Begins to watch. Headers may be sent before that; the first heartbeat says that no later change is missed. */
  async begin(): Promise<void> {
    const { accountId } = this.#authentication.principal;
    if (this.#lists === undefined) {
      this.#unwatch = this.#feed.watchTasks(accountId, (change) => {
        this.#subscriber.next({ type: 'changed', data: dataOf(change) });
      });
    } else {
      this.#unwatch = this.#feed.watchLists(accountId, () => {
        void this.#update();
      });
      await this.#update();
      // Without its lists it would report nothing: the client connects again.
      if (!this.#isCurrent) this.end();
    }
    this.#hasBegun = true;
    this.#subscriber.next(HEARTBEAT);
  }

  /**
   * Sends a heartbeat, and checks the session or token and the lists. Nothing is known to have changed: changes do not wait.
   * Does nothing before the first one.
   */
  beat(): void {
    if (!this.#hasBegun) return;
    this.#subscriber.next(HEARTBEAT);
    void this.check();
    void this.#read();
  }

  /** Ends the stream if its session or token has ended. An unavailable account store ends none: the next heartbeat checks again. */
  async check(): Promise<void> {
    try {
      await this.#authentication.repeat();
    } catch (error) {
      if (!isOutage(error)) this.end();
    }
  }

  /** Ends the stream. */
  end(): void {
    this.#subscriber.complete();
  }

  /** Stops watching, after the end. */
  close(): void {
    this.#unwatch();
    for (const { unwatch } of this.#watched.values()) unwatch();
    this.#watched.clear();
  }

  /** Reads lists that have changed; changes of tasks wait meanwhile. */
  #update(): Promise<void> {
    this.#outdated++;
    this.#isCurrent = false;
    return this.#read();
  }

  /** Reads the lists, again if they change meanwhile. On an unavailable account store changes wait for the next heartbeat. */
  async #read(): Promise<void> {
    const { principal } = this.#authentication;
    if (this.#isReading || this.#lists === undefined) return;
    this.#isReading = true;
    try {
      for (let seen = -1; seen !== this.#outdated && !this.#subscriber.closed;) {
        await this.#lists.pause();
        seen = this.#outdated;
        const lists = await this.#lists.read();
        this.#watch(this.#lists.access.readableOf(principal, lists));
        this.#isCurrent = seen === this.#outdated;
      }
    } catch (error) {
      this.#isCurrent = false;
      if (!isOutage(error)) this.#subscriber.error(error);
    } finally {
      this.#isReading = false;
    }
  }

  /** Replaces the watched lists. */
  #watch(lists: readonly List[]): void {
    if (this.#subscriber.closed) return;
    const isFirstTime = this.#watched.size === 0;
    let isChanged = false;
    const found = new Set(lists.map(({ id }) => id));
    for (const [id, { unwatch }] of this.#watched) {
      if (found.has(id)) continue;
      unwatch();
      this.#watched.delete(id);
      this.#missed.delete(id);
      isChanged = true;
    }
    for (const list of lists) {
      const { id, version } = list;
      const watched = this.#watched.get(id);
      if (watched?.version === version) continue;
      isChanged = true;
      this.#watched.set(id, { version, unwatch: watched?.unwatch ?? this.#watchTasks(list) });
    }
    if (isChanged && !isFirstTime) this.#subscriber.next(LISTS_CHANGED);
    for (const list of lists) if (this.#missed.delete(list.id)) this.#report(list, { all: true });
  }

  #watchTasks(list: List): () => void {
    return this.#feed.watchTasks(list.ownerId, (change) => {
      // The first list can't be lost.
      if (this.#isCurrent || isFirstOf(list, this.#authentication.principal.accountId)) this.#report(list, change);
      else this.#missed.add(list.id);
    });
  }

  #report(list: List, change: TaskChange): void {
    const isFirst = isFirstOf(list, this.#authentication.principal.accountId);
    this.#subscriber.next(
      isFirst
        ? { type: 'changed', data: dataOf(change) }
        : { type: 'list-changed', data: { list: list.id, ...dataOf(change) } },
    );
  }
}

function dataOf(change: TaskChange): object {
  return 'all' in change || change.taskIds.length > MAX_TASK_IDS ? { all: true } : { taskIds: change.taskIds };
}

function isOutage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'STORE_UNAVAILABLE';
}
