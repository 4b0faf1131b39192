import { batch, computed, signal, type ReadonlySignal } from '@preact/signals-core';
import { asApiError, type ApiError } from '../api/api-error.js';
import type { Browser, Clock } from './browser.js';
import type { ChangeSender } from './change-sender.js';
import { withChange, withReleased, type Change, type QueuedChange } from './change.js';
import { transition, type Transitions } from './transition.js';

/** Whether changes reach the server. `retryAt`: milliseconds since 1970. */
export type Connection =
  { readonly state: 'online' } | { readonly state: 'offline' } | { readonly state: 'busy'; readonly retryAt: number };

/**
 * The server rejected this change permanently; it was removed from the queue, together with later ones that depend on it.
 */
type OnRejected = (change: Change, error: ApiError) => void;

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** Maximum time added to the delay that the server asked for. */
const RETRY_AFTER_JITTER_MS = 1_000;
/** Number of creations in flight while many wait. A browser opens six connections, of which each tab's stream takes one. */
const LANES = 4;
/**
 * Number of changes up to which they are sent one by one, so that no delay on the way changes the order in which the
 * server stores them. Beyond it neighbours may change places, since a paste of a thousand lines would take minutes.
 */
const FEW_CHANGES = 100;

/** What the queue does. */
export type QueueState = 'ready' | 'probing' | 'waiting' | 'paused' | 'closed';

/**
 * ```
 * ready ──enqueue, answer──▶ ready (sends what may be sent; after a probe, if offline)
 * ready ──offline──▶ probing ──any answer──▶ ready
 * ready, probing ──no answer, busy──▶ waiting ──timer, retryNow──▶ ready
 * ready, probing, waiting ──no session──▶ paused ──resume──▶ ready
 * any ──close──▶ closed
 * ```
 */
export const QUEUE_STATES: Transitions<QueueState> = {
  ready: ['probing', 'waiting', 'paused', 'closed'],
  probing: ['ready', 'waiting', 'paused', 'closed'],
  // Changes that were in flight together fail one after the other.
  waiting: ['ready', 'waiting', 'paused', 'closed'],
  paused: ['ready', 'paused', 'closed'],
  closed: ['closed'],
};

/** Sends changes in order and retries until the server answers: one at a time, or a few creations at once while many wait. */
export class ChangeQueue {
  readonly #sender: Pick<ChangeSender, 'send' | 'probe'>;
  readonly #browser: Clock & Pick<Browser, 'isOnline'>;
  readonly #onRejected: OnRejected;
  readonly #changes = signal<readonly QueuedChange[]>([]);
  readonly #connection = signal<Connection>({ state: 'online' });
  /** Number of changes confirmed since the queue was last empty. */
  readonly #stored = signal(0);
  #state: QueueState = 'ready';
  #sequence = 0;
  #failures = 0;
  #retryAt = 0;
  #timer: unknown;

