import type { Browser, Stream } from './browser.js';
import type { ListsModel } from './lists.js';
import type { TaskList } from './task-list.js';

/**
 * Interval of the check for changes that no stream reported, such as those made through another instance of the
 * gateway.
 */
const POLL_MS = 12_000;
const REOPEN_MS = 3_000;
/** Ready state of a stream that does not reconnect automatically. */
const CLOSED = 2;

/** Data of an event; `taskIds` unset: many, or all. */
interface ChangedTasks {
  readonly taskIds?: readonly string[];
}

/**
 * Receives changes made elsewhere while the page is visible: a browser allows six connections per server, and hidden
 * tabs must not occupy them.
 *
 * ```
 * stopped ──start──▶ open ──stop──▶ stopped
 * ```
 */
export class LiveUpdates {
  readonly #list: Pick<TaskList, 'refresh' | 'live' | 'poll' | 'onLive'>;
  readonly #lists: Pick<ListsModel, 'refresh' | 'refreshSoon' | 'first'>;
  readonly #browser: Pick<Browser, 'openStream' | 'setTimer' | 'clearTimer'>;
  #state: 'stopped' | 'open' = 'stopped';
  /** Whether events may have been missed since a stream was last open. */
  #hasGap = false;
  #stream: Stream | undefined;
  #poll: unknown;
  #reopen: unknown;

  constructor(
    list: Pick<TaskList, 'refresh' | 'live' | 'poll' | 'onLive'>,
    lists: Pick<ListsModel, 'refresh' | 'refreshSoon' | 'first'>,
    browser: Pick<Browser, 'openStream' | 'setTimer' | 'clearTimer'>,
  ) {
    this.#list = list;
    this.#lists = lists;
    this.#browser = browser;
  }

  /** Opens the stream; does nothing when it is open. */
  start(): void {
    if (this.#state === 'open') return;
    this.#state = 'open';
    this.#open();
    this.#pollLater();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#list.onLive(false);
    this.#hasGap = false;
    this.#browser.clearTimer(this.#poll);
    this.#browser.clearTimer(this.#reopen);
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    const stream = this.#browser.openStream();
    this.#stream = stream;
    // The first one says that no later change is missed; earlier ones are lost.
    stream.addEventListener('heartbeat', () => {
      this.#list.onLive(true);
      if (this.#hasGap) this.#refresh();
      this.#hasGap = false;
    });
    stream.addEventListener('changed', ({ data }) => {
      const { first } = this.#lists;
      if (first) this.#onChanged(first.id, JSON.parse(data) as ChangedTasks);
    });
    stream.addEventListener('list-changed', ({ data }) => {
      const { list, ...changed } = JSON.parse(data) as ChangedTasks & { list: string };
      this.#onChanged(list, changed);
    });
    stream.addEventListener('lists-changed', () => void this.#lists.refresh());
    stream.addEventListener('error', () => {
      this.#hasGap = true;
      this.#list.onLive(false);
      if (stream.readyState !== CLOSED || stream !== this.#stream) return;
      // Rejected, perhaps because the session has ended: a plain request finds out.
      this.#reopen = this.#browser.setTimer(() => {
        this.#open();
      }, REOPEN_MS);
      this.#refresh();
    });
  }

  #onChanged(list: string, { taskIds }: ChangedTasks): void {
    void this.#list.live.onChanged(list, taskIds);
    this.#lists.refreshSoon();
  }

  #refresh(): void {
    void this.#list.refresh();
    void this.#lists.refresh();
  }

  #pollLater(): void {
    this.#poll = this.#browser.setTimer(() => {
      void this.#list.poll();
      this.#pollLater();
    }, POLL_MS);
  }
}
