import type { PeerCertificate } from 'node:tls';
import type { ThriftContext } from '../context.js';
import type { FramingName } from '../framing/framing.js';
import type { ProtocolName } from '../protocol/protocol.js';

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

/** The other side of a connection. */
export interface ThriftPeer {
  /** Counts up from 1 in each process; 0 for one that was turned away before it had a connection. */
  readonly id: number;
  /** The address, or the path of a Unix domain socket. */
  readonly address: string;
  readonly port: number | undefined;
  /** Known after the first bytes. */
  readonly protocol: ProtocolName | undefined;
  /** Known after the first bytes. */
  readonly framing: FramingName | undefined;
  /** What the peer proved to be, on a server that requires client certificates; undefined on any other. */
  readonly certificate: PeerCertificate | undefined;
  /** Bytes received so far. */
  readonly bytesRead: number;
  /** Bytes sent so far. */
  readonly bytesWritten: number;
}

/** Somebody who was turned away before there was a connection. */
export function strangerAt(address: string, port: number | undefined): ThriftPeer {
  return {
    id: 0,
    address,
    port,
    protocol: undefined,
    framing: undefined,
    certificate: undefined,
    bytesRead: 0,
    bytesWritten: 0,
  };
}

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
