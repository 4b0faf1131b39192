/** Something that expires `timeoutMs` after its start. */
export interface Deadline<Item> {
  /** On the clock of `performance.now()`. */
  readonly startedAtMs: number;
  readonly timeoutMs: number;
  /** Neighbours in the list of their timeout. */
  earlier: Item | undefined;
  later: Item | undefined;
}

/** The items with one timeout; the oldest expires first. */
interface DeadlineList<Item> {
  oldest: Item | undefined;
  newest: Item | undefined;
}

/** Peers choose among this many timeouts in each power of two, so that they can't make a list for every millisecond. */
const STEPS_PER_OCTAVE = 16;

/** Rounds a timeout that a peer chose up to the next of the few that get a list: at most a sixteenth longer. */
export function roundTimeout(timeoutMs: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(timeoutMs))) / STEPS_PER_OCTAVE;
  return step <= 1 ? Math.ceil(timeoutMs) : Math.ceil(timeoutMs / step) * step;
}

/**
 * The deadlines of all calls of a server or a client behind one timer. Calls with the same timeout expire in the order they
 * began, so there is one linked list for each timeout; Sets instead are measurably slower.
 */
export class Deadlines<Item extends Deadline<Item>> {
  readonly #lists = new Map<number, DeadlineList<Item>>();
  readonly #onExpired: (item: Item) => void;
  #timer: NodeJS.Timeout | undefined;
  #wakeAtMs = Infinity;

  /** @param onExpired called for each item whose deadline has passed; it is removed by then. */
  constructor(onExpired: (item: Item) => void) {
    this.#onExpired = onExpired;
  }

  /** Watches an item. */
  add(item: Item): void {
    let list = this.#lists.get(item.timeoutMs);
    if (list === undefined) {
      list = { oldest: undefined, newest: undefined };
      this.#lists.set(item.timeoutMs, list);
    }
    item.earlier = list.newest;
    if (list.newest === undefined) list.oldest = item;
    else list.newest.later = item;
    list.newest = item;
    const expiresAtMs = item.startedAtMs + item.timeoutMs;
    if (expiresAtMs < this.#wakeAtMs) this.#wakeAt(expiresAtMs);
  }

  /** Forgets an item, if it is watched. */
  remove(item: Item): void {
    const list = this.#lists.get(item.timeoutMs);
    if (list === undefined) return;
    if (list.oldest === item) list.oldest = item.later;
    if (list.newest === item) list.newest = item.earlier;
    if (item.earlier !== undefined) item.earlier.later = item.later;
    if (item.later !== undefined) item.later.earlier = item.earlier;
    item.earlier = undefined;
    item.later = undefined;
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
    for (const [timeoutMs, list] of this.#lists) {
      while (list.oldest !== undefined && list.oldest.startedAtMs + timeoutMs <= nowMs) {
        const item = list.oldest;
        this.remove(item);
        this.#onExpired(item);
      }
      if (list.oldest === undefined) this.#lists.delete(timeoutMs);
      else nextMs = Math.min(nextMs, list.oldest.startedAtMs + timeoutMs);
    }
    if (nextMs < this.#wakeAtMs) this.#wakeAt(nextMs);
  };
}
