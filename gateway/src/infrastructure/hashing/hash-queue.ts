import { AccountError } from '../../domain/account.errors.js';

export interface HashQueueLimits {
  readonly concurrency: number;
  /** Maximum waiting time of a new hash, in milliseconds. */
  readonly maxWaitMs: number;
}

/** On whose account a hash counts: an account on a known device, or the network of a stranger. */
export interface HashOwner {
  readonly kind: 'known' | 'stranger';
  readonly id: string;
}

interface Job {
  readonly start: () => void;
  readonly drop: (error: AccountError) => void;
}

/** Minimum capacity where hashes are slow: with one slot, visitors would evict each other. */
const MIN_CAPACITY = 6;
/** While both wait, hashes of known users between two of strangers. */
const KNOWN_IN_A_ROW = 2;
/** Part of the capacity that known users can't take from strangers. */
const STRANGERS_SHARE = 1 / 3;
/** Weight of the latest duration in the estimate. */
const NEWEST = 0.2;
/** Hashes count for their owner for one to two of these periods. */
const RECENT_MS = 30_000;

/**
 * Limits concurrent hashes. Known users and strangers wait in two lines; while both wait, every third hash is a
 * stranger's. In each line the owner with the fewest recent hashes is next, right or wrong ones alike: an account or a
 * network that floods its line delays others by one hash each.
 *
 * When the queue is full, a line within its share takes a slot from the other line. Otherwise the owner with the most
 * hashes, recent and waiting, loses its last one to an owner with fewer. One owner alone may use the whole queue.
 */