  /** Number of changes that are to be sent: all but held ones. */
  readonly unsaved = computed(() => this.#changes.value.filter(({ state }) => state !== 'held').length);
  /** How far the queue is with the changes since it was last empty. */
  readonly progress = computed(() => ({
    stored: this.#stored.value,
    total: this.#stored.value + this.unsaved.value,
  }));

  constructor(
    sender: Pick<ChangeSender, 'send' | 'probe'>,
    browser: Clock & Pick<Browser, 'isOnline'>,
    onRejected: OnRejected,
  ) {
    this.#sender = sender;
    this.#browser = browser;
    this.#onRejected = onRejected;
  }

  /** Unconfirmed changes, oldest first. */
  get changes(): ReadonlySignal<readonly QueuedChange[]> {
    return this.#changes;
  }

  get connection(): ReadonlySignal<Connection> {
    return this.#connection;
  }

  /** Whether the answer to a change is on its way. */
  get isSending(): boolean {
    return this.#changes.value.some(({ state }) => state === 'sending');
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

  /** Adds creations, all shown at once. */
  enqueueAll(changes: readonly (Change & { kind: 'create' })[]): void {
    const queued = changes.map((change) => ({ ...change, sequence: ++this.#sequence, state: 'waiting' as const }));
    this.#update([...this.#changes.value, ...queued]);
    this.#sendNext();
  }

  /** Restores the changes of an earlier page of this tab. */
  restore(changes: readonly Change[]): void {
    const queued = changes.map((change) => ({ ...change, sequence: ++this.#sequence, state: 'retrying' as const }));
    this.#update([...queued, ...this.#changes.value]);
    this.#sendNext();
  }

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

  releaseAll(): void {
    for (const { sequence, state } of this.#changes.value) if (state === 'held') this.release(sequence);
  }

  /** Removes and returns every held change, for a page that closes before they are sent. */
  takeHeld(): QueuedChange[] {
    const held = this.#changes.value.filter((queued) => queued.state === 'held');
    this.#update(this.#changes.value.filter((queued) => queued.state !== 'held'));
    return held;
  }

  /** Sends nothing any more. Answers that are on their way have no effect. */
  close(): void {
    this.#to('closed');
    this.#browser.clearTimer(this.#timer);
  }

  /** Retries now instead of waiting. */
  retryNow(): void {
    if (this.#state !== 'waiting') return;
    this.#browser.clearTimer(this.#timer);
    this.#to('ready');
    this.#sendNext();
  }

  /** The browser has lost its network. */
  onOffline(): void {
    this.#connection.value = { state: 'offline' };
  }

  /** Resumes sending after the session was renewed. */
  resume(): void {
    if (this.#state === 'paused') this.#to('ready');
    this.#sendNext();
  }

  /** Reports the result of another request, to update the shown connection state. */
  report(error?: ApiError): void {
    if (error?.failure === 'unreachable') this.#connection.value = { state: 'offline' };
    if (error !== undefined) return;
    if (this.#state !== 'waiting') this.#connection.value = { state: 'online' };
    // A busy server asked for a delay, whatever else it answers meanwhile.
    else if (this.#connection.value.state === 'offline') this.retryNow();
  }

  #to(state: QueueState): void {
    this.#state = transition(QUEUE_STATES, this.#state, state);
  }

  #sendNext(): void {
    if (this.#state !== 'ready' || this.#next() === undefined) return;
    // A change that was sent may have been executed, so it can no longer be dropped: while offline, probe first.
    if (this.#connection.value.state !== 'offline' && this.#browser.isOnline()) {
      this.#sendAll();
      return;
    }
    this.#to('probing');
    this.#connection.value = { state: 'offline' };
    this.#sender.probe().then(
      () => {
        this.#onReachable();
      },
      (thrown: unknown) => {
        const error = asApiError(thrown);
        if (error.failure !== 'unreachable') this.#onReachable();
        else if (this.#state === 'probing') this.#wait(error);
      },
    );
  }

  #onReachable(): void {
    if (this.#state !== 'probing') return;
    this.#to('ready');
    this.#failures = 0;
    this.#connection.value = { state: 'online' };
    this.#sendAll();
  }

  #sendAll(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#sendChange(next);
  }

  /** The change that may be sent now: the oldest, or a creation beside other ones. */
  #next(): QueuedChange | undefined {
    let oldest: QueuedChange | undefined;
    for (const queued of this.#changes.value) {
      if (queued.state === 'held') continue;
      if (queued.state === 'sending') {
        if (queued.kind !== 'create') return undefined;
        oldest ??= queued;
      } else if (oldest === undefined) {
        return queued;
      } else {
        const isMany = this.#changes.value.length > FEW_CHANGES;
        return isMany && queued.kind === 'create' && queued.sequence < oldest.sequence + LANES ? queued : undefined;
      }
    }
    return undefined;
  }

  #sendChange(next: QueuedChange): void {
    this.#update(this.#changes.value.map((queued) => (queued === next ? { ...queued, state: 'sending' } : queued)));
    this.#sender.send(next).then(
      () => {
        if (this.#state !== 'closed') this.#onConfirmed(next);
      },
      (thrown: unknown) => {
        const error = asApiError(thrown);
        if (this.#state !== 'closed') this.#onFailed(next, error);
      },
    );
  }

  #onConfirmed(change: QueuedChange): void {
    batch(() => {
      this.#stored.value++;
      this.#remove((queued) => queued.sequence === change.sequence);
    });
    this.#onAnswered();
  }

  #onFailed(change: QueuedChange, error: ApiError): void {
    switch (error.failure) {
      case 'unreachable':
      case 'busy':
        this.#return(change);
        if (this.#state !== 'paused') this.#wait(error);
        return;
      case 'signed-out':
      case 'account-changed':
        this.#return(change);
        this.#to('paused');
        return;
      case 'unconfirmed':
      case 'rejected':
        this.#remove(
          (queued) =>
            queued.sequence === change.sequence ||
            (change.kind === 'create' && queued.kind !== 'clear-done' && queued.id === change.id),
        );
        this.#onRejected(change, error);
        this.#onAnswered();
    }
  }

  #onAnswered(): void {
    if (this.#state !== 'ready') return;
    this.#failures = 0;
    this.#connection.value = { state: 'online' };
    this.#sendNext();
  }

  #wait(error: ApiError): void {
    // Changes that were in flight together fail together: one failure, whose longest delay counts.
    if (this.#state !== 'waiting') this.#failures++;
    const { now, random } = { now: this.#browser.now(), random: this.#browser.random() };
    const backoff = Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LONGEST_RETRY_MS) * (0.5 + random / 2);
    const asked =
      error.retryAfterSeconds === undefined ? 0 : error.retryAfterSeconds * 1000 + random * RETRY_AFTER_JITTER_MS;
    const retryAt = now + Math.max(backoff, asked);
    if (this.#state === 'waiting' && retryAt <= this.#retryAt) return;
    this.#browser.clearTimer(this.#timer);
    this.#to('waiting');
    this.#retryAt = retryAt;
    this.#connection.value = error.failure === 'busy' ? { state: 'busy', retryAt } : { state: 'offline' };
    this.#timer = this.#browser.setTimer(() => {
      this.retryNow();
    }, retryAt - now);
  }

  #return(change: QueuedChange): void {
    this.#update(
      this.#changes.value.map((queued) =>
        queued.sequence === change.sequence ? { ...queued, state: 'retrying' } : queued,
      ),
    );
  }

  #remove(isRemoved: (queued: QueuedChange) => boolean): void {
    this.#update(this.#changes.value.filter((queued) => !isRemoved(queued)));
  }

  #update(changes: readonly QueuedChange[]): void {
    batch(() => {
      this.#changes.value = changes;
      if (this.unsaved.value === 0) this.#stored.value = 0;
    });
  }
}
