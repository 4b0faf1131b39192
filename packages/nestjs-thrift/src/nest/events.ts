import type { ThriftPeer } from '../connection/peer.js';
import type { CallOutcome, Rejection } from '../server/events.js';
import type { ThriftContext } from './context.js';

export interface CallEnd {
  /** The object passed to `callStart`, with the method, the peer and the handler. */
  readonly context: ThriftContext;
  /** Outcome of the call; also for oneway methods, whose clients get no reply. */
  readonly outcome: CallOutcome;
  /** Time from the last byte read to the reply written, before it is sent; includes waiting for a slot. */
  readonly durationMs: number;
  /** Set unless the outcome is `ok`. */
  readonly error: unknown;
}

/**
 * The events of `ThriftServer.on`. Listeners run on the hot path: they must be quick. Errors they throw are logged;
 * later listeners of the same event are then skipped.
 *
 * The order at the end of a call: its reply is queued, `callEnd`, its slot is released, the next queued call starts. When
 * the peer disconnects, `callEnd` comes at once with `dropped`, and the slot is released when the handler settles, at the latest
 * at the deadline; a oneway call ends as if the peer were still there. A listener may do anything to the connection: a peer destroyed inside `callStart` gets its
 * `callEnd`, and the handler does not run.
 */
export type ThriftServerEvents = {
  /** The server accepts connections. */
  listening: () => void;
  /** A connection is open, with the handshake done on a TLS port; its dialect is not known yet. */
  connect: (peer: ThriftPeer) => void;
  /** A connection reported by `connect` is closed, by either side. */
  disconnect: (peer: ThriftPeer) => void;
  /** The arguments of a call were read; it runs now or waits for a slot. */
  callStart: (context: ThriftContext) => void;
  /** A call reported by `callStart` has its answer, or never gets one. */
  callEnd: (end: CallEnd) => void;
  /** A connection or a call was rejected or cut, for one of the listed reasons. */
  rejection: (rejection: Rejection) => void;
  /** The listening socket failed after the start; already logged, no reaction is necessary. */
  error: (error: Error) => void;
};

/** A call of a client, for listeners of `callStart` and `callEnd`: both get the same object. */
export interface ClientCall {
  readonly service: string;
  readonly method: string;
  /** Headers to send; a listener of `callStart` may add some. Only the framings `header` and `ttheader` send them. */
  readonly headers: Map<string, string>;
}
