import type { ThriftPeer } from '../connection/peer.js';
import type { CallOutcome, Rejection } from '../server/events.js';
import type { ThriftContext } from './context.js';

/** A call that has ended. */
export interface CallEnd {
  /** What was called, and by whom: the object that `callStart` had, and the handler. */
  readonly context: ThriftContext;
  /** How it ended; of a oneway method too, whose client is never notified. */
  readonly outcome: CallOutcome;
  /** From its last byte read to its reply written, before it is sent; waiting for a slot included. */
  readonly durationMs: number;
  /** Set unless the outcome is `ok`. */
  readonly error: unknown;
}

/**
 * The events of `ThriftServer.on`. Listeners run on the hot path: they must be quick. What one throws is logged and goes no
 * further, but listeners of the same event behind it are not called then.
 *
 * The order at the end of a call: its reply is queued, more input is read (which may start other calls, so their
 * `callStart` comes before this `callEnd`), `callEnd`, its slot is released, the next queued call starts. When the peer
 * disconnects, `callEnd` comes at once with `dropped`, and the slot is released when the handler settles, at the latest at
 * the deadline. A listener may do anything to the connection: a peer destroyed inside `callStart` gets its `callEnd`, and
 * the handler does not run.
 */
export type ThriftServerEvents = {
  /** The server accepts connections. */
  listening: () => void;
  /** A connection is open, on a TLS port with its handshake done; its dialect is not known yet. */
  connect: (peer: ThriftPeer) => void;
  /** A connection that `connect` reported is closed, whoever closed it. */
  disconnect: (peer: ThriftPeer) => void;
  /** The arguments of a call were read; it runs now or waits for a slot. */
  callStart: (context: ThriftContext) => void;
  /** A call that `callStart` reported has its answer, or never gets one. */
  callEnd: (end: CallEnd) => void;
  /** A connection or a call was rejected or cut, for a reason that is on a list. */
  rejection: (rejection: Rejection) => void;
  /** The listening socket failed after the start; it is logged as well, and nothing needs to be done here. */
  error: (error: Error) => void;
};
