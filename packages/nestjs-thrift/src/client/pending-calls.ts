import type { Call } from './call.js';

const GREATEST_SEQID = 0x7fffffff;

/** The calls of one connection that have no reply yet, by the sequence ids that they were given there. */
export class PendingCalls {
  private readonly calls = new Map<number, Call>();
  /** Calls that nobody waits for any more, and whose replies may still come. */
  private readonly abandoned = new Set<number>();

  /** @param latestSeqid where the sequence ids go on from. */
  constructor(private latestSeqid = 0) {}

  /** The one that was given last. */
  get lastSeqid(): number {
    return this.latestSeqid;
  }

  /** Calls that somebody waits for. */
  get size(): number {
    return this.calls.size;
  }

  /** Calls that nobody waits for. */
  get abandonedSize(): number {
    return this.abandoned.size;
  }

  /** A sequence id that no call without a reply has. Never 0, which servers use when they can't make out a call. */
  nextSeqid(): number {
    do this.latestSeqid = this.latestSeqid === GREATEST_SEQID ? 1 : this.latestSeqid + 1;
    while (this.calls.has(this.latestSeqid) || this.abandoned.has(this.latestSeqid));
    return this.latestSeqid;
  }

  /** Waits for the reply to a call. */
  add(call: Call): void {
    this.calls.set(call.seqid, call);
  }

  /** The call that a reply belongs to: `late` when nobody waits for it any more, undefined when there is none. */
  take(seqid: number): Call | 'late' | undefined {
    const call = this.calls.get(seqid);
    if (call === undefined) return this.abandoned.delete(seqid) ? 'late' : undefined;
    this.calls.delete(seqid);
    return call;
  }

  /** Its reply, if it comes, is to be dropped. False: there is none to come. */
  abandon(call: Call): boolean {
    if (!this.calls.delete(call.seqid)) return false;
    this.abandoned.add(call.seqid);
    return true;
  }

  /** Takes all calls that somebody waits for. */
  takeAll(): Call[] {
    const calls = [...this.calls.values()];
    this.calls.clear();
    return calls;
  }
}
