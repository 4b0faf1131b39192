import type { ThriftLimits } from '../limits.js';
import type { ServerCall } from './server-call.js';

/** Calls that run in the process, and a short queue of those that wait for a place. */
export class CallLimiter {
  private active = 0;
  /** In the order they came. */
  private readonly waiting = new Map<ServerCall, () => void>();

  constructor(private readonly limits: ThriftLimits) {}

  /** Calls that run or wait. */
  get inFlight(): number {
    return this.active + this.waiting.size;
  }

  /** Whether a further call must be refused. */
  get isFull(): boolean {
    return this.active >= this.limits.maxCalls && this.waiting.size >= this.limits.maxQueuedCalls;
  }

  /** Starts a call, now or when there is a place. Each call that comes here must be released. */
  admit(call: ServerCall, start: () => void): void {
    if (this.active < this.limits.maxCalls) this.activate(call, start);
    else this.waiting.set(call, start);
  }

  /** The call has its answer: its place is free. A call that is answered while it waits never starts. */
  release(call: ServerCall): void {
    if (this.waiting.delete(call)) return;
    this.active--;
    if (this.waiting.size > 0) this.startWaiting(performance.now());
  }

  private startWaiting(nowMs: number): void {
    for (const [next, start] of this.waiting) {
      if (this.active >= this.limits.maxCalls) return;
      // About to be told that it was not run: let that be true.
      if (next.deadlineAtMs <= nowMs) continue;
      this.waiting.delete(next);
      this.activate(next, start);
    }
  }

  private activate(call: ServerCall, start: () => void): void {
    this.active++;
    call.active = true;
    start();
  }
}
