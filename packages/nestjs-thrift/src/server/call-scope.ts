import type { ThriftContextOptions } from '../nest/context.js';
import type { MethodSchema, ServiceSchema } from '../schema.js';
import type { ThriftPeer } from '../connection/peer.js';

/** What a call's context shows to its handler. The server keeps it too: it alone may abort the signal. */
export class CallScope implements ThriftContextOptions {
  private controller: AbortController | undefined;
  private abortReason: Error | undefined;

  constructor(
    readonly peer: ThriftPeer,
    readonly service: ServiceSchema,
    readonly method: MethodSchema,
    readonly seqid: number,
    readonly requestHeaders: ReadonlyMap<string, string>,
    readonly deadlineAtMs: number,
  ) {}

  /** Made when it is first asked for: most handlers never do, and it costs more than the rest of the context. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.abortReason !== undefined) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  /** Aborts `signal`, with the first reason given. */
  abort(reason: Error): void {
    if (this.abortReason !== undefined) return;
    this.abortReason = reason;
    this.controller?.abort(reason);
  }
}
