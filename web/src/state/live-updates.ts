import type { Browser, Stream } from './browser.js';
import type { TaskList } from './task-list.js';

/**
 * Interval of the check for changes that no stream reported, such as those made through another instance of the
 * gateway.
 */
const POLL_MS = 12_000;
const REOPEN_MS = 3_000;
/** Ready state of a stream that does not reconnect automatically. */
const CLOSED = 2;

/**
 * Receives changes made elsewhere while the page is visible: a browser allows six connections per server, and hidden
 * tabs must not occupy them.
 *
 * ```
 * stopped ──start──▶ open ──stop──▶ stopped
 * ```
 */
export class LiveUpdates {
  readonly #list: Pick<TaskList, 'refresh' | 'refreshTasks' | 'poll'>;
  readonly #browser: Pick<Browser, 'openStream' | 'setTimer' | 'clearTimer'>;
  #state: 'stopped' | 'open' = 'stopped';
  /** Whether events may have been missed since a stream was last open. */
  #hasGap = false;
  #stream: Stream | undefined;
  #poll: unknown;
  #reopen: unknown;

  constructor(
    list: Pick<TaskList, 'refresh' | 'refreshTasks' | 'poll'>,
    browser: Pick<Browser, 'openStream' | 'setTimer' | 'clearTimer'>,
  ) {
    this.#list = list;
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
    this.#hasGap = false;
    this.#browser.clearTimer(this.#poll);
    this.#browser.clearTimer(this.#reopen);
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    const stream = this.#browser.openStream();
    this.#stream = stream;
    stream.addEventListener('open', () => {
      // Events without an open stream are lost.
      if (this.#hasGap) void this.#list.refresh();
      this.#hasGap = false;
    });
    stream.addEventListener('changed', ({ data }) => {
      const event = JSON.parse(data) as { taskIds?: readonly string[] };
      if (event.taskIds) void this.#list.refreshTasks(event.taskIds);
      else void this.#list.refresh();
    });
    stream.addEventListener('error', () => {
      this.#hasGap = true;
      if (stream.readyState !== CLOSED || stream !== this.#stream) return;
      // Rejected, perhaps because the session has ended: a plain request finds out.
      this.#reopen = this.#browser.setTimer(() => {
        this.#open();
      }, REOPEN_MS);
      void this.#list.refresh();
    });
  }

  #pollLater(): void {
    this.#poll = this.#browser.setTimer(() => {
      void this.#list.poll();
      this.#pollLater();
    }, POLL_MS);
  }
}
