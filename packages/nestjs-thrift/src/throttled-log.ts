/** Time in which one line is written for each key. */
const INTERVAL_MS = 1_000;

/** What came for one key since its last line. */
interface LeftOut {
  readonly untilMs: number;
  count: number;
  latest: (() => string) | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * A log that peers can't flood: at most one line a second for each key, with the number of those that were left out. None
 * goes uncounted, for what comes within that second is written at its end.
 */
export class ThrottledLog<Key> {
  readonly #seen = new Map<Key, LeftOut>();
  readonly #write: (key: Key, line: string) => void;

  /** @param write where lines go. */
  constructor(write: (key: Key, line: string) => void) {
    this.#write = write;
  }

  /** Writes a line, now or later. @param line called when it is written. */
  add(key: Key, line: () => string): void {
    const leftOut = this.#seen.get(key);
    const nowMs = performance.now();
    if (leftOut === undefined || nowMs >= leftOut.untilMs) {
      this.#emit(key, line, leftOut?.count ?? 0);
      return;
    }
    leftOut.count++;
    leftOut.latest = line;
    leftOut.timer ??= setTimeout(() => {
      this.#emitLeftOut(key, leftOut);
    }, leftOut.untilMs - nowMs).unref();
  }

  /** Writes what was left out so far. */
  flush(): void {
    for (const [key, leftOut] of this.#seen) this.#emitLeftOut(key, leftOut);
  }

  #emitLeftOut(key: Key, { latest, count }: LeftOut): void {
    if (latest !== undefined) this.#emit(key, latest, count - 1);
  }

  #emit(key: Key, line: () => string, others: number): void {
    clearTimeout(this.#seen.get(key)?.timer);
    const untilMs = performance.now() + INTERVAL_MS;
    this.#seen.set(key, { untilMs, count: 0, latest: undefined, timer: undefined });
    this.#write(key, others > 0 ? `${line()} (and ${String(others)} more since the last such line)` : line());
  }
}
