import type { Socket } from 'node:net';
import { addressGroup, strangerAt, type ThriftPeer } from '../connection/peer.js';
import type { Reject } from './events.js';
import { FairSlots, type SlotHolder } from './fair-slots.js';

/** Maximum TLS handshakes in progress, as a part of the connection limit. */
export const HANDSHAKE_SHARE = 1 / 4;

/** A TLS handshake in progress. The server has done its part at once, so all that it waits for is the peer. */
class Handshake implements SlotHolder {
  readonly idleSinceMs = performance.now();
  /** Read now: a destroyed socket no longer knows its address. */
  readonly peer: ThriftPeer;

  constructor(readonly socket: Socket) {
    this.peer = strangerAt(socket.remoteAddress ?? '', socket.remotePort);
  }
}

/**
 * The TLS handshakes in progress, which hold sockets beside the open connections. At the limit, a new one replaces the oldest,
 * by the rule of connections.
 */
export class HandshakeTable {
  readonly #slots: FairSlots<Handshake>;
  /** Outlives the slot: a socket may be closed before its failure is reported. */
  readonly #bySocket = new WeakMap<Socket, Handshake>();
  readonly #reject: Reject;

  constructor(maxConnections: number, reject: Reject) {
    this.#slots = new FairSlots(Math.ceil(maxConnections * HANDSHAKE_SHARE));
    this.#reject = reject;
  }

  /** Adds the socket of a handshake that begins. */
  add(socket: Socket): void {
    const handshake = new Handshake(socket);
    const address = addressGroup(handshake.peer.address);
    if (this.#slots.isFull) this.#evictFor(address);
    this.#slots.take(handshake, address);
    this.#bySocket.set(socket, handshake);
    socket.on('close', () => {
      this.#slots.free(handshake);
    });
  }

  /** Removes a handshake that has ended, and returns its peer; undefined when it was evicted. */
  remove(socket: Socket): ThriftPeer | undefined {
    const handshake = this.#bySocket.get(socket);
    if (handshake === undefined) return undefined;
    this.#bySocket.delete(socket);
    this.#slots.free(handshake);
    return handshake.peer;
  }

  /** Ends all handshakes. */
  destroy(): void {
    for (const { socket } of this.#slots.holders()) socket.destroy();
  }

  #evictFor(address: string): void {
    const oldest = this.#slots.replaceableBy(address);
    // All holders can be replaced, and one of the addresses holds at least its share.
    if (oldest === undefined) return;
    this.remove(oldest.socket);
    oldest.socket.destroy();
    const limit = String(this.#slots.limit);
    this.#reject(oldest.peer, 'connection-limit', `had the oldest TLS handshake at the limit of ${limit}`);
  }
}
