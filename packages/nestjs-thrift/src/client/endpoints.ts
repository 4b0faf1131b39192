import { lookup as lookupAll } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { ThriftTransportError } from '../errors.js';
import { chooseServer } from './balancer.js';
import type { Call } from './call.js';
import type { SharedParts } from './client-connection.js';
import type { ClientSettings } from './client-options.js';
import { Endpoint, type EndpointEvents } from './endpoint.js';
import { Resolver, type Lookup } from './resolver.js';
import { describeSocketError } from './socket-error.js';
import { describeTarget, targetAt, type Target } from './target.js';

/** Callbacks about the servers of a client, each named `host:port`. */
export interface ServerEvents {
  connecting(server: string): void;
  connected(server: string): void;
  /** Called when an attempt to connect failed, or to resolve the name of the servers. */
  failed(error: Error, server: string): void;
  disconnected(error: Error | undefined, server: string): void;
  /** Called when a server is not used for a while, since it does not reply. */
  ejected(server: string, pauseMs: number): void;
  /** Called when the name of the servers was resolved to other addresses. */
  resolved(servers: readonly string[]): void;
}

/** Callbacks about calls. */
export interface CallEvents extends Pick<EndpointEvents, 'onReply' | 'onFailed'> {
  /** Called when further calls may be sent, or calls that wait need a connection. */
  readonly onReady: () => void;
  /** Called when no server can be reached, and no attempt is in progress. */
  readonly onUnreachable: (error: Error) => void;
}

/** The error of calls when the client is closed. */
export function closedError(executed: 'no' | 'maybe'): ThriftTransportError {
  return new ThriftTransportError('closed', executed, 'The client was closed: call connect() to use it again');
}

const lookupAddresses: Lookup = async (name) => (await lookupAll(name, { all: true })).map(({ address }) => address);

/** The servers of a client: those of its options, or all addresses of a name. */
export class Endpoints {
  /** Description for messages. */
  readonly name: string;
  #all: readonly Endpoint[] = [];
  /** Those that take calls. */
  #connected: readonly Endpoint[] = [];
  /** Those that are no address of the name any more, until their calls have their replies. */
  readonly #former = new Set<Endpoint>();
  readonly #resolver: Resolver | undefined;
  /** Why the name could not be resolved at last; undefined when it could. */
  #resolveError: ThriftTransportError | undefined;
  readonly #create: (target: Target) => Endpoint;
  readonly #calls: CallEvents;
  readonly #events: ServerEvents;

