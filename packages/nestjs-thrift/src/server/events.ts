import type { ThriftContext } from '../nest/context.js';
import type { ThriftPeer } from '../connection/peer.js';

/** Why a connection or a call was refused or cut. Closed: metrics use it as a label. */
export type RejectionReason =
  | 'connection-limit'
  | 'tls-handshake'
  | 'foreign-protocol'
  | 'protocol-not-accepted'
  | 'malformed'
  | 'size-limit'
  | 'depth-limit'
  | 'partial-message-timeout'
  | 'reply-stall-timeout'
  | 'idle-timeout'
  | 'unknown-method'
  | 'invalid-message-type'
  | 'overloaded'
  | 'shutting-down'
  | 'deadline';

/** How a call ended: a value, an exception of the IDL, an error, or the deadline; `dropped` when the peer was gone. */
export type CallOutcome = 'ok' | 'exception' | 'error' | 'deadline' | 'dropped';

/** A call that has ended. */
export interface CallEnd {
  /** What was called, and by whom: the object that `callStart` had, and the handler. */
  readonly context: ThriftContext;
  /** How it ended; of a oneway method too, whose client never hears of it. */
  readonly outcome: CallOutcome;
  /** From its last byte read to its reply written, before it is sent; waiting for a place to run included. */
  readonly durationMs: number;
  /** Set unless the outcome is `ok`. */
  readonly error: unknown;
}

/** Something that was refused. */
export interface Rejection {
  /** Which rule it broke. */
  readonly reason: RejectionReason;
  /** In words, for the log. */
  readonly message: string;
  /** Whose call or connection it was; with the id 0 for one turned away before it had a connection. */
  readonly peer: ThriftPeer;
}

/**
 * What `ThriftServer.on` can be told about. Listeners run in the hot path: they must be quick. What one throws is logged
 * and goes no further, but listeners of the same event behind it don't hear of it then.
 */
export type ThriftServerEvents = {
  /** It takes connections. */
  listening: () => void;
  /** A connection is open, on a TLS port with its handshake done; its dialect is not known yet. */
  connect: (peer: ThriftPeer) => void;
  /** A connection of which `connect` told is closed, whoever closed it. */
  disconnect: (peer: ThriftPeer) => void;
  /** The arguments of a call were read; it runs now or waits for a place. */
  callStart: (context: ThriftContext) => void;
  /** A call of which `callStart` told has its answer, or never gets one. */
  callEnd: (end: CallEnd) => void;
  /** A connection or a call was refused or cut, for a reason that is on a list. */
  rejection: (rejection: Rejection) => void;
  /** The listening socket failed after the start; it is logged as well, and nothing needs to be done here. */
  error: (error: Error) => void;
};
