/**
 * Limits the calls in flight on a connection. Halved when the server rejects one as overloaded, and one more after each full
 * round of answers: the additive increase and multiplicative decrease of TCP, RFC 5681. Calls beyond the capacity of a
 * server then wait in the client, where waiting is free, instead of being rejected over and over.
 */
export class CallWindow {
  #size: number;
  /** Rejections of calls up to this one caused the last decrease. */
  #shrunkAtSeqid = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
    this.#size = max;
  }

  /** Whether one more call may be sent beside those in flight. */
  allows(inFlight: number): boolean {
    return inFlight + 1 <= this.#size;
  }

  /** Records that the server answered a call. */
  answered(): void {
    if (this.#size < this.#max) this.#size = Math.min(this.#max, this.#size + 1 / this.#size);
  }

  /**
   * Records that the server rejected a call as overloaded.
   * @param inFlight number of calls in flight, this one included. @param lastSeqid of the call sent last.
   */
  rejected(seqid: number, inFlight: number, lastSeqid: number): void {
    if (seqid <= this.#shrunkAtSeqid && this.#shrunkAtSeqid <= lastSeqid) return;
    this.#size = Math.max(1, Math.min(this.#size, inFlight) / 2);
    this.#shrunkAtSeqid = lastSeqid;
  }
}
