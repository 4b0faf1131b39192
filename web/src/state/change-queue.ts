import { signal, type ReadonlySignal } from '@preact/signals-core';
import { asApiError, type ApiError } from '../api/api-error.js';
import { withChange, withReleased, type Change, type QueuedChange } from './change.js';

/** Whether changes reach the server. `retryAt`: milliseconds since 1970. */
export type Connection =
  { readonly state: 'online' } | { readonly state: 'offline' } | { readonly state: 'busy'; readonly retryAt: number };

/** Callbacks of the queue. */
export interface ChangeQueueOptions {
  /** Sends one change and resolves once the server has confirmed it. Throws ApiError. */
  readonly send: (change: QueuedChange) => Promise<void>;
  /** Sends a request without effect. Throws ApiError. */
  readonly probe: () => Promise<unknown>;
  /** Whether the browser reports a network. May be wrong: a server on this machine needs none. */
  readonly isOnline: () => boolean;
  /**
   * The server rejected this change permanently; it was removed from the queue, together with later ones that depend on
   * it.
   */
  readonly onRejected: (change: Change, error: ApiError) => void;
  /** The session has ended, or belongs to another account. The queue is paused. */
  readonly onSessionLost: (error: ApiError) => void;
  /** The queue changed; it has to be saved for this tab. */
  readonly onChanged: (changes: readonly QueuedChange[]) => void;
  readonly now: () => number;
  readonly setTimer: (callback: () => void, milliseconds: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Sends changes sequentially, in order, and retries until the server answers.
 *
 * ```
 * idle ──enqueue──▶ sending (after a probe, if offline) ──confirmed or rejected──▶ sending │ idle
 *                   sending ──no answer, busy──▶ waiting ──timer, retryNow──▶ sending
 *                   sending ──no session──▶ paused ──resume──▶ sending │ idle
 * ```
 */
export class ChangeQueue {
  readonly #options: ChangeQueueOptions;
  readonly #changes = signal<readonly QueuedChange[]>([]);
  readonly #connection = signal<Connection>({ state: 'online' });
  #state: 'idle' | 'sending' | 'waiting' | 'paused' = 'idle';
  #sequence = 0;
  #failures = 0;
  #timer: unknown;

  constructor(options: ChangeQueueOptions) {
    this.#options = options;
  }

  /** Unconfirmed changes, oldest first. */
  get changes(): ReadonlySignal<readonly QueuedChange[]> {
    return this.#changes;
  }

  get connection(): ReadonlySignal<Connection> {
    return this.#connection;
  }

  /**
   * Adds a change, which is sent after all earlier ones.
   *
   * @param held Keeps it back until `release`, so that it can be withdrawn.
   * @returns Number for `release` and `withdraw`.
   */
  enqueue(change: Change, held = false): number {
    const sequence = ++this.#sequence;
    this.#update(withChange(this.#changes.value, { ...change, sequence, state: held ? 'held' : 'waiting' }));
    this.#sendNext();
    return sequence;
  }

  /** Restores the changes of an earlier page of this tab. */
  restore(changes: readonly Change[]): void {
    const queued = changes.map((change) => ({ ...change, sequence: ++this.#sequence, state: 'retrying' as const }));
    this.#update([...queued, ...this.#changes.value]);
    this.#sendNext();
  }

  /** Releases a held change. */
  release(sequence: number): void {
    this.#update(withReleased(this.#changes.value, sequence));
    this.#sendNext();
  }

  /** Withdraws a held change. Returns false when it is too late. */
  withdraw(sequence: number): boolean {
    const rest = this.#changes.value.filter((queued) => queued.sequence !== sequence || queued.state !== 'held');
    if (rest.length === this.#changes.value.length) return false;
    this.#update(rest);
    return true;
  }

  /** Releases every held change. */
  releaseAll(): void {
    for (const { sequence } of this.#changes.value) this.release(sequence);
  }

  /** Removes and returns every held change, for a page that closes before they are sent. */
  takeHeld(): QueuedChange[] {
    const held = this.#changes.value.filter((queued) => queued.state === 'held');
    this.#update(this.#changes.value.filter((queued) => queued.state !== 'held'));
    return held;
  }

  /** Drops everything. */
  clear(): void {
    this.#update([]);
    this.resume();
  }

  /** Retries now instead of waiting. */
  retryNow(): void {
    if (this.#state !== 'waiting') return;
    this.#options.clearTimer(this.#timer);
    this.#state = 'idle';
    this.#sendNext();
  }

  /** The browser has lost its network. */
  onOffline(): void {
    this.#connection.value = { state: 'offline' };
  }

  /** Resumes sending after `onSessionLost`. */
  resume(): void {
    if (this.#state === 'paused') this.#state = 'idle';
    this.#sendNext();
  }

  /** Reports the result of another request, to update the shown connection state. */
  report(error?: ApiError): void {
    if (this.#state === 'waiting' && error === undefined) this.retryNow();
    else if (error === undefined) this.#connection.value = { state: 'online' };
    else if (error.failure === 'unreachable') this.#connection.value = { state: 'offline' };
  }

  #sendNext(): void {
    if (this.#state !== 'idle') return;
    const next = this.#changes.value.find((queued) => queued.state !== 'held');
    if (next === undefined) return;
    this.#state = 'sending';
    // A change that was sent may have been executed, so it can no longer be dropped: while offline, probe first.
    if (this.#connection.value.state !== 'offline' && this.#options.isOnline()) {
      this.#sendChange(next);
      return;
    }
    this.#connection.value = { state: 'offline' };
    this.#options.probe().then(
      () => {
        this.#onReachable();
      },
      (thrown: unknown) => {
        const error = asApiError(thrown);
        if (error.failure === 'unreachable') this.#wait(error);
        else this.#onReachable();
      },
    );
  }

  #onReachable(): void {
    this.#failures = 0;
    this.#connection.value = { state: 'online' };
    const next = this.#changes.value.find((queued) => queued.state !== 'held');
    if (next === undefined) this.#state = 'idle';
    else this.#sendChange(next);
  }

  #sendChange(next: QueuedChange): void {
    this.#update(this.#changes.value.map((queued) => (queued === next ? { ...queued, state: 'sending' } : queued)));
    this.#options.send(next).then(
      () => {
        this.#settle(next);
      },
      (error: unknown) => {
        this.#onFailed(next, asApiError(error));
      },
    );
  }

  #settle(change: QueuedChange): void {
    this.#failures = 0;
    this.#connection.value = { state: 'online' };
    this.#state = 'idle';
    this.#update(this.#changes.value.filter((queued) => queued.sequence !== change.sequence));
    this.#sendNext();
  }

  #onFailed(change: QueuedChange, error: ApiError): void {
    switch (error.failure) {
      case 'unreachable':
      case 'busy':
        this.#return(change);
        this.#wait(error);
        return;
      case 'signed-out':
      case 'account-changed':
      case 'unconfirmed':
        this.#return(change);
        this.#state = 'paused';
        this.#options.onSessionLost(error);
        return;
      case 'rejected': {
        const needsIt = (queued: QueuedChange): boolean =>
          change.kind === 'create' && queued.kind !== 'clear-done' && queued.id === change.id;
        this.#update(this.#changes.value.filter((queued) => !needsIt(queued)));
        this.#options.onRejected(change, error);
        this.#settle(change);
      }
    }
  }

  #wait(error: ApiError): void {
    const backoff = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS);
    const wait = error.retryAfterSeconds === undefined ? backoff : error.retryAfterSeconds * 1000;
    const retryAt = this.#options.now() + wait;
    this.#connection.value = error.failure === 'busy' ? { state: 'busy', retryAt } : { state: 'offline' };
    this.#state = 'waiting';
    this.#timer = this.#options.setTimer(() => {
      this.retryNow();
    }, wait);
  }

  #return(change: QueuedChange): void {
    this.#update(
      this.#changes.value.map((queued) =>
        queued.sequence === change.sequence ? { ...queued, state: 'retrying' } : queued,
      ),
    );
  }

  #update(changes: readonly QueuedChange[]): void {
    this.#changes.value = changes;
    this.#options.onChanged(changes);
  }
}
