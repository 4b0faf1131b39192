/** Replies wait for so long at most, in milliseconds, and for the one call that runs then. */
const MAX_WAIT_MS = 2;

/**
 * Lets the replies that are ready in one turn of the event loop leave together at its end. Waking a peer is most of what
 * a small write costs; one that is woken by the first reply is still awake for the others, and whoever reads several
 * connections gets their replies at once and answers with several calls at once.
 */
export class WriteTurn {
  private due: (() => void)[] = [];
  private startedAtMs = 0;

  /** Calls `write` at the end of the turn, or earlier when the turn takes long. */
  schedule(write: () => void): void {
    this.due.push(write);
    const nowMs = performance.now();
    if (this.due.length === 1) {
      this.startedAtMs = nowMs;
      setImmediate(this.end);
    } else if (nowMs - this.startedAtMs > MAX_WAIT_MS) {
      this.startedAtMs = nowMs;
      process.nextTick(this.end);
    }
  }

  private readonly end = (): void => {
    const { due } = this;
    this.due = [];
    for (const write of due) write();
  };
}
