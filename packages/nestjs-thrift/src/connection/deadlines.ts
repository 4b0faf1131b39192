/** Something that expires `timeoutMs` after its start. */
export interface Deadline {
  /** On the clock of `performance.now()`. */
  readonly startedAtMs: number;
  readonly timeoutMs: number;
}

/** Peers choose among this many timeouts in each power of two, so that they can't make a set for every millisecond. */
const STEPS_PER_OCTAVE = 16;

/** Rounds a timeout that a peer chose up to the next of the few that get a set: at most a sixteenth longer. */
export function roundTimeout(timeoutMs: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(timeoutMs))) / STEPS_PER_OCTAVE;
  return step <= 1 ? Math.ceil(timeoutMs) : Math.ceil(timeoutMs / step) * step;
}

/**
 * The deadlines of all calls of a server or a client behind one timer. Calls with the same timeout expire in the order they
 * began, so there is one ordered set for each timeout, and adding and removing a call costs the same however many there are.
 */
export class Deadlines<Item extends Deadline> {
  /** By timeout, in ms; oldest first. */
  readonly #items = new Map<number, Set<Item>>();
  readonly #onExpired: (item: Item) => void;
  #timer: NodeJS.Timeout | undefined;
  #wakeAtMs = Infinity;

  /** @param onExpired called for each item whose deadline has passed; it is removed by then. */
  constructor(onExpired: (item: Item) => void) {
    this.#onExpired = onExpired;
  }

  /** Watches an item. */
  add(item: Item): void {
    let items = this.#items.get(item.timeoutMs);
    if (items === undefined) {
      items = new Set();
      this.#items.set(item.timeoutMs, items);
    }
    items.add(item);
    const expiresAtMs = item.startedAtMs + item.timeoutMs;
    if (expiresAtMs < this.#wakeAtMs) this.#wakeAt(expiresAtMs);
  }

  /** Forgets an item, if it is watched. */
  remove(item: Item): void {
    this.#items.get(item.timeoutMs)?.delete(item);
  }

  /** Stops the timer. All items have been removed by then. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#wakeAtMs = Infinity;
  }

  #wakeAt(timeMs: number): void {
    clearTimeout(this.#timer);
    this.#wakeAtMs = timeMs;
    // Whatever a call waits for (a socket, a connection attempt, a retry timer) keeps the process alive already.
    this.#timer = setTimeout(this.#sweep, Math.max(1, Math.ceil(timeMs - performance.now()))).unref();
  }

  readonly #sweep = (): void => {
    const nowMs = performance.now();
    let nextMs = Infinity;
    this.#wakeAtMs = Infinity;
    for (const [timeoutMs, items] of this.#items) {
      for (const item of items) {
        const expiresAtMs = item.startedAtMs + timeoutMs;
        if (expiresAtMs > nowMs) {
          nextMs = Math.min(nextMs, expiresAtMs);
          break;
        }
        items.delete(item);
        this.#onExpired(item);
      }
      if (items.size === 0) this.#items.delete(timeoutMs);
    }
    if (nextMs < this.#wakeAtMs) this.#wakeAt(nextMs);
  };
}
