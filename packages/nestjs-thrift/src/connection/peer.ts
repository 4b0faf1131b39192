import type { Socket } from 'node:net';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import type { FramingName } from '../framing/framing.js';
import type { ProtocolName } from '../protocol/protocol.js';

/** The other side of a connection. */
export interface ThriftPeer {
  /** Counts up from 1 in each process; 0 for a peer that was rejected before it had a connection. */
  readonly id: number;
  /** The address, or the path of a Unix domain socket; empty when the peer reset the connection before it was read. */
  readonly address: string;
  /** The peer's own port; undefined on a Unix domain socket. */
  readonly port: number | undefined;
  /** Known after the first bytes. */
  readonly protocol: ProtocolName | undefined;
  /** Known after the first bytes. */
  readonly framing: FramingName | undefined;
  /** The verified client certificate, on a server that requires one; undefined on any other. */
  readonly certificate: PeerCertificate | undefined;
  /** Bytes received so far. */
  readonly bytesRead: number;
  /** Bytes sent so far. */
  readonly bytesWritten: number;
}

/** IPv4 addresses in the form that a dual-stack socket reports. */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** The address of a socket, with IPv4 addresses in their own form: `127.0.0.1`, not `::ffff:127.0.0.1`. */
export function plainAddress(address: string): string {
  return address.replace(MAPPED, '');
}

/** The unit of a quota by address: an IPv4 address, or an IPv6 /64 network, since one host may use all of its addresses. */
export function addressGroup(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(':')) return plain;
  const halves = (plain.split('%')[0] as string).split('::');
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]?];
  const zeros = tail === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(':');
}

/** An address with its port, as in a URL: `127.0.0.1:9090`, `[::1]:9090`. */
export function placeOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

/** A peer that was rejected before it had a connection. */
export function strangerAt(address: string, port: number | undefined): ThriftPeer {
  return {
    id: 0,
    address: plainAddress(address),
    port,
    protocol: undefined,
    framing: undefined,
    certificate: undefined,
    bytesRead: 0,
    bytesWritten: 0,
  };
}

/** The peer of a socket. It is safe to keep and to share: it gives no access to the connection. */
export class SocketPeer implements ThriftPeer {
  readonly address: string;
  readonly port: number | undefined;
  protocol: ProtocolName | undefined;
  framing: FramingName | undefined;
  readonly #socket: Socket;

  /** @param path of the Unix domain socket that the server listens on. */
  constructor(
    readonly id: number,
    socket: Socket,
    path: string | undefined,
  ) {
    this.#socket = socket;
    this.address = plainAddress(socket.remoteAddress ?? path ?? '');
    this.port = socket.remotePort;
  }

  get certificate(): PeerCertificate | undefined {
    const socket = this.#socket;
    return socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate() : undefined;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten;
  }
}
