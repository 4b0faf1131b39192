/** Replies wait for so long at most, in milliseconds, and for the one call that runs then. */
const MAX_WAIT_MS = 2;

/**
 * Lets the replies that are ready in one turn of the event loop leave together at its end. Waking a peer is most of what
 * a small write costs; one that is woken by the first reply is still awake for the others, and whoever reads several
 * connections gets their replies at once and answers with several calls at once. While only one connection has replies in
 * a turn there is nothing to wait for.
 */
export class WriteBatch {
  private due: (() => void)[] = [];
  private startedAtMs = 0;
  private writes = 0;
  private writesBefore = 0;

  /** Calls `write` at the end of the turn, or earlier when the turn takes long or the one before had no other. */
  readonly schedule = (write: () => void): void => {
    if (++this.writes === 1) {
      setImmediate(this.end);
      if (this.writesBefore <= 1) {
        // As soon as the calls at hand have run: more replies of this connection may be about to come.
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
