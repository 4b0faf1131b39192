import type { CallLimiter } from './call-limiter.js';
import type { ServerCall } from './server-call.js';

/**
 * Calls whose peer has gone while their handlers run. Each keeps its place and the memory of its request until its handler
 * is done, at the latest until its deadline: else whoever calls and goes could have any number of handlers run.
 */
export class AbandonedCalls {
  /** What their requests take, in bytes. */
  requestBytes = 0;
  private readonly deadlines = new Map<ServerCall, NodeJS.Timeout>();

  constructor(private readonly admission: CallLimiter) {}

  /** The peer of a call that runs has gone. */
  add(call: ServerCall): void {
    this.requestBytes += call.requestBytes;
    const letGo = (): void => {
      this.handlerEnded(call);
    };
    this.deadlines.set(call, setTimeout(letGo, call.deadlineAtMs - performance.now()).unref());
  }

  /** The handler of a call is done, whether its peer has gone or not. */
  handlerEnded(call: ServerCall): void {
    if (this.deadlines.size === 0) return;
    const deadline = this.deadlines.get(call);
    if (deadline === undefined) return;
    clearTimeout(deadline);
    this.deadlines.delete(call);
    this.requestBytes -= call.requestBytes;
    this.admission.release(call);
  }
}
