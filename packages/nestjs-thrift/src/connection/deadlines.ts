import type { Call } from '../client/call.js';

/** The calls with one timeout: the oldest has the next deadline. */
interface CallList {
  oldest: Call | undefined;
  newest: Call | undefined;
}

/**
 * The deadlines of all calls of a client behind one timer. Calls with the same timeout end in the order they began, so
 * a list for each timeout makes adding and removing a call a matter of a few pointers, however many there are.
 */
export class Deadlines {
  private readonly lists = new Map<number, CallList>();
  private timer: NodeJS.Timeout | undefined;
  private wakeAtMs = Infinity;

  /** @param expire called for each call whose deadline has passed; it is removed by then. */
  constructor(private readonly expire: (call: Call) => void) {}

  /** Watches a call. */
  add(call: Call): void {
    let list = this.lists.get(call.timeoutMs);
    if (list === undefined) {
      list = { oldest: undefined, newest: undefined };
      this.lists.set(call.timeoutMs, list);
    }
    call.earlier = list.newest;
    if (list.newest === undefined) list.oldest = call;
    else list.newest.later = call;
    list.newest = call;
    if (call.deadlineAtMs < this.wakeAtMs) this.wakeAt(call.deadlineAtMs);
  }

  /** Forgets a call. */
  remove(call: Call): void {
    const list = this.lists.get(call.timeoutMs);
    if (list === undefined) return;
    if (list.oldest === call) list.oldest = call.later;
    if (list.newest === call) list.newest = call.earlier;
    if (call.earlier !== undefined) call.earlier.later = call.later;
    if (call.later !== undefined) call.later.earlier = call.earlier;
    call.earlier = undefined;
    call.later = undefined;
  }

  /** Stops the timer. All calls have been removed by then. */
  stop(): void {
    clearTimeout(this.timer);
    this.wakeAtMs = Infinity;
  }

  private wakeAt(timeMs: number): void {
    clearTimeout(this.timer);
    this.wakeAtMs = timeMs;
    // Whatever a call waits for (socket, attempt to connect, pause before a retry) keeps the process alive already.
    this.timer = setTimeout(this.sweep, Math.max(1, Math.ceil(timeMs - performance.now()))).unref();
  }

  private readonly sweep = (): void => {
    const nowMs = performance.now();
    let nextMs = Infinity;
    this.wakeAtMs = Infinity;
    for (const [timeoutMs, list] of this.lists) {
      while (list.oldest !== undefined && list.oldest.deadlineAtMs <= nowMs) {
        const call = list.oldest;
        this.remove(call);
        this.expire(call);
      }
      if (list.oldest === undefined) this.lists.delete(timeoutMs);
      else nextMs = Math.min(nextMs, list.oldest.deadlineAtMs);
    }
    if (nextMs < this.wakeAtMs) this.wakeAt(nextMs);
  };
}
