import type { Socket } from 'node:net';
import { backoffMs } from './backoff.js';
import type { ClientSettings } from './client-options.js';
import { openSocket } from './open-socket.js';
import type { Target } from './target.js';

const RECONNECT_BACKOFF = { firstMs: 50, maxMs: 1_000 };

export interface DialerEvents {
  readonly onAttempt: () => void;
  readonly onOpened: (socket: Socket) => void;
  readonly onFailed: (error: Error) => void;
}

/** Opens connections, one attempt at a time, with growing pauses while they fail. */
export class Dialer {
  /** Why the last attempt failed; undefined when it succeeded. */
  lastError: Error | undefined;

  #failures = 0;
  #notBeforeMs = 0;
  #heldUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #attempt: Promise<void> | undefined;
  #aborter = new AbortController();
  readonly #target: Target;
  readonly #settings: ClientSettings;
  readonly #events: DialerEvents;

  constructor(target: Target, settings: ClientSettings, events: DialerEvents) {
    this.#target = target;
    this.#settings = settings;
    this.#events = events;
  }

  get isDialing(): boolean {
    return this.#attempt !== undefined;
  }

  /** Connects now, or joins the attempt in progress. Rejects when it fails. */
  dialNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#attempt === undefined) {
      this.#attempt = this.#dial();
      this.#events.onAttempt();
    }
    return this.#attempt;
  }

  /** Connects as soon as the pause after the last failure is over. */
  dialWhenDue(): void {
    if (this.#attempt !== undefined || this.#timer !== undefined) return;
    const pauseMs = Math.max(this.#notBeforeMs, this.#heldUntilMs) - performance.now();
    if (pauseMs <= 0) this.#dialQuietly();
    else this.#timer = setTimeout(this.#dialQuietly, pauseMs);
  }

  /** Records that a connection ended. An unused one counts as a failed attempt, or a server that closes at once is flooded. */
  ended(wasUsed: boolean): void {
    this.#pauseAfter(wasUsed ? 0 : this.#failures + 1);
  }

  /** Makes `dialWhenDue` wait for that long. */
  hold(pauseMs: number): void {
    this.#heldUntilMs = performance.now() + pauseMs;
  }

  /** Ends such a wait, and connects. */
  release(): void {
    if (this.#heldUntilMs <= performance.now()) return;
    this.#heldUntilMs = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.dialWhenDue();
  }

  /** Aborts the attempt in progress: `onFailed` gets this error. */
  stop(error: Error): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#aborter.abort(error);
    this.#aborter = new AbortController();
  }

  readonly #dialQuietly = (): void => {
    // `onFailed` reports a failure.
    this.dialNow().catch(() => undefined);
  };

  async #dial(): Promise<void> {
    let socket: Socket;
    const { signal } = this.#aborter;
    try {
      socket = await openSocket(this.#target, this.#settings, signal);
      if (signal.aborted) {
        socket.destroy();
        throw signal.reason as Error;
      }
    } catch (error) {
      this.#attempt = undefined;
      this.lastError = error as Error;
      this.#pauseAfter(this.#failures + 1);
      this.#events.onFailed(this.lastError);
      throw error;
    }
    this.#attempt = undefined;
    this.lastError = undefined;
    this.#events.onOpened(socket);
  }

  #pauseAfter(failures: number): void {
    this.#failures = failures;
    this.#notBeforeMs = performance.now() + backoffMs(failures, RECONNECT_BACKOFF);
  }
}
