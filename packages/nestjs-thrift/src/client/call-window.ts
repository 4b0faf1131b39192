/**
 * How many calls may be under way on a connection. Half as many after the server refused one as overloaded, one more for
 * each round of answers (the additive increase and multiplicative decrease of TCP, RFC 5681): what a server can't take
 * waits here, where it costs nothing, instead of being refused again and again.
 */
export class CallWindow {
  private size: number;
  /** Refusals of calls up to this one belong to the decrease that was made already. */
  private shrunkAtSeqid = 0;

  constructor(private readonly greatest: number) {
    this.size = greatest;
  }

  /** Whether one more call may join those under way. */
  hasRoom(underWay: number): boolean {
    return underWay + 1 <= this.size;
  }

  /** The server answered a call. */
  answered(): void {
    if (this.size < this.greatest) this.size = Math.min(this.greatest, this.size + 1 / this.size);
  }

  /**
   * The server refused a call as overloaded.
   * @param underWay the calls under way, this one included. @param lastSeqid of the call sent last.
   */
  refused(seqid: number, underWay: number, lastSeqid: number): void {
    if (seqid <= this.shrunkAtSeqid && this.shrunkAtSeqid <= lastSeqid) return;
    this.size = Math.max(1, Math.min(this.size, underWay) / 2);
    this.shrunkAtSeqid = lastSeqid;
  }
}
