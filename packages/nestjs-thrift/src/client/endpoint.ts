import type { Socket } from 'node:net';
import { ThriftTransportError } from '../errors.js';
import { createFraming } from '../framing/create-framing.js';
import { Penalty, shareAt, type Candidate } from './balancer.js';
import type { Call, SentOn } from './call.js';
import { ClientConnection, type ConnectionParts, type SharedParts } from './client-connection.js';
import type { ClientSettings } from './client-options.js';
import { Dialer } from './dialer.js';
import { Health } from './health.js';
import type { Reply } from './reply-reader.js';
import { describeTarget, type Target } from './target.js';

/** Lifetime after which a connection counts as used even if no call was sent on it. */
const USEFUL_LIFE_MS = 1_000;

/** What has happened with a server so far. */
export interface EndpointCounts {
  calls: number;
  /** Calls that it rejected without running them. */
  rejections: number;
  /** Calls without a reply in their time. */
  timeouts: number;
  /** Attempts to connect that failed, and connections that were lost. */
  failures: number;
  ejections: number;
}

/** Callbacks of a server. */
export interface EndpointEvents {
  readonly onConnecting: (endpoint: Endpoint) => void;
  readonly onConnected: (endpoint: Endpoint) => void;
  /** Called when an attempt to connect failed. */
  readonly onDialFailed: (endpoint: Endpoint, error: Error) => void;
  /** Called when its connection takes no further calls: it was lost, for the given reason, or is to be replaced. */
  readonly onDisconnected: (endpoint: Endpoint, error: Error | undefined) => void;
  /** Called when it does not reply, and should be ejected. */
  readonly onHung: (endpoint: Endpoint) => void;
  readonly onReply: (
    endpoint: Endpoint,
    call: Call,
    reply: Reply,
    headers: ReadonlyMap<string, string> | undefined,
  ) => void;
  readonly onFailed: ConnectionParts['onFailed'];
  readonly onReady: ConnectionParts['onReady'];
}

/** One server of a client: sends calls on one connection at a time, replaces it when it is lost, and judges the server. */
export class Endpoint implements Candidate {
  readonly name: string;
  readonly counts: EndpointCounts = { calls: 0, rejections: 0, timeouts: 0, failures: 0, ejections: 0 };
  /** The connection that takes calls; others may wait for their last replies. */
  #connection: ClientConnection | undefined;
  readonly #connections = new Set<ClientConnection>();
  readonly #penalty = new Penalty();
  readonly #health = new Health();
  readonly #settings: ClientSettings;
  readonly #events: EndpointEvents;
  readonly #parts: ConnectionParts;
  readonly #dialer: Dialer;

  constructor(target: Target, settings: ClientSettings, shared: SharedParts, events: EndpointEvents) {
    this.name = describeTarget(target);
    this.#settings = settings;
    this.#events = events;
    this.#parts = {
      ...shared,
      onReply: this.#onReply,
      onFailed: events.onFailed,
      onReady: events.onReady,
      onLate: this.#onLate,
      onRetired: this.#onRetired,
    };
    this.#dialer = new Dialer(target, settings, {
      onAttempt: () => {
        events.onConnecting(this);
      },
      onOpened: (socket) => {
        this.#use(socket);
      },
      onFailed: (error) => {
        this.counts.failures++;
        events.onDialFailed(this, error);
      },
    });
  }

  /** The socket of the connection that takes calls. */
  get socket(): Socket | undefined {
    return this.#connection?.socket;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  get isDialing(): boolean {
    return this.#dialer.isDialing;
  }

  /** Why the last attempt to connect failed; undefined when it succeeded. */
  get lastError(): Error | undefined {
    return this.#dialer.lastError;
  }

  get canSend(): boolean {
    return this.#connection?.canSend === true;
  }

  get callsInFlight(): number {
    return this.#connection?.unansweredCalls ?? 0;
  }

  loadAt(nowMs: number): number {
    return this.callsInFlight + this.#penalty.at(nowMs);
  }

  shareAt(nowMs: number): number {
    return shareAt(nowMs - (this.#connection?.openedAtMs ?? nowMs));
  }

  /** Sends a call; `canSend` was true. @throws ThriftProtocolError for arguments that don't fit; nothing is sent then. */
  send(call: Call): void {
    this.#connection?.send(call);
    this.counts.calls++;
  }

  /** Connects now, or joins the attempt in progress. Rejects when it fails. */
  async connect(): Promise<void> {
    if (this.#connection === undefined) await this.#dialer.dialNow();
  }

  /** Connects as soon as the pause after the last failure is over. */
  dialWhenDue(): void {
    if (this.#connection === undefined) this.#dialer.dialWhenDue();
  }

  /** Takes no further calls for a while. Returns how long, in ms. */
  eject(): number {
    const pauseMs = this.#health.eject();
    this.counts.ejections++;
    this.#dialer.hold(pauseMs);
    this.#connection?.retire();
    return pauseMs;
  }

  /** Ends an ejection. */
  readmit(): void {
    this.#dialer.release();
  }

  /** Takes no further calls. Resolves when they have their replies, and the sockets are closed. */
  async retire(error: Error): Promise<void> {
    this.#dialer.stop(error);
    this.#connection?.retire();
    await Promise.all([...this.#connections].map(({ closed }) => closed));
  }

  /** Fails the calls in flight, and closes. Resolves when all sockets are closed. @param unsent for an attempt to connect. */
  async close(unsent: Error, sent: Error): Promise<void> {
    this.#dialer.stop(unsent);
    await Promise.all([...this.#connections].map((connection) => connection.close(sent)));
  }

  #use(socket: Socket): void {
    const { framing: name, protocol, limits } = this.#settings;
    const connection = new ClientConnection(socket, createFraming(name, protocol, limits), this.#parts);
    this.#connection = connection;
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    this.#events.onConnected(this);
  }

  readonly #onReply: ConnectionParts['onReply'] = (call, reply, headers) => {
    if (reply.kind === 'rejected') this.#onRejected(call, reply.error);
    else if (reply.kind === 'error' && reply.error instanceof ThriftTransportError) this.#onLate(call.sentOn);
    else this.#health.replied();
    this.#events.onReply(this, call, reply, headers);
  };

  #onRejected(call: Call, { reason }: ThriftTransportError): void {
    this.#health.replied();
    this.counts.rejections++;
    this.#penalty.add(performance.now());
    if (reason === 'shutting-down') call.sentOn?.retire();
  }

  readonly #onLate = (connection: SentOn | undefined): void => {
    this.counts.timeouts++;
    // The calls of an earlier connection had their consequences.
    if (connection !== this.#connection) return;
    this.#penalty.add(performance.now());
    if (this.#health.timedOut()) this.#events.onHung(this);
  };

  readonly #onRetired: ConnectionParts['onRetired'] = (connection, error) => {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    if (error !== undefined) {
      this.counts.failures++;
      this.#penalty.add(performance.now());
    }
    this.#dialer.ended(connection.hasServed || performance.now() - connection.openedAtMs > USEFUL_LIFE_MS);
    this.#events.onDisconnected(this, error);
  };
}
