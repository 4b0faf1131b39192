import type { ThriftPeer } from '../connection/peer.js';
import type { ThriftProtocolError } from '../errors.js';

/** Why a connection or a call was rejected or cut. A closed set: metrics use it as a label. */
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

/** The reason under which an unreadable message is counted. */
export function reasonOf({ reason }: ThriftProtocolError): RejectionReason {
  return reason === 'size-limit' || reason === 'depth-limit' ? reason : 'malformed';
}

/** Reports a rejection. */
export type Reject = (peer: ThriftPeer, reason: RejectionReason, message: string) => void;

/** Reports a fault of the server itself, and where it happened. */
export type ReportFault = (error: unknown, what: string) => void;

/** The state of a call; ServerCall draws the transitions. */
export type CallState = 'received' | 'queued' | 'running' | 'detached' | 'orphaned' | 'closed';

/** How a call ended: a value, an exception of the IDL, an error, or the deadline; `dropped` when the peer disconnected. */
export type CallOutcome = 'ok' | 'exception' | 'error' | 'deadline' | 'dropped';

/** A rejected connection or call. */
export interface Rejection {
  /** The rule that was broken. */
  readonly reason: RejectionReason;
  /** The reason in words, for the log. */
  readonly message: string;
  /** The peer; its id is 0 when it was rejected before it had a connection. */
  readonly peer: ThriftPeer;
}
