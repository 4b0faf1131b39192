import type { ThriftContext } from '../context.js';
import type { ThriftPeer } from './peer.js';

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
  readonly context: ThriftContext;
  readonly outcome: CallOutcome;
  readonly durationMs: number;
  /** Set unless the outcome is `ok`. */
  readonly error: unknown;
}

/** Something that was refused. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** In words, for the log. */
  readonly message: string;
  readonly peer: ThriftPeer;
}

/** What `ThriftServer.on` can be told about. Handlers run in the hot path: they must be quick and must not throw. */
export type ThriftServerEvents = {
  listening: () => void;
  connect: (peer: ThriftPeer) => void;
  disconnect: (peer: ThriftPeer) => void;
  callStart: (context: ThriftContext) => void;
  callEnd: (end: CallEnd) => void;
  rejection: (rejection: Rejection) => void;
  error: (error: Error) => void;
};