  constructor(settings: ClientSettings, shared: SharedParts, calls: CallEvents, events: ServerEvents) {
    this.#calls = calls;
    this.#events = events;
    const endpointEvents: EndpointEvents = {
      onConnecting: ({ name }) => {
        events.connecting(name);
      },
      onConnected: this.#onConnected,
      onDialFailed: this.#onDialFailed,
      onDisconnected: this.#onDisconnected,
      onHung: this.#onHung,
      ...calls,
    };
    this.#create = (target) => new Endpoint(target, settings, shared, endpointEvents);
    const { targets, name, lookup = lookupAddresses } = settings;
    this.name = (name === undefined ? targets : [name]).map(describeTarget).join(', ');
    this.#all = targets.map(this.#create);
    if (name === undefined) return;
    this.#resolver = new Resolver(name.host, lookup, {
      onAddresses: (addresses) => {
        this.#replace(addresses.map((address) => targetAt(address, name)));
      },
      onFailed: this.#onUnresolved,
    });
  }

  get isConnected(): boolean {
    return this.#connected.length > 0;
  }

  /** The socket of the first server that is connected. */
  get socket(): Socket | undefined {
    return this.#connected[0]?.socket;
  }

  /** Number of servers that take calls. */
  get connectedCount(): number {
    return this.#connected.length;
  }

  get all(): readonly Endpoint[] {
    return this.#all;
  }

  /** Why no server can be reached, as far as that is known. */
  get lastError(): Error | undefined {
    return this.#all.find(({ lastError }) => lastError !== undefined)?.lastError ?? this.#resolveError;
  }

  /** The server for a call; undefined when none takes one now. */
  choose({ rejectedBy }: Call): Endpoint | undefined {
    if (this.#connected.length !== 1) return chooseServer(this.#connected, rejectedBy, performance.now());
    const only = this.#connected[0];
    return only?.canSend === true ? only : undefined;
  }

  /** Connects to all servers; resolves with the first one. @throws ThriftTransportError `connect-failed`. */
  async connect(): Promise<void> {
    if (this.#resolver !== undefined) {
      await this.#resolver.start();
      if (this.#resolver.isStopped) throw closedError('no');
    }
    if (this.isConnected) return;
    if (this.#all.length === 0) throw this.#resolveError ?? closedError('no');
    try {
      await Promise.any(this.#all.map((endpoint) => endpoint.connect()));
    } catch (error) {
      throw toOne((error as AggregateError).errors as Error[]);
    }
  }

  /** Connects to all servers whose pause after the last failure is over. */
  dialWhenDue(): void {
    if (this.#connected.length === this.#all.length && this.#all.length > 0) return;
    void this.#resolver?.start();
    for (const endpoint of this.#all) endpoint.dialWhenDue();
  }

  /** Fails the calls in flight, and closes. Resolves when all sockets are closed. */
  async close(): Promise<void> {
    this.#resolver?.stop();
    const endpoints = [...this.#all, ...this.#former];
    await Promise.all(endpoints.map((endpoint) => endpoint.close(closedError('no'), closedError('maybe'))));
  }

  readonly #onConnected = (endpoint: Endpoint): void => {
    this.#connected = [...this.#connected, endpoint];
    this.#events.connected(endpoint.name);
    this.#calls.onReady();
  };

  readonly #onDisconnected = (endpoint: Endpoint, error: Error | undefined): void => {
    this.#connected = this.#connected.filter((other) => other !== endpoint);
    this.#events.disconnected(error, endpoint.name);
    this.#resolver?.refresh();
    this.#readmitIfFew();
    this.#calls.onReady();
  };

  readonly #onDialFailed = (endpoint: Endpoint, error: Error): void => {
    if (!this.#all.includes(endpoint)) return;
    this.#events.failed(error, endpoint.name);
    this.#resolver?.refresh();
    const isHopeless = !this.isConnected && this.#all.every(({ isDialing }) => !isDialing);
    if (isHopeless) this.#calls.onUnreachable(error);
    this.#calls.onReady();
  };

  readonly #onHung = (endpoint: Endpoint): void => {
    const others = this.#connected.filter((other) => other !== endpoint).length;
    if (endpoint.isConnected && 2 * others >= this.#all.length) this.#events.ejected(endpoint.name, endpoint.eject());
    else this.#readmitAll();
  };

  readonly #onUnresolved = (cause: Error): void => {
    const message = `Can't resolve ${this.name}: ${describeSocketError(cause)}; no call was sent`;
    this.#resolveError = new ThriftTransportError('connect-failed', 'no', message, { cause });
    this.#events.failed(this.#resolveError, this.name);
    if (this.#all.length === 0) this.#calls.onUnreachable(this.#resolveError);
  };

  /** At most half of the servers are ejected: the rest may be too few for the calls, or the fault may be elsewhere. */
  #readmitIfFew(): void {
    if (2 * this.#connected.length < this.#all.length) this.#readmitAll();
  }

  #readmitAll(): void {
    for (const endpoint of this.#all) endpoint.readmit();
  }

  /** Replaces the servers by those at other addresses. */
  #replace(targets: readonly Target[]): void {
    this.#resolveError = undefined;
    const known = new Map(this.#all.map((endpoint) => [endpoint.name, endpoint]));
    const former = this.#all;
    this.#all = targets.map((target) => known.get(describeTarget(target)) ?? this.#create(target));
    this.#events.resolved(this.#all.map(({ name }) => name));
    for (const endpoint of this.#all) endpoint.dialWhenDue();
    for (const endpoint of former.filter((endpoint) => !this.#all.includes(endpoint))) {
      this.#former.add(endpoint);
      void endpoint.retire(closedError('no')).then(() => this.#former.delete(endpoint));
    }
  }
}

/** The error of several attempts to connect. */
function toOne(errors: readonly Error[]): Error {
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first;
  const message = errors.map((error) => error.message).join('; ');
  return new ThriftTransportError('connect-failed', 'no', message, { cause: first });
}
