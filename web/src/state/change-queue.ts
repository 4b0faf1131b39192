import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals-core';
import { BATCH_MAX_TASKS } from '@tasks/idl';
import { asApiError, type ApiError } from '../api/api-error.js';
import type { Browser, Clock } from './browser.js';
import type { ChangeSender } from './change-sender.js';
import { withAdded, withReleased, type Change, type QueuedChange } from './change.js';
import { retryPause } from './retry.js';
import { transition, type Transitions } from './transition.js';

/** Whether changes reach the server. `retryAt`: milliseconds since 1970. */
export type Connection =
  { readonly state: 'online' } | { readonly state: 'offline' } | { readonly state: 'busy'; readonly retryAt: number };

/**
 * The server rejected this change permanently; it was removed from the queue, together with later ones that depend on it.
 */
type OnRejected = (change: Change, error: ApiError) => void;

/** Size of the changes sent together, in characters: the server takes 2 MiB, and a character has up to three bytes. */
const BATCH_MAX_LENGTH = 600_000;

/** Time after which the page says that the server takes long. */
const SLOW_MS = 3_000;

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

/** Sends changes in order and retries until the server answers: what waits is sent together, up to a hundred changes. */
export class ChangeQueue {
  readonly #sender: Pick<ChangeSender, 'send' | 'probe' | 'canBatch'>;
  readonly #browser: Clock & Pick<Browser, 'isOnline'>;
  readonly #onRejected: OnRejected;
  readonly #changes = signal<readonly QueuedChange[]>([]);
  readonly #connection = signal<Connection>({ state: 'online' });
  readonly #isSlow = signal(false);
  #slowTimer: unknown;
  /** Number of changes confirmed since the queue was last empty. */
  readonly #stored = signal(0);
  #state: QueueState = 'ready';
  #sequence = 0;
  #failures = 0;
  #retryAt = 0;
  #timer: unknown;
  /** Changes that are sent alone, since one of them made a batch invalid. */
  readonly #alone = new Set<number>();

