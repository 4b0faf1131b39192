import type { ThriftPeer } from '../connection/peer.js';
import type { ThriftProtocolError } from '../errors.js';

/** Why a connection or a call was rejected or cut. Closed: metrics use it as a label. */
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

/** The reason under which a message that can't be read is counted. */
export function reasonOf({ reason }: ThriftProtocolError): RejectionReason {
  return reason === 'size-limit' || reason === 'depth-limit' ? reason : 'malformed';
}

/** Reports a rejection. */
export type Reject = (peer: ThriftPeer, reason: RejectionReason, message: string) => void;

/** Reports a fault that is not the peer's, and where it happened. */
export type ReportFault = (error: unknown, what: string) => void;

/** Where a call is on its way; ServerCall draws it. */
export type CallState = 'received' | 'queued' | 'running' | 'orphaned' | 'closed';

/** How a call ended: a value, an exception of the IDL, an error, or the deadline; `dropped` when the peer disconnected. */
export type CallOutcome = 'ok' | 'exception' | 'error' | 'deadline' | 'dropped';

/** A rejected connection or call. */
export interface Rejection {
  /** Which rule it broke. */
  readonly reason: RejectionReason;
  /** In words, for the log. */
  readonly message: string;
  /** Whose call or connection it was; with the id 0 for a peer rejected before it had a connection. */
  readonly peer: ThriftPeer;
}
