/** After our FIN a peer has this long, and may send this much, before the connection is cut. */
const LINGER_MS = 2_000;
const LINGER_BYTES = 1_048_576;

/** The time between our FIN and the peer's: cut off while the peer still sends, our last reply would never arrive. */
export class Linger {
  private readonly untilMs = performance.now() + LINGER_MS;
  private bytesLeft = LINGER_BYTES;

  /** The peer went on sending. */
  received(bytes: number): void {
    this.bytesLeft -= bytes;
  }

  /** Whether the peer had its time, or its bytes. */
  isOver(nowMs: number): boolean {
    return nowMs > this.untilMs || this.bytesLeft < 0;
  }
}
