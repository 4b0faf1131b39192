import type { Call } from './call.js';

const MAX_SEQID = 0x7fffffff;

/** The calls in flight on one connection, by sequence id. */
export class PendingCalls {
  readonly #calls = new Map<number, Call>();
  /** Sequence ids of abandoned calls, whose replies may still arrive. */
  readonly #abandoned = new Set<number>();
  #latestSeqid: number;

  /** @param latestSeqid the sequence id before the first one. */
  constructor(latestSeqid = 0) {
    this.#latestSeqid = latestSeqid;
  }

  /** The sequence id of the latest call. */
  get lastSeqid(): number {
    return this.#latestSeqid;
  }

  /** Number of calls that wait for a reply. */
  get size(): number {
    return this.#calls.size;
  }

  get abandonedSize(): number {
    return this.#abandoned.size;
  }

  /** A sequence id that no call in flight has. Never 0, with which servers answer unreadable calls. */
  nextSeqid(): number {
    do this.#latestSeqid = this.#latestSeqid === MAX_SEQID ? 1 : this.#latestSeqid + 1;
    while (this.#calls.has(this.#latestSeqid) || this.#abandoned.has(this.#latestSeqid));
    return this.#latestSeqid;
  }

  /** Adds a call that waits for its reply. */
  add(call: Call): void {
    this.#calls.set(call.seqid, call);
  }

  /** Removes and returns the call of a reply: `late` for an abandoned call, undefined for an unknown one. */
  take(seqid: number): Call | 'late' | undefined {
    const call = this.#calls.get(seqid);
    if (call === undefined) return this.#abandoned.delete(seqid) ? 'late' : undefined;
    this.#calls.delete(seqid);
    return call;
  }

  /** Drops the reply of a call when it arrives. Returns false when none is expected. */
  abandon(call: Call): boolean {
    if (!this.#calls.delete(call.seqid)) return false;
    this.#abandoned.add(call.seqid);
    return true;
  }

  /** Removes and returns all calls that wait for a reply. */
  takeAll(): Call[] {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    return calls;
  }
}