  /** Number of changes that are to be sent: all but held ones. */
  readonly unsaved = computed(() => this.#changes.value.filter(({ state }) => state !== 'held').length);
  /** How far the queue is with the changes since it was last empty. */
  readonly progress = computed(() => ({
    stored: this.#stored.value,
    total: this.#stored.value + this.unsaved.value,
  }));

  constructor(
    sender: Pick<ChangeSender, 'send' | 'probe' | 'canBatch'>,
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

  /** Whether the server takes long to answer a change. */
  get isSlow(): ReadonlySignal<boolean> {
    return this.#isSlow;
  }

  /** Whether the answer to a change is on its way. */
  get isSending(): boolean {
    return this.#changes.value.some(({ state }) => state === 'sending');
  }

  /**
   * Adds the changes of a command, which are sent after all earlier ones.
   *
   * @param held Keeps them back until `release`, so that they can be withdrawn.
   * @returns Number of the command, for `release` and `withdraw`.
   */
  enqueue(changes: readonly Change[], held = false): number {
    const command = ++this.#sequence;
    const state = held ? 'held' : 'waiting';
    const queued = changes.map((change): QueuedChange => ({ ...change, sequence: ++this.#sequence, command, state }));
    this.#update(withAdded(this.#changes.value, queued));
    this.#sendNext();
    return command;
  }

  /** Restores the changes of an earlier page of this tab. */
  restore(changes: readonly Change[]): void {
    const command = ++this.#sequence;
    const queued = changes.map((change): QueuedChange => ({
      ...change,
      sequence: ++this.#sequence,
      command,
      state: 'retrying',
    }));
    this.#update([...queued, ...this.#changes.value]);
    this.#sendNext();
  }

  /** Sends the held changes of a command. */
  release(command: number): void {
    this.#update(withReleased(this.#changes.value, command));
    this.#sendNext();
  }

  /**
   * Withdraws a command that removes tasks. Returns false when one of its changes was sent.
   *
   * @param size Number of its changes.
   */
  withdraw(command: number, size: number): boolean {
    const isUnsent = ({ kind, state }: QueuedChange): boolean =>
      state === 'held' || (state === 'waiting' && (kind === 'remove' || kind === 'clear-done'));
    const rest = this.#changes.value.filter((queued) => queued.command !== command || !isUnsent(queued));
    const isComplete = this.#changes.value.length - rest.length === size;
    if (isComplete) this.#update(rest);
    else this.release(command);
    return isComplete;
  }

  /** Whether a change of the command has no answer yet. */
  has(command: number): boolean {
    return this.#changes.value.some((queued) => queued.command === command);
  }

  /** Resolves once every change of the command was confirmed or rejected. */
  async whenSettled(command: number): Promise<void> {
    let stop = (): void => undefined;
    await new Promise<void>((resolve) => {
      stop = effect(() => {
        if (!this.has(command)) resolve();
      });
    });
    stop();
  }

  releaseAll(): void {
    this.#update(withReleased(this.#changes.value));
    this.#sendNext();
  }

  /** Removes and returns the held changes that one request can send while the page closes; releases the others. */
  takeHeld(): QueuedChange[] {
    const taken = this.#changes.value.filter(({ state }) => state === 'held').slice(0, BATCH_MAX_TASKS);
    this.#update(this.#changes.value.filter((queued) => !taken.includes(queued)));
    this.releaseAll();
    return taken;
  }

  /** Sends nothing any more. Answers that are on their way have no effect. */
  close(): void {
    this.#to('closed');
    this.#browser.clearTimer(this.#timer);
    this.#browser.clearTimer(this.#slowTimer);
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
    if (this.#state !== 'ready' || this.#next().length === 0) return;
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
    const next = this.#next();
    if (next.length > 0) this.#send(next);
  }

  /** The changes to send now: the oldest, with those behind it that can be sent together. Empty while one is in flight. */
  #next(): readonly QueuedChange[] {
    const sent: QueuedChange[] = [];
    let length = 0;
    for (const queued of this.#changes.value) {
      if (queued.state === 'held') continue;
      if (queued.state === 'sending') return [];
      const isAlone = this.#alone.has(queued.sequence) || !this.#sender.canBatch(queued);
      if (sent.length > 0) {
        length += JSON.stringify(queued).length;
        if (isAlone || length > BATCH_MAX_LENGTH) break;
      }
      sent.push(queued);
      if (isAlone || sent.length === BATCH_MAX_TASKS) break;
    }
    return sent;
  }

  #send(next: readonly QueuedChange[]): void {
    this.#setState(next, 'sending');
    this.#slowTimer = this.#browser.setTimer(() => {
      this.#isSlow.value = true;
    }, SLOW_MS);
    this.#sender.send(next).then(
      (results) => {
        this.#onAnswer();
        if (this.#state !== 'closed') this.#onResults(next, results);
      },
      (thrown: unknown) => {
        this.#onAnswer();
        const error = asApiError(thrown);
        if (this.#state !== 'closed') this.#onFailed(next, error);
      },
    );
  }

  #onAnswer(): void {
    this.#browser.clearTimer(this.#slowTimer);
    this.#isSlow.value = false;
  }

  /** The server answered: confirmed changes leave the queue, and each of the others fails by itself. */
  #onResults(sent: readonly QueuedChange[], results: readonly (ApiError | undefined)[]): void {
    const confirmed = new Set(sent.filter((_, at) => results[at] === undefined).map(({ sequence }) => sequence));
    batch(() => {
      this.#stored.value += confirmed.size;
      this.#remove(({ sequence }) => confirmed.has(sequence));
    });
    let worst: ApiError | undefined;
    for (const [at, change] of sent.entries()) {
      const error = results[at];
      if (error === undefined) continue;
      if (error.failure === 'rejected' || error.failure === 'unconfirmed') this.#reject(change, error);
      else worst = this.#return([change], error);
    }
    if (worst) this.#onUnanswered(worst);
    else this.#onAnswered();
  }

  #onFailed(sent: readonly QueuedChange[], error: ApiError): void {
    const [only] = sent;
    if (error.failure !== 'rejected' && error.failure !== 'unconfirmed') {
      this.#return(sent, error);
      this.#onUnanswered(error);
    } else if (sent.length === 1 && only) {
      this.#reject(only, error);
      this.#onAnswered();
    } else {
      // One of them made the whole request invalid: sent alone, each gets its own answer.
      for (const { sequence } of sent) this.#alone.add(sequence);
      this.#setState(sent, 'waiting');
      this.#onAnswered();
    }
  }

  #onUnanswered(error: ApiError): void {
    if (error.isSessionLost) this.#to('paused');
    else if (this.#state !== 'paused') this.#wait(error);
  }

  /** Removes a change that the server rejects permanently, with later ones of a task that was not added. */
  #reject(change: QueuedChange, error: ApiError): void {
    if (!this.#changes.value.some(({ sequence }) => sequence === change.sequence)) return;
    this.#remove(
      (queued) =>
        queued.sequence === change.sequence ||
        (change.kind === 'create' && queued.kind !== 'clear-done' && queued.id === change.id),
    );
    this.#onRejected(change, error);
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
    const now = this.#browser.now();
    const retryAt = now + retryPause(this.#failures, error, this.#browser.random());
    if (this.#state === 'waiting' && retryAt <= this.#retryAt) return;
    this.#browser.clearTimer(this.#timer);
    this.#to('waiting');
    this.#retryAt = retryAt;
    this.#connection.value = error.failure === 'busy' ? { state: 'busy', retryAt } : { state: 'offline' };
    this.#timer = this.#browser.setTimer(() => {
      this.retryNow();
    }, retryAt - now);
  }

  #return(changes: readonly QueuedChange[], error: ApiError): ApiError {
    this.#setState(changes, 'retrying');
    return error;
  }

  #setState(changes: readonly QueuedChange[], state: QueuedChange['state']): void {
    const sequences = new Set(changes.map(({ sequence }) => sequence));
    this.#update(this.#changes.value.map((queued) => (sequences.has(queued.sequence) ? { ...queued, state } : queued)));
  }

  #remove(isRemoved: (queued: QueuedChange) => boolean): void {
    this.#update(this.#changes.value.filter((queued) => !isRemoved(queued)));
  }

  #update(changes: readonly QueuedChange[]): void {
    batch(() => {
      this.#changes.value = changes;
      if (this.unsaved.value > 0) return;
      this.#stored.value = 0;
      this.#alone.clear();
    });
  }
}