export class HashQueue {
  readonly #limits: HashQueueLimits;
  readonly #now: () => number;
  readonly #recent: RecentHashes;
  readonly #lines: Readonly<Record<HashOwner['kind'], Line>>;
  #knownInRow = 0;
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
    this.#recent = new RecentHashes(now);
    this.#lines = { known: new Line('known', this.#recent), stranger: new Line('stranger', this.#recent) };
  }

  /** Number of running and waiting hashes. */
  get length(): number {
    return this.#running + this.#waiting;
  }

  /** @throws AccountError BUSY when the hash would have to wait too long; it was not started then. */
  async run<Result>(owner: HashOwner, hash: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#limits.concurrency) this.#running++;
    else await this.#waitForSlot(owner);
    this.#recent.count(owner);
    const startedAt = this.#now();
    try {
      return await hash();
    } finally {
      this.#durationMs += NEWEST * (this.#now() - startedAt - this.#durationMs);
      this.#next();
    }
  }

  /** @throws AccountError BUSY when `run` would reject now. */
  requireCapacity(owner: HashOwner): void {
    if (this.#isFull() && this.#toDropFor(owner) === undefined) throw this.#busy();
  }

  get #waiting(): number {
    return this.#lines.known.length + this.#lines.stranger.length;
  }

  #isFull(): boolean {
    return this.#running >= this.#limits.concurrency && this.#waiting >= this.#capacity();
  }

  #waitForSlot(owner: HashOwner): Promise<void> {
    if (this.#isFull()) {
      const dropped = this.#toDropFor(owner);
      if (dropped === undefined) throw this.#busy();
      this.#lines[dropped.kind].takeLast(dropped.id)?.drop(this.#busy());
    }
    return new Promise((resolve, reject) => {
      this.#lines[owner.kind].add(owner.id, { start: resolve, drop: reject });
    });
  }

  /** The owner that has to lose a waiting hash to this one, if that is fairer. */
  #toDropFor({ kind, id }: HashOwner): HashOwner | undefined {
    const own = this.#lines[kind];
    const isWithinShare = own.length < this.#shareOf(kind);
    if (isWithinShare) return this.#lines[kind === 'known' ? 'stranger' : 'known'].greatest();
    const greatest = own.greatest();
    return greatest && own.loadOf(greatest.id) > own.loadOf(id) + 1 ? greatest : undefined;
  }

  #shareOf(kind: HashOwner['kind']): number {
    const strangers = Math.max(1, Math.floor(this.#capacity() * STRANGERS_SHARE));
    return kind === 'stranger' ? strangers : this.#capacity() - strangers;
  }

  /** Number of hashes that can wait without exceeding the maximum waiting time, or a few where hashes are slow. */
  #capacity(): number {
    return Math.max(MIN_CAPACITY, Math.floor((this.#limits.maxWaitMs / this.#durationMs) * this.#limits.concurrency));
  }

  #busy(): AccountError {
    return new AccountError('BUSY', { retryAfterSeconds: Math.max(1, Math.ceil(this.#limits.maxWaitMs / 1_000)) });
  }

  /** Passes the slot to the next waiting hash, or frees it. */
  #next(): void {
    const { known, stranger } = this.#lines;
    const isStrangerNext = stranger.length > 0 && (known.length === 0 || this.#knownInRow >= KNOWN_IN_A_ROW);
    this.#knownInRow = isStrangerNext || stranger.length === 0 ? 0 : this.#knownInRow + 1;
    const job = (isStrangerNext ? stranger : known).takeNext();
    if (job) job.start();
    else this.#running--;
  }
}

/** Waiting hashes of one kind, by owner. */
class Line {
  readonly #kind: HashOwner['kind'];
  readonly #recent: RecentHashes;
  /** No list is empty. */
  readonly #waiting = new Map<string, Job[]>();
  #length = 0;

  constructor(kind: HashOwner['kind'], recent: RecentHashes) {
    this.#kind = kind;
    this.#recent = recent;
  }

  get length(): number {
    return this.#length;
  }

  add(id: string, job: Job): void {
    const waiting = this.#waiting.get(id);
    if (waiting) waiting.push(job);
    else this.#waiting.set(id, [job]);
    this.#length++;
  }

  /** Hashes of an owner: recent, running and waiting. */
  loadOf(id: string): number {
    return this.#recentOf(id) + (this.#waiting.get(id)?.length ?? 0);
  }

  /** The owner with the most hashes, of those that wait. */
  greatest(): HashOwner | undefined {
    const [id] = [...this.#waiting.keys()].toSorted((one, other) => this.loadOf(other) - this.loadOf(one));
    return id === undefined ? undefined : { kind: this.#kind, id };
  }

  /** Removes the first hash of the owner with the fewest recent ones; of equals, the one that waits for longest. */
  takeNext(): Job | undefined {
    const [id] = [...this.#waiting.keys()].toSorted((one, other) => this.#recentOf(one) - this.#recentOf(other));
    return id === undefined ? undefined : this.#taken(id, this.#waiting.get(id)?.shift());
  }

  takeLast(id: string): Job | undefined {
    return this.#taken(id, this.#waiting.get(id)?.pop());
  }

  #recentOf(id: string): number {
    return this.#recent.of({ kind: this.#kind, id });
  }

  #taken(id: string, job: Job | undefined): Job | undefined {
    if (job) this.#length--;
    if (this.#waiting.get(id)?.length === 0) this.#waiting.delete(id);
    return job;
  }
}

/** Numbers of hashes started in this period and in the one before. */
class RecentHashes {
  readonly #now: () => number;
  #period = 0;
  #current = new Map<string, number>();
  #previous = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  count(owner: HashOwner): void {
    this.#startPeriod();
    const key = keyOf(owner);
    this.#current.set(key, (this.#current.get(key) ?? 0) + 1);
  }

  of(owner: HashOwner): number {
    this.#startPeriod();
    const key = keyOf(owner);
    return (this.#current.get(key) ?? 0) + (this.#previous.get(key) ?? 0);
  }

  #startPeriod(): void {
    const period = Math.floor(this.#now() / RECENT_MS);
    if (period === this.#period) return;
    this.#previous = period === this.#period + 1 ? this.#current : new Map<string, number>();
    this.#current = new Map();
    this.#period = period;
  }
}

function keyOf({ kind, id }: HashOwner): string {
  return `${kind} ${id}`;
}
