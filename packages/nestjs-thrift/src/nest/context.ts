import { BaseRpcContext } from '@nestjs/microservices';
import type { ThriftPeer } from '../connection/peer.js';
import type { MethodSchema, ServiceSchema } from '../schema.js';

/** Data of a context; the transport fills it in. */
export interface ThriftContextOptions {
  readonly peer: ThriftPeer;
  readonly service: ServiceSchema;
  readonly method: MethodSchema;
  readonly seqid: number;
  readonly requestHeaders: ReadonlyMap<string, string>;
  /** Deadline of the call, on the clock of `performance.now()`. */
  readonly deadlineAtMs: number;
  /** Aborts when the result is no longer needed. */
  readonly signal: AbortSignal;
  /** Headers of the reply; created by the first `setHeader`. */
  replyHeaders?: Map<string, string> | undefined;
}

/** Maximum size of all headers of one reply, in UTF-16 units. */
const MAX_REPLY_HEADERS = 16_384;
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** Call information for a handler: `@Ctx() context: ThriftContext`. */
export class ThriftContext extends BaseRpcContext<[ThriftContextOptions]> {
  constructor(options: ThriftContextOptions) {
    super([options]);
  }

  /** The other side of the connection. */
  get peer(): ThriftPeer {
    return this.args[0].peer;
  }

  get service(): ServiceSchema {
    return this.args[0].service;
  }

  /** The method that was called, as the IDL has it. */
  get method(): MethodSchema {
    return this.args[0].method;
  }

  /** The call's sequence id, chosen by the client. */
  get seqid(): number {
    return this.args[0].seqid;
  }

  /** The headers of the call. Only THeader has any. */
  get headers(): ReadonlyMap<string, string> {
    return this.args[0].requestHeaders;
  }

  /**
   * Sends a header with the reply. Dialects without headers drop it.
   * @throws RangeError when all headers together would be longer than a client can be expected to take.
   */
  setHeader(name: string, value: string): void {
    const options = this.args[0];
    options.replyHeaders ??= new Map();
    let length = name.length + value.length;
    for (const [other, text] of options.replyHeaders) if (other !== name) length += other.length + text.length;
    if (length > MAX_REPLY_HEADERS) {
      const allowed = `allowed: ${String(MAX_REPLY_HEADERS)}`;
      throw new RangeError(`reply headers of ${String(length)} characters, ${allowed}: set fewer or shorter headers`);
    }
    options.replyHeaders.set(name, value);
  }

  /** The headers of the reply set so far. */
  get replyHeaders(): ReadonlyMap<string, string> {
    return this.args[0].replyHeaders ?? NO_HEADERS;
  }

  /** Milliseconds left until the deadline; 0 when it has passed. */
  get remainingMs(): number {
    return Math.max(0, this.args[0].deadlineAtMs - performance.now());
  }

  /** Aborts when the result is no longer needed: peer disconnected, deadline passed, drain limit reached. */
  get signal(): AbortSignal {
    return this.args[0].signal;
  }
}
