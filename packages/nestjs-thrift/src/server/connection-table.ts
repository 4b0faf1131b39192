import type { Socket } from 'node:net';
import { sweepIntervalMs } from '../connection/activity-clock.js';
import type { ByteBudget } from '../connection/write-queue.js';
import type { ThriftPeer } from '../connection/peer.js';
import type { ForeignProtocol } from '../framing/detect.js';
import type { ReceivedMessage } from '../framing/framing.js';
import type { ThriftLimits } from '../limits.js';
import { ServerConnection, type ConnectionHost } from './server-connection.js';
import type { Dispatcher } from './dispatcher.js';
import type { RejectionReason } from './events.js';
import type { ServerCall } from './server-call.js';
import { WriteBatch } from '../connection/write-batch.js';

/** While draining, connections are looked at this often. */
const DRAIN_INTERVAL_MS = 10;
/** When the drain limit cuts calls, their error replies have this long to leave. */
const LAST_REPLIES_MS = 250;

const FOREIGN_ADVICE: Readonly<Record<ForeignProtocol, string>> = {
  tls: 'sent a TLS hello, but this port is plain TCP',
  http: 'sent an HTTP request, but this port speaks Thrift',
  'thriftpy2-json': "sent thriftpy2's own JSON, which is not Apache's: use its TApacheJSONProtocol",
  unknown: 'sent bytes that are no dialect of Thrift',
};

/** The open connections of a server, and the one timer that keeps an eye on all of them. */
export class ConnectionTable implements ConnectionHost {
  readonly limits: ThriftLimits;
  readonly bufferedBytes: ByteBudget = { used: 0 };
  readonly unsentBytes: ByteBudget = { used: 0 };

  private readonly writes = new WriteBatch();
  private readonly connections = new Set<ServerConnection>();
  private lastId = 0;
  private isDraining = false;
  private timer: NodeJS.Timeout | undefined;
  private onEmpty: (() => void) | undefined;

  constructor(
    private readonly server: {
      readonly limits: ThriftLimits;
      reject(peer: ThriftPeer, reason: RejectionReason, message: string): void;
      report(error: unknown, what: string): void;
    },
    private readonly dispatcher: Dispatcher,
    readonly path: string | undefined,
  ) {
    this.limits = server.limits;
  }

  readonly scheduleWrite = (write: () => void): void => {
    this.writes.schedule(write);
  };

  /** Open connections. */
  get size(): number {
    return this.connections.size;
  }

  /** Whether the process holds so many bytes for its peers, and so many more for others, that it must refuse new work. */
  isOverBudgetWith(moreBufferedBytes: number): boolean {
    const { maxBufferedBytes, maxUnsentBytes } = this.limits;
    return this.bufferedBytes.used + moreBufferedBytes > maxBufferedBytes || this.unsentBytes.used > maxUnsentBytes;
  }

  /** Takes a new connection in. While draining, it is one whose TLS handshake was under way: its calls are refused. */
  add(socket: Socket): ServerConnection {
    const connection = new ServerConnection(++this.lastId, socket, this);
    this.connections.add(connection);
    if (this.isDraining) connection.drain();
    this.startTimer();
    return connection;
  }

  /** Ends all connections as soon as their calls are answered, at the latest when the drain limit is over. */
  async drain(): Promise<void> {
    const startedAtMs = performance.now();
    this.isDraining = true;
    for (const connection of [...this.connections]) connection.drain();
    this.endDrained();
    if (this.connections.size === 0) return;
    const ticking = setInterval(() => {
      this.endDrained();
    }, DRAIN_INTERVAL_MS);
    let limit = setTimeout(() => {
      this.cut(performance.now() - startedAtMs);
      limit = setTimeout(() => {
        for (const connection of [...this.connections]) connection.destroy();
      }, LAST_REPLIES_MS);
    }, this.limits.drainTimeoutMs);
    await new Promise<void>((resolve) => {
      this.onEmpty = resolve;
    });
    clearInterval(ticking);
    clearTimeout(limit);
  }

  receive(connection: ServerConnection, message: ReceivedMessage): void {
    this.dispatcher.receive(connection, message);
  }

  refuse(connection: ServerConnection, message: ReceivedMessage, error: unknown): void {
    this.dispatcher.refuse(connection, message, error);
  }

  foreign(connection: ServerConnection, speaks: ForeignProtocol): void {
    this.reject(connection, 'foreign-protocol', FOREIGN_ADVICE[speaks]);
  }

  reject(connection: ServerConnection, reason: RejectionReason, message: string): void {
    this.server.reject(connection, reason, message);
  }

  report(error: unknown, what: string): void {
    this.server.report(error, what);
  }

  expire(call: ServerCall): void {
    this.dispatcher.expire(call);
  }

  /** Over a budget of the process, the largest holder is closed, at once: the next bytes may come in this very turn. */
  grew(): void {
    if (!this.isOverBudgetWith(0)) return;
    let largest: ServerConnection | undefined;
    for (const connection of this.connections) {
      if (largest === undefined || connection.heldBytes > largest.heldBytes) largest = connection;
    }
    if (largest === undefined) return;
    this.reject(largest, 'overloaded', `holds ${String(largest.heldBytes)} bytes while the process is over its limit`);
    largest.destroy();
  }

  closed(connection: ServerConnection, unanswered: readonly ServerCall[]): void {
    this.connections.delete(connection);
    for (const call of unanswered) this.dispatcher.abandon(call);
    if (this.connections.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.onEmpty?.();
  }

  /** Connections come and go in storms; the timer runs while there is one. */
  private startTimer(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(
      () => {
        const nowMs = performance.now();
        for (const connection of this.connections) connection.sweep(nowMs);
      },
      sweepIntervalMs(this.limits, this.limits.callTimeoutMs),
    ).unref();
  }

  private endDrained(): void {
    const nowMs = performance.now();
    for (const connection of [...this.connections]) connection.endIfDrained(nowMs);
  }

  /** Those that wait go first: they must not start in the places of those that ran. */
  private cut(waitedMs: number): void {
    const calls = [...this.connections].flatMap((connection) => [...connection.unsettled()]);
    for (const call of calls) if (!call.active) this.dispatcher.cut(call, waitedMs);
    for (const call of calls) if (call.active) this.dispatcher.cut(call, waitedMs);
  }
}
