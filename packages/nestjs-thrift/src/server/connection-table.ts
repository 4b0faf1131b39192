import type { Socket } from 'node:net';
import { sweepIntervalMs } from '../connection/activity-clock.js';
import { addressGroup } from '../connection/peer.js';
import { WriteBatch } from '../connection/write-batch.js';
import type { ThriftLimits } from '../limits.js';
import type { CallLimiter } from './call-limiter.js';
import type { Reject } from './events.js';
import { ServerConnection, type ConnectionParts } from './server-connection.js';

/** While draining, connections are checked this often. */
const DRAIN_INTERVAL_MS = 10;
/** When the drain limit ends calls, their error replies have this long to leave. */
const LAST_REPLIES_MS = 250;

/**
 * The open connections of a server, and the one timer that checks all of them. At the limit a new connection replaces the
 * one that has been idle longest with nothing under way. Each address has a share of the connections: only addresses that
 * hold their share or more lose one, so no address can shut the others out.
 */
export class ConnectionTable {
  /** Each with the group of its address. */
  readonly #connections = new Map<ServerConnection, string>();
  readonly #perAddress = new Map<string, number>();
  readonly #limits: ThriftLimits;
  readonly #limiter: CallLimiter;
  readonly #reject: Reject;
  readonly #parts: ConnectionParts;
  #lastId = 0;
  #isDraining = false;
  #timer: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(parts: Omit<ConnectionParts, 'writes' | 'onGrown' | 'onClosed'>) {
    this.#limits = parts.limits;
    this.#limiter = parts.limiter;
    this.#reject = parts.reject;
    this.#parts = { ...parts, writes: new WriteBatch(), onGrown: this.#onGrown, onClosed: this.#onClosed };
  }

  /** Open connections. */
  get size(): number {
    return this.#connections.size;
  }

  /**
   * Takes a new connection in; undefined where the limit is reached and none is idle that could go for it. While draining,
   * it is one whose TLS handshake was under way: its calls are rejected.
   */
  add(socket: Socket): ServerConnection | undefined {
    const address = addressGroup(socket.remoteAddress ?? '');
    if (this.size >= this.#limits.maxConnections && !this.#evictFor(address)) return undefined;
    const connection = new ServerConnection(++this.#lastId, socket, this.#parts);
    this.#connections.set(connection, address);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    if (this.#isDraining) connection.drain();
    this.#startTimer();
    return connection;
  }

  /** Ends all connections as soon as their calls are answered, at the latest when the drain limit is over. */
  async drain(): Promise<void> {
    const startedAtMs = performance.now();
    this.#isDraining = true;
    for (const connection of [...this.#connections.keys()]) connection.drain();
    this.#endDrained();
    if (this.size === 0) return;
    const ticking = setInterval(() => {
      this.#endDrained();
    }, DRAIN_INTERVAL_MS);
    let limit = setTimeout(() => {
      this.#cut(performance.now() - startedAtMs);
      limit = setTimeout(() => {
        for (const connection of [...this.#connections.keys()]) connection.destroy();
      }, LAST_REPLIES_MS);
    }, this.#limits.drainTimeoutMs);
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    clearInterval(ticking);
    clearTimeout(limit);
  }

  /** Closes the connection that has been idle longest, of those that may lose one to `address`. False: there is none. */
  #evictFor(address: string): boolean {
    const ownCount = this.#perAddress.get(address) ?? 0;
    const share = this.#limits.maxConnections / (this.#perAddress.size + (ownCount === 0 ? 1 : 0));
    let longest: ServerConnection | undefined;
    let longestSinceMs = Infinity;
    for (const [connection, other] of this.#connections) {
      if (ownCount >= share ? other !== address : (this.#perAddress.get(other) ?? 0) < share) continue;
      const sinceMs = connection.idleSinceMs ?? Infinity;
      if (sinceMs >= longestSinceMs) continue;
      longest = connection;
      longestSinceMs = sinceMs;
    }
    if (longest === undefined) return false;
    const limit = String(this.#limits.maxConnections);
    this.#reject(longest.peer, 'connection-limit', `was idle longest when a connection more than ${limit} came`);
    longest.evict();
    return true;
  }

  /** Over a budget of the process, the largest holder is closed, at once: the next bytes may come in this iteration. */
  readonly #onGrown = (): void => {
    if (!this.#limiter.isOverBudget) return;
    let largest: ServerConnection | undefined;
    for (const connection of this.#connections.keys()) {
      if (largest === undefined || connection.heldBytes > largest.heldBytes) largest = connection;
    }
    if (largest === undefined) return;
    const held = String(largest.heldBytes);
    this.#reject(largest.peer, 'overloaded', `holds ${held} bytes while the process is over its limit`);
    largest.destroy();
  };

  readonly #onClosed = (connection: ServerConnection): void => {
    const address = this.#connections.get(connection) ?? '';
    this.#connections.delete(connection);
    const left = (this.#perAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
    if (this.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#onEmpty?.();
  };

  /** Connections come and go in storms; the timer runs while there is one. */
  #startTimer(): void {
    this.#timer ??= setInterval(() => {
      const nowMs = performance.now();
      for (const connection of this.#connections.keys()) connection.sweep(nowMs);
    }, sweepIntervalMs(this.#limits)).unref();
  }

  #endDrained(): void {
    const nowMs = performance.now();
    for (const connection of [...this.#connections.keys()]) connection.endIfDrained(nowMs);
  }

  /** Queued calls end first: they must not start in the slots of those that ran. */
  #cut(waitedMs: number): void {
    const calls = [...this.#connections.keys()].flatMap((connection) => [...connection.calls]);
    for (const call of calls) if (call.state !== 'running') call.cut(waitedMs);
    for (const call of calls) if (call.state === 'running') call.cut(waitedMs);
  }
}
