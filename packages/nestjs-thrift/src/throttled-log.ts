/** Interval between two lines of a key. */
const INTERVAL_MS = 1_000;

/** Suppressed lines of one key since the last written one. */
interface LeftOut {
  readonly untilMs: number;
  count: number;
  latest: (() => string) | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * A log that peers can't flood: at most one line a second for each key, with the number of suppressed ones. Each is
 * counted: lines within that second are written as a count at its end.
 */
export class ThrottledLog<Key> {
  readonly #seen = new Map<Key, LeftOut>();
  readonly #write: (key: Key, line: string) => void;

  /** @param write receives the lines. */
  constructor(write: (key: Key, line: string) => void) {
    this.#write = write;
  }

  /** Writes a line, now or later. @param line creates the text when it is written. */
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

  /** Writes the pending counts. */
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
