import { Server, type IncomingMessage, type RequestListener, type ServerOptions, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Limits of the connections of an HTTP server. */
interface HttpConnectionLimits {
  /** Open connections. */
  readonly maxConnections: number;
  /** Unanswered requests per connection. Default: no limit. */
  readonly maxUnanswered?: number;
  /**
   * The network of a peer's address. Undefined: each of its connections counts as a network of its own, since it
   * forwards requests of many clients.
   */
  readonly networkOf: (address: string) => string | undefined;
  /** Time after which a first request that has not arrived counts as half-sent. Default: 1,000 ms. */
  readonly halfSentMs?: number;
}

/** No whole request yet; between two requests; in a request. */
type State = 'unsent' | 'idle' | 'busy';

const HALF_SENT_MS = 1_000;

/** A connection whose network is undefined is its own network. */
type Network = string | Socket;

interface Connection {
  readonly network: Network;
  readonly openedMs: number;
  /** The last one. */
  request: IncomingMessage | undefined;
  unanswered: number;
  state: State;
}

/**
 * Node's server waits on close for connections on which nothing has arrived, such as a browser's spare ones, and keeps
 * those that are answered later until their keep-alive time is over. This one closes both.
 */
class LimitedServer extends Server {
  readonly #connections: HttpConnections;

  constructor(options: ServerOptions, connections: HttpConnections) {
    super(options);
    this.#connections = connections;
  }

  override close(callback?: (error?: Error) => void): this {
    super.close(callback);
    this.#connections.close();
    return this;
  }
}

/**
 * The connections of an HTTP server. When they run short, each network has an equal share, and a new connection replaces
 * one of a network that exceeds its share, in this order and each time the oldest: half-sent first requests, idle
 * connections, new ones, requests whose body is incomplete, and only for a network within its share requests that are
 * running. So neither many slow requests nor many connections of one network keep others out.
 *
 * Also limits unanswered requests per connection. Node handles all requests of one read, thousands of them, whether or
 * not the peer ever reads an answer.
 */
export class HttpConnections {
  readonly #limits: HttpConnectionLimits;
  readonly #connections = new Map<Socket, Connection>();
  /** Each in the order in which the connections entered the state. */
  readonly #byState: Readonly<Record<State, Set<Socket>>> = { unsent: new Set(), idle: new Set(), busy: new Set() };
  /** Number of connections by network. */
  readonly #networks = new Map<Network, number>();
  #state: 'open' | 'closing' = 'open';

  constructor(limits: HttpConnectionLimits) {
    this.#limits = limits;
  }

  /** A server whose connections and requests are limited: `handle` gets the admitted requests. */
  createServer(options: ServerOptions, handle: RequestListener): Server {
    const server = new LimitedServer(options, this);
    server.on('request', (request, response) => {
      if (this.#admit(request, response)) handle(request, response);
    });
    return server.on('connection', (socket: Socket) => {
      this.#open(socket);
    });
  }

  /** Closes connections on which nothing has arrived, and from now on each other one once its requests are answered. */
  close(): void {
    this.#state = 'closing';
    for (const socket of this.#byState.unsent) if (socket.bytesRead === 0) this.#close(socket);
  }

  /** Accepts a new connection, or closes it when it would exceed the limit and replaces no other. */
  #open(socket: Socket): void {
    const network = this.#limits.networkOf(socket.remoteAddress ?? '') ?? socket;
    this.#networks.set(network, this.#countOf(network) + 1);
    const openedMs = performance.now();
    this.#connections.set(socket, { network, openedMs, request: undefined, unanswered: 0, state: 'unsent' });
    if (this.#connections.size > this.#limits.maxConnections && !this.#replaceFor(network)) {
      this.#close(socket);
      return;
    }
    this.#byState.unsent.add(socket);
    socket.once('close', () => {
      this.#remove(socket);
    });
  }

  /** Whether to serve this request; if not, its connection is closed. */
  #admit(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request;
    const connection = this.#connections.get(socket);
    if (connection === undefined || socket.destroyed) return false;
    if (connection.unanswered >= (this.#limits.maxUnanswered ?? Infinity)) {
      socket.destroy();
      return false;
    }
    connection.unanswered++;
    connection.request = request;
    this.#enter('busy', socket, connection);
    response.once('close', () => {
      // In the next iteration of the event loop: otherwise answers that are ready at once would let all requests of one
      // read pass.
      setImmediate(() => {
        this.#onAnswered(socket);
      });
    });
    return true;
  }

  #onAnswered(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    connection.unanswered--;
    if (connection.unanswered > 0) return;
    connection.request = undefined;
    this.#enter('idle', socket, connection);
    if (this.#state === 'closing') socket.destroySoon();
  }

  #enter(state: State, socket: Socket, connection: Connection): void {
    if (connection.state === state) return;
    this.#byState[connection.state].delete(socket);
    this.#byState[state].add(socket);
    connection.state = state;
  }

  /** Closes a connection in favour of a new one of `network`, which is counted already. @returns whether it did. */
  #replaceFor(network: Network): boolean {
    const share = Math.floor(this.#limits.maxConnections / this.#networks.size);
    const isForRunning = this.#countOf(network) <= share;
    for (const socket of this.#inOrder(isForRunning)) {
      const connection = this.#connections.get(socket);
      if (connection === undefined || this.#countOf(connection.network) <= share) continue;
      this.#close(socket);
      return true;
    }
    return false;
  }

  /** The connections that may be replaced, the first one first. */
  *#inOrder(isForRunning: boolean): Generator<Socket> {
    const { unsent, idle, busy } = this.#byState;
    const halfSentFromMs = performance.now() - (this.#limits.halfSentMs ?? HALF_SENT_MS);
    for (const socket of unsent) {
      if ((this.#connections.get(socket)?.openedMs ?? 0) > halfSentFromMs) break;
      yield socket;
    }
    yield* idle;
    yield* unsent;
    for (const socket of busy) {
      if (this.#connections.get(socket)?.request?.complete === false) yield socket;
    }
    if (isForRunning) yield* busy;
  }

  #countOf(network: Network): number {
    return this.#networks.get(network) ?? 0;
  }

  #close(socket: Socket): void {
    this.#remove(socket);
    socket.destroy();
  }

  #remove(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    this.#connections.delete(socket);
    this.#byState[connection.state].delete(socket);
    const rest = this.#countOf(connection.network) - 1;
    if (rest > 0) this.#networks.set(connection.network, rest);
    else this.#networks.delete(connection.network);
  }
}
