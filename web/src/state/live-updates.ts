/** The part of EventSource that is used. */
export interface Stream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** What live updates need from around them. */
export interface LiveUpdatesOptions {
  readonly openStream: () => Stream;
  /** Some tasks changed elsewhere. */
  readonly onChanged: (taskIds: readonly string[]) => void;
  /** Anything may have changed: read again what is shown. */
  readonly onStale: () => void;
  /** Time to look whether something changed that no stream told. */
  readonly onPoll: () => void;
  readonly setTimer: (callback: () => void, milliseconds: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
}

/** Changes made through another instance of the gateway reach no stream of this one; this is how late they may be. */
const POLL_MS = 12_000;
const REOPEN_MS = 3_000;
/** Ready state of a stream that does not reconnect by itself. */
const CLOSED = 2;

/**
 * Receives changes made elsewhere while the page is visible: a browser allows six connections to a server, and hidden
 * tabs must not use them up.
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
      // What happened while there was no stream was told to nobody.
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
      // Refused, perhaps because the session has ended: a plain request tells which it is.
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
