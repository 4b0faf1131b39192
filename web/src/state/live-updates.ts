/** The part of EventSource that is used here. */
export interface Stream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** Callbacks of live updates. */
interface LiveUpdatesOptions {
  readonly openStream: () => Stream;
  /** Some tasks changed elsewhere. */
  readonly onChanged: (taskIds: readonly string[]) => void;
  /** Any task may have changed: reload the list. */
  readonly onStale: () => void;
  /** Time for a check for changes that no stream reported. */
  readonly onPoll: () => void;
  readonly setTimer: (callback: () => void, milliseconds: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
}

/**
 * Interval of that check: the maximum delay of changes made through another instance of the gateway, which reach no
 * stream of this one.
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
  readonly #options: LiveUpdatesOptions;
  #state: 'stopped' | 'open' = 'stopped';
  /** Whether events may have been missed since a stream was last open. */
  #hasGap = false;
  #stream: Stream | undefined;
  #poll: unknown;
  #reopen: unknown;

  constructor(options: LiveUpdatesOptions) {
    this.#options = options;
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
    this.#options.clearTimer(this.#poll);
    this.#options.clearTimer(this.#reopen);
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    const stream = this.#options.openStream();
    this.#stream = stream;
    stream.addEventListener('open', () => {
      // Events without an open stream are lost.
      if (this.#hasGap) this.#options.onStale();
      this.#hasGap = false;
    });
    stream.addEventListener('changed', ({ data }) => {
      const event = JSON.parse(data) as { taskIds?: readonly string[] };
      if (event.taskIds) this.#options.onChanged(event.taskIds);
      else this.#options.onStale();
    });
    stream.addEventListener('error', () => {
      this.#hasGap = true;
      if (stream.readyState !== CLOSED || stream !== this.#stream) return;
      // Rejected, perhaps because the session has ended: a plain request finds out.
      this.#reopen = this.#options.setTimer(() => {
        this.#open();
      }, REOPEN_MS);
      this.#options.onStale();
    });
  }

  #pollLater(): void {
    this.#poll = this.#options.setTimer(() => {
      this.#options.onPoll();
      this.#pollLater();
    }, POLL_MS);
  }
}
