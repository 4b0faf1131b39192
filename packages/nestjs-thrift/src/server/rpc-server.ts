import type { Server as NetServer } from 'node:net';
import { Deadlines } from '../connection/deadlines.js';
import type { ThriftPeer } from '../connection/peer.js';
import type { ThriftLimits } from '../limits.js';
import type { AcceptedDialects } from './accepted-dialects.js';
import { CallLimiter } from './call-limiter.js';
import { ConnectionTable } from './connection-table.js';
import { Dispatcher } from './dispatcher.js';
import type { Reject, ReportFault } from './events.js';
import { Listener, type ListenOptions } from './listener.js';
import type { MethodTable } from './method-table.js';
import type { ReplyWriter } from './reply-writer.js';
import type { CallRunner, ServerCall } from './server-call.js';

/** The parts of a server, and its callbacks. */
export interface RpcServerParts {
  readonly limits: ThriftLimits;
  readonly accepted: AcceptedDialects;
  readonly listen: ListenOptions;
  readonly writer: ReplyWriter;
  readonly runner: CallRunner;
  readonly reject: Reject;
  readonly report: ReportFault;
  readonly onConnect: (peer: ThriftPeer) => void;
  readonly onDisconnect: (peer: ThriftPeer) => void;
  /** Called when the listening socket fails after the start. */
  readonly onError: (error: Error) => void;
  readonly onDrain: () => void;
  readonly log: (message: string) => void;
}

/** A Thrift server without Nest: listens, and passes each call to its runner. */
export class RpcServer {
  readonly #parts: RpcServerParts;
  readonly #limiter: CallLimiter;
  #connections: ConnectionTable | undefined;
  #listener: Listener | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: RpcServerParts) {
    this.#parts = parts;
    this.#limiter = new CallLimiter(parts.limits);
  }

  /** The server of `node:net`, or of `node:tls`; undefined before `listen`. */
  get net(): NetServer | undefined {
    return this.#listener?.server;
  }

  /** When the certificate that new connections get expires; undefined without TLS and before `listen`. */
  get certificateExpiry(): Date | undefined {
    return this.#listener?.certificateExpiry;
  }

  /** Numbers of open connections, and of running and queued calls, orphans included. */
  get load(): { readonly connections: number; readonly calls: number } {
    return { connections: this.#connections?.size ?? 0, calls: this.#limiter.inFlight };
  }

  /** Listens, and serves these methods. Calls back with the error, if any. @throws ThriftStartError for TLS files. */
  listen(methods: MethodTable, callback: (error?: unknown) => void): void {
    const parts = this.#parts;
    const limiter = this.#limiter;
    const deadlines = new Deadlines<ServerCall>((call) => {
      call.expire();
    });
    const dispatcher = new Dispatcher({ ...parts, methods, limiter, deadlines });
    const connections = new ConnectionTable({ ...parts, limiter, dispatcher, path: parts.listen.path });
    this.#connections = connections;
    this.#listener = new Listener(parts.listen, parts.limits, {
      ...parts,
      onConnection: () => {
        limiter.onConnection();
      },
      onAccepted: (socket) => {
        connections.add(socket);
      },
    });
    this.#listener.listen(callback);
  }

  /** Drains and closes. Further calls return the same promise. Before `listen`, does nothing. */
  close(): Promise<void> {
    if (this.#listener === undefined) return Promise.resolve();
    this.#closing ??= this.#drainAndClose(this.#listener);
    return this.#closing;
  }

  async #drainAndClose(listener: Listener): Promise<void> {
    this.#parts.onDrain();
    const stopped = listener.stop();
    await this.#connections?.drain();
    listener.endHandshakes();
    await stopped;
  }
}
