import { backoffMs } from './backoff.js';

/** Interval of look-ups; each is up to a fifth earlier or later, so that clients do not ask all at once. */
const INTERVAL_MS = 5_000;
const JITTER = 0.2;
/** Minimum time between two look-ups, however often servers fail. */
const MIN_INTERVAL_MS = 1_000;
/** Pauses while no look-up has succeeded yet. */
const FIRST_BACKOFF = { firstMs: 100, maxMs: INTERVAL_MS };

/** Returns all addresses of a name. */
export type Lookup = (name: string) => Promise<readonly string[]>;

export interface ResolverEvents {
  /** Called when the addresses are other ones than before. */
  readonly onAddresses: (addresses: readonly string[]) => void;
  /** Called when a look-up failed. What was known before remains. */
  readonly onFailed: (error: Error) => void;
}

/** Keeps the addresses of a name up to date. A failed or empty answer leaves the last good one. */
export class Resolver {
  #state: 'stopped' | 'waiting' | 'asking' = 'stopped';
  #addresses: readonly string[] = [];
  #failures = 0;
  #askedAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  /** Resolves with the first answer. */
  #first = Promise.resolve();
  readonly #name: string;
  readonly #lookup: Lookup;
  readonly #events: ResolverEvents;

  constructor(name: string, lookup: Lookup, events: ResolverEvents) {
    this.#name = name;
    this.#lookup = lookup;
    this.#events = events;
  }

  get isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Asks now, unless it was started before, and again in intervals. Resolves when there was an answer, or none came. */
  start(): Promise<void> {
    if (this.#state === 'stopped') this.#first = this.#ask();
    return this.#first;
  }

  /** Asks again soon: a server has failed, so others may have taken its place. */
  refresh(): void {
    if (this.#state === 'waiting') this.#askIn(this.#askedAtMs + MIN_INTERVAL_MS - performance.now());
  }

  stop(): void {
    this.#state = 'stopped';
    clearTimeout(this.#timer);
  }

  #askIn(pauseMs: number): void {
    this.#state = 'waiting';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), Math.max(0, pauseMs));
    // Before the first answer, calls wait for it.
    if (this.#addresses.length > 0) this.#timer.unref();
  }

  async #ask(): Promise<void> {
    this.#state = 'asking';
    this.#askedAtMs = performance.now();
    const answer = await this.#answer();
    if (this.isStopped) return;
    if (answer instanceof Error) {
      this.#failures++;
      const isFirst = this.#addresses.length === 0;
      this.#askIn(isFirst ? backoffMs(this.#failures, FIRST_BACKOFF) : intervalMs());
      this.#events.onFailed(answer);
      return;
    }
    const isSame = answer.join() === this.#addresses.join();
    this.#addresses = answer;
    this.#failures = 0;
    this.#askIn(intervalMs());
    if (!isSame) this.#events.onAddresses(answer);
  }

  async #answer(): Promise<readonly string[] | Error> {
    try {
      const addresses = await this.#lookup(this.#name);
      return addresses.length > 0 ? [...new Set(addresses)].sort() : new Error('it has no address');
    } catch (error) {
      return error as Error;
    }
  }
}

function intervalMs(): number {
  return INTERVAL_MS * (1 + JITTER * (2 * Math.random() - 1));
}
