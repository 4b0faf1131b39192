import type { ThriftLimits } from '../limits.js';
import type { PendingCall } from './pending-call.js';

/** Calls that run in the process, and a short queue of those that wait for a place. */
export class Admission {
  private active = 0;
  private waiting = 0;
  private readonly queue: { readonly call: PendingCall; readonly start: () => void }[] = [];

  constructor(private readonly limits: ThriftLimits) {}

  /** Calls that run or wait. */
  get inFlight(): number {
    return this.active + this.waiting;
  }

  /** Whether a further call must be refused. */
  get isFull(): boolean {
    return this.active >= this.limits.maxCalls && this.waiting >= this.limits.maxQueuedCalls;
  }

  /** Starts a call, now or when there is a place. Each call that comes here must be released. */
  admit(call: PendingCall, start: () => void): void {
    if (this.active < this.limits.maxCalls) {
      this.activate(call, start);
      return;
    }
    this.waiting++;
    this.queue.push({ call, start });
  }

  /** The call has its answer: its place is free. A call that is answered while it waits never starts. */
  release(call: PendingCall): void {
    if (!call.active) {
      this.waiting--;
      return;
    }
    this.active--;
    while (this.active < this.limits.maxCalls) {
      const next = this.queue.shift();
      if (next === undefined) return;
      if (next.call.settled) continue;
      this.waiting--;
      this.activate(next.call, next.start);
    }
  }

  private activate(call: PendingCall, start: () => void): void {
    this.active++;
    call.active = true;
    start();
  }
}
