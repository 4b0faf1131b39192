import { AccountError } from '../../domain/account.errors.js';

/** Limits of concurrent and waiting hashes. */
export interface HashQueueLimits {
  /** Maximum number of concurrent hashes. */
  readonly concurrency: number;
  /** Maximum waiting time of a new hash, in milliseconds. */
  readonly maxWaitMs: number;
}

interface Job {
  readonly start: () => void;
  readonly drop: (error: AccountError) => void;
}

/** With fewer, the network with the only slot would keep all others out. */
const MIN_CAPACITY = 2;
/** Weight of the latest duration in the estimate. */
const NEWEST = 0.2;

/**
 * Limits concurrent hashes. Known users go before strangers. Strangers are served round-robin by network: a network
 * that floods the queue delays the others by one hash each. When the queue is full, the network with the most waiting
 * hashes loses its last one to a network with fewer. A network alone may use the whole queue.
 */
export class HashQueue {
  readonly #limits: HashQueueLimits;
  readonly #now: () => number;
  readonly #known: Job[] = [];
  /** Waiting hashes by network, the next network first; no list is empty. */
  readonly #strangers = new Map<string, Job[]>();
  #strangerCount = 0;
  #running = 0;
  /** Estimated duration of a hash, in milliseconds. */
  #durationMs: number;

  /**
   * @param firstEstimateMs Estimated duration of a hash until one is measured.
   * @param now A monotonic clock, in milliseconds.
   */
  constructor(limits: HashQueueLimits, firstEstimateMs: number, now: () => number) {
    this.#limits = limits;
    this.#durationMs = firstEstimateMs;
    this.#now = now;
  }

  /** Number of running and waiting hashes. */
  get length(): number {
    return this.#running + this.#known.length + this.#strangerCount;
  }

  /**
   * @param network The network of a stranger; undefined for known users.
   * @throws AccountError BUSY when the hash would have to wait too long; it was not started then.
   */
  async run<Result>(network: string | undefined, hash: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#limits.concurrency) this.#running++;
    else await this.#waitForSlot(network);
    const startedAt = this.#now();
    try {
      return await hash();
    } finally {
      this.#durationMs += NEWEST * (this.#now() - startedAt - this.#durationMs);
      this.#next();
    }
  }

  /** @throws AccountError BUSY when `run` would reject now. */
  requireCapacity(network: string | undefined): void {
    if (this.#isFull() && this.#longestThan(network) === undefined) throw this.#busy();
  }

  #isFull(): boolean {
    if (this.#running < this.#limits.concurrency) return false;
    return this.#known.length + this.#strangerCount >= this.#capacity();
  }

  #waitForSlot(network: string | undefined): Promise<void> {
    if (this.#isFull()) this.#dropFor(network);
    return new Promise((resolve, reject) => {
      const job = { start: resolve, drop: reject };
      if (network === undefined) {
        this.#known.push(job);
        return;
      }
      this.#strangerCount++;
      const waiting = this.#strangers.get(network);
      if (waiting) waiting.push(job);
      else this.#strangers.set(network, [job]);
    });
  }

  /** Drops the last hash of the network with the most, if that is fairer. */
  #dropFor(network: string | undefined): void {
    const longest = this.#longestThan(network);
    const dropped = longest === undefined ? undefined : this.#take(longest, 'last');
    if (!dropped) throw this.#busy();
    dropped.drop(this.#busy());
  }

  /** The network with the most waiting hashes, if it has more than this one would have. */
  #longestThan(network: string | undefined): string | undefined {
    let longest: string | undefined;
    let most = network === undefined ? 0 : (this.#strangers.get(network)?.length ?? 0) + 1;
    for (const [other, { length }] of this.#strangers) {
      if (length <= most) continue;
      longest = other;
      most = length;
    }
    return longest;
  }

  /** Removes the first or the last waiting hash of a network. */
  #take(network: string, which: 'first' | 'last'): Job | undefined {
    const waiting = this.#strangers.get(network);
    const job = which === 'first' ? waiting?.shift() : waiting?.pop();
    if (job) this.#strangerCount--;
    if (waiting?.length === 0) this.#strangers.delete(network);
    return job;
  }

  /** Number of hashes that can wait without exceeding the maximum waiting time; at least one each of two networks. */
  #capacity(): number {
    return Math.max(MIN_CAPACITY, Math.floor((this.#limits.maxWaitMs / this.#durationMs) * this.#limits.concurrency));
  }

  #busy(): AccountError {
    return new AccountError('BUSY', { retryAfterSeconds: Math.max(1, Math.ceil(this.#limits.maxWaitMs / 1_000)) });
  }

  /** Passes the slot to the next waiting hash, or frees it. */
  #next(): void {
    const job = this.#known.shift() ?? this.#nextStranger();
    if (job) job.start();
    else this.#running--;
  }

  /** Takes the first hash of the next network, which then moves to the end. */
  #nextStranger(): Job | undefined {
    const [network] = this.#strangers.keys();
    if (network === undefined) return undefined;
    const job = this.#take(network, 'first');
    const rest = this.#strangers.get(network);
    if (rest) {
      this.#strangers.delete(network);
      this.#strangers.set(network, rest);
    }
    return job;
  }
}
