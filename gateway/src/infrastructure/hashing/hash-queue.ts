import { AccountError } from '../../domain/account.errors.js';
import type { HashPriority } from '../../application/accounts/password-hasher.js';

/** How much hashing is done at once, and how much may wait. */
export interface HashQueueLimits {
  /** Maximum number of hashes at once. */
  readonly concurrency: number;
  /** Maximum time that a new hash may have to wait, in milliseconds. */
  readonly maxWaitMs: number;
}

interface Job {
  readonly start: () => void;
  readonly drop: (error: AccountError) => void;
}

/** Weight of the newest duration in the estimate. */
const NEWEST = 0.2;

/** Limits concurrent hashes. Known users go before strangers, who are the first to be dropped when the queue is full. */
export class HashQueue {
  readonly #limits: HashQueueLimits;
  readonly #now: () => number;
  readonly #waiting: Readonly<Record<HashPriority, Job[]>> = { known: [], stranger: [] };
  #running = 0;
  /** Estimated duration of a hash, in milliseconds. */
  #durationMs: number;

  /**
   * @param firstEstimateMs Estimated duration of a hash until one was measured.
   * @param now A clock that never goes back, in milliseconds.
   */
  constructor(limits: HashQueueLimits, firstEstimateMs: number, now: () => number) {
    this.#limits = limits;
    this.#durationMs = firstEstimateMs;
    this.#now = now;
  }

  /** Number of hashes that run or wait. */
  get length(): number {
    return this.#running + this.#waiting.known.length + this.#waiting.stranger.length;
  }

  /** @throws AccountError BUSY when the hash would have to wait for too long; it was not started then. */
  async run<Result>(priority: HashPriority, hash: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#limits.concurrency) this.#running++;
    else await this.#turn(priority);
    const startedAt = this.#now();
    try {
      return await hash();
    } finally {
      this.#durationMs += NEWEST * (this.#now() - startedAt - this.#durationMs);
      this.#next();
    }
  }

  #turn(priority: HashPriority): Promise<void> {
    const { known, stranger } = this.#waiting;
    if (known.length + stranger.length >= this.#capacity()) {
      const dropped = priority === 'known' ? stranger.pop() : undefined;
      if (!dropped) throw this.#busy();
      dropped.drop(this.#busy());
    }
    return new Promise((resolve, reject) => {
      this.#waiting[priority].push({ start: resolve, drop: reject });
    });
  }

  /** How many hashes can wait without the last one waiting for too long. */
  #capacity(): number {
    return Math.max(1, Math.floor((this.#limits.maxWaitMs / this.#durationMs) * this.#limits.concurrency));
  }

  #busy(): AccountError {
    return new AccountError('BUSY', { retryAfterSeconds: Math.max(1, Math.ceil(this.#limits.maxWaitMs / 1_000)) });
  }

  /** Hands the slot to the next waiting hash, or frees it. */
  #next(): void {
    const job = this.#waiting.known.shift() ?? this.#waiting.stranger.shift();
    if (job) job.start();
    else this.#running--;
  }
}
