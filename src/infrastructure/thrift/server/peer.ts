import type { PeerCertificate } from 'node:tls';
import type { FramingName } from '../framing/framing.js';
import type { ProtocolName } from '../protocol/protocol.js';

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
