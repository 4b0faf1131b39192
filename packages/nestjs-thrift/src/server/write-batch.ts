/** Maximum time that a reply is held back for batching, beside the call that runs then. */
const MAX_WAIT_MS = 2;

/**
 * Sends the replies of one event-loop iteration together at its end. Most of the cost of a small write is waking the peer: a
 * peer woken by the first reply is still awake for the others, and a client with several connections reads all replies at
 * once and answers with several calls at once. While a single connection has replies, they are sent without delay.
 */
export class WriteBatch {
  private due: (() => void)[] = [];
  private startedAtMs = 0;
  private writes = 0;
  private writesBefore = 0;

  /** Calls `write` at the end of the iteration; at once when the last one had no other write; earlier in a long iteration. */
  readonly schedule = (write: () => void): void => {
    if (++this.writes === 1) {
      setImmediate(this.end);
      if (this.writesBefore <= 1) {
        // After the current callback, which may queue more replies of this connection.
        process.nextTick(write);
        return;
      }
    }
    this.due.push(write);
    const nowMs = performance.now();
    if (this.due.length === 1) this.startedAtMs = nowMs;
    else if (nowMs - this.startedAtMs > MAX_WAIT_MS) {
      this.startedAtMs = nowMs;
      process.nextTick(this.writeDue);
    }
  };

  private readonly end = (): void => {
    this.writesBefore = this.writes;
    this.writes = 0;
    this.writeDue();
  };

  private readonly writeDue = (): void => {
    const { due } = this;
    if (due.length === 0) return;
    this.due = [];
    for (const write of due) write();
  };
}
