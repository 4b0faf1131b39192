import type { Socket } from 'node:net';
import { sweepIntervalMs } from '../connection/activity-clock.js';
import { addressGroup, strangerAt, type ThriftPeer } from '../connection/peer.js';
import { WriteBatch } from './write-batch.js';
import { FairSlots } from './fair-slots.js';
import { ServerConnection, type ConnectionParts } from './server-connection.js';

/** Dependencies of a table of connections. */
export interface ConnectionTableParts extends Omit<ConnectionParts, 'writes' | 'onGrown' | 'onClosed'> {
  readonly onConnect: (peer: ThriftPeer) => void;
  readonly onDisconnect: (peer: ThriftPeer) => void;
}

/** Interval of the checks while draining. */
const DRAIN_INTERVAL_MS = 10;
/** Time for the error replies to leave when the drain limit ends calls. */
const LAST_REPLIES_MS = 250;

/** The open connections of a server, with one timer for the timeouts of all. */
export class ConnectionTable {
  readonly #slots: FairSlots<ServerConnection>;
  readonly #parts: ConnectionTableParts;
  readonly #shared: ConnectionParts;
  #lastId = 0;
  #isDraining = false;
  #timer: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(parts: ConnectionTableParts) {
    this.#parts = parts;
    this.#slots = new FairSlots(parts.limits.maxConnections);
    this.#shared = {
      ...parts,
      writes: new WriteBatch(),
      onGrown: this.#onGrown,
      onClosed: this.#onClosed,
    };
  }

  /** Open connections. */
  get size(): number {
    return this.#slots.size;
  }

  /**
   * Adds a new connection, or rejects it where the limit is reached and none is idle that could be closed for it. While
   * draining, it is one whose TLS handshake was under way: its calls are rejected.
   */
  add(socket: Socket): void {
    const { reject, onConnect, onDisconnect } = this.#parts;
    const address = addressGroup(socket.remoteAddress ?? '');
    if (this.#slots.isFull && !this.#evictFor(address)) {
      const message = `is one connection more than ${String(this.#slots.limit)}, and none of them is idle`;
      const peer = strangerAt(socket.remoteAddress ?? '', socket.remotePort);
      socket.on('error', () => undefined);
      socket.destroy();
      reject(peer, 'connection-limit', message);
      return;
    }
    const connection = new ServerConnection(++this.#lastId, socket, this.#shared);
    this.#slots.take(connection, address);
    if (this.#isDraining) connection.drain();
    this.#startTimer();
    onConnect(connection.peer);
    socket.on('close', () => {
      onDisconnect(connection.peer);
    });
  }

  /** Closes all connections as soon as their calls are answered, at the latest after the drain limit. */
  async drain(): Promise<void> {
    const startedAtMs = performance.now();
    this.#isDraining = true;
    for (const connection of [...this.#slots.holders()]) connection.drain();
    this.#endDrained();
    if (this.size === 0) return;
    const ticking = setInterval(() => {
      this.#endDrained();
    }, DRAIN_INTERVAL_MS);
    let limit = setTimeout(() => {
      this.#cut(performance.now() - startedAtMs);
      limit = setTimeout(() => {
        for (const connection of [...this.#slots.holders()]) connection.destroy();
      }, LAST_REPLIES_MS);
    }, this.#parts.limits.drainTimeoutMs);
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    clearInterval(ticking);
    clearTimeout(limit);
  }

  /** Closes the longest idle connection that `address` may replace. Returns false when there is none. */
  #evictFor(address: string): boolean {
    const longest = this.#slots.replaceableBy(address);
    if (longest === undefined) return false;
    const limit = String(this.#slots.limit);
    this.#parts.reject(longest.peer, 'connection-limit', `was idle longest at the limit of ${limit} connections`);
    longest.evict();
    return true;
  }

  /** Over a budget, closes the largest connection at once: more bytes may arrive within the same event-loop iteration. */
  readonly #onGrown = (): void => {
    if (!this.#parts.limiter.isOverBudget) return;
    let largest: ServerConnection | undefined;
    for (const connection of this.#slots.holders()) {
      if (largest === undefined || connection.heldBytes > largest.heldBytes) largest = connection;
    }
    if (largest === undefined) return;
    const held = String(largest.heldBytes);
    this.#parts.reject(largest.peer, 'overloaded', `holds ${held} bytes while the process is over its limit`);
    largest.destroy();
  };

  readonly #onClosed = (connection: ServerConnection): void => {
    this.#slots.free(connection);
    if (this.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#onEmpty?.();
  };

  /** The timer runs while there is a connection. */
  #startTimer(): void {
    this.#timer ??= setInterval(() => {
      const nowMs = performance.now();
      for (const connection of this.#slots.holders()) connection.sweep(nowMs);
    }, sweepIntervalMs(this.#parts.limits)).unref();
  }

  #endDrained(): void {
    const nowMs = performance.now();
    for (const connection of [...this.#slots.holders()]) connection.endIfDrained(nowMs);
  }

  /** Ends all calls; queued ones first, or they would start in the slots of the running ones. */
  #cut(waitedMs: number): void {
    const calls = [...this.#slots.holders()].flatMap((connection) => [...connection.calls]);
    for (const call of calls) if (call.state !== 'running') call.cut(waitedMs);
    for (const call of calls) if (call.state === 'running') call.cut(waitedMs);
  }
}
