import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import { DEFAULT_PORT } from '../connection/default-port.js';
import type { ThriftLimits } from '../limits.js';
import type { Reject } from './events.js';
import { HandshakeTable } from './handshake-table.js';
import { expiryOf, readTlsFiles, watchTlsFiles, type ThriftTlsOptions } from './tls-files.js';

/** Where a server listens. */
export interface ListenOptions {
  /** Default 9090, the port that Apache's examples use; 0 = any free port. */
  readonly port?: number;
  /** Default: all interfaces. */
  readonly host?: string;
  /** The path of a Unix domain socket, instead of port and host. */
  readonly path?: string;
  /** Encrypts all connections; plain ones are rejected then. */
  readonly tls?: ThriftTlsOptions;
}

/** Callbacks of a listener. */
export interface ListenerEvents {
  /** Called when a connection arrives, on a TLS port before the handshake. */
  readonly onConnection: () => void;
  /** Called with each new connection, on a TLS port after the handshake. */
  readonly onAccepted: (socket: Socket) => void;
  /** Called for a connection that was closed before it was accepted. */
  readonly reject: Reject;
  /** Called when the listening socket fails after the start. */
  readonly onError: (error: Error) => void;
  readonly log: (message: string) => void;
}

/** The socket that a server listens on: TCP or a Unix domain socket, plain or TLS. */
export class Listener {
  /** The server of `node:net`, or of `node:tls`. */
  readonly server: NetServer;
  readonly #handshakes: HandshakeTable;
  #unwatch: (() => void) | undefined;
  #expiry: Date | undefined;
  readonly #options: ListenOptions;
  readonly #limits: ThriftLimits;
  readonly #events: ListenerEvents;

  /** @throws ThriftStartError for unreadable TLS files. */
  constructor(options: ListenOptions, limits: ThriftLimits, events: ListenerEvents) {
    this.#options = options;
    this.#limits = limits;
    this.#events = events;
    this.#handshakes = new HandshakeTable(limits.maxConnections, events.reject);
    this.server = options.tls === undefined ? this.#createPlain() : this.#createTls(options.tls);
    this.server.on('connection', events.onConnection);
  }

  /** When the certificate that new connections get expires; undefined without TLS. */
  get certificateExpiry(): Date | undefined {
    return this.#expiry;
  }

  /** Calls back once it listens, or with the error: a port in use, an invalid certificate. */
  listen(callback: (error?: unknown) => void): void {
    const { port = DEFAULT_PORT, host, path } = this.#options;
    const target = path === undefined ? { port, host } : { path };
    let mayRetry = path !== undefined;
    const onError = (error: NodeJS.ErrnoException): void => {
      if (path === undefined || !mayRetry || error.code !== 'EADDRINUSE') {
        callback(error);
        return;
      }
      mayRetry = false;
      removeStaleSocket(path, error, (failure) => {
        if (failure === undefined) this.server.listen(target);
        else callback(failure);
      });
    };
    this.server.on('error', onError);
    this.server.once('listening', () => {
      this.server.off('error', onError);
      this.server.on('error', (error) => {
        this.#events.onError(error);
      });
      callback();
    });
    this.server.listen(target);
  }

  /** Stops listening; resolves when all connections are closed. */
  stop(): Promise<void> {
    this.#unwatch?.();
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  /** Ends the TLS handshakes in progress, which are all that is left after the drain. */
  endHandshakes(): void {
    this.#handshakes.destroy();
  }

  #createPlain(): NetServer {
    return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#events.onAccepted(socket);
    });
  }

  #createTls(options: ThriftTlsOptions): TlsServer {
    const handshakeTimeout = this.#limits.handshakeTimeoutMs;
    const files = readTlsFiles(options);
    const server = createTlsServer({ ...files, allowHalfOpen: true, noDelay: true, handshakeTimeout }, (socket) => {
      this.#handshakes.remove(rawSocketOf(socket));
      this.#events.onAccepted(socket);
    });
    // `server.maxConnections` would not do: with node:cluster, workers that have reached it pass a connection around without
    // end.
    server.prependListener('connection', (socket: Socket) => {
      this.#handshakes.add(socket);
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const peer = this.#handshakes.remove(rawSocketOf(socket));
      if (peer !== undefined) this.#events.reject(peer, 'tls-handshake', describeTlsError(error, socket));
      // After a handshake timeout, Node leaves the socket open.
      socket.destroy();
    });
    this.#expiry = expiryOf(files);
    const take = (changed: typeof files): void => {
      // Open connections are not affected.
      server.setSecureContext(changed);
      this.#expiry = expiryOf(changed);
    };
    this.#unwatch = watchTlsFiles(options, take, (message) => {
      this.#events.log(message);
    });
    return server;
  }
}

/** The socket that a TLS socket encrypts, as `connection` reported it. Node has no public name for it. */
function rawSocketOf(socket: TLSSocket): Socket {
  return (socket as unknown as { readonly _parent: Socket })._parent;
}

/** For a rejected client certificate, Node's own error says only that the connection was closed. */
function describeTlsError({ code, message }: NodeJS.ErrnoException, { authorizationError }: TLSSocket): string {
  // Declared as an Error, but Node sets its code, or null.
  const reason = authorizationError as unknown as string | null;
  if (reason !== null) return `failed the TLS handshake: its client certificate is not accepted (${reason})`;
  return `failed the TLS handshake (${code ?? message}); this port speaks TLS only`;
}

/**
 * Removes the socket file that a killed process left behind; a running process would accept the connection. Calls back
 * with `inUse` when the path is anything else, or with the error of removing it.
 */
function removeStaleSocket(path: string, inUse: Error, callback: (failure?: unknown) => void): void {
  const probe = connect(path);
  probe.once('connect', () => {
    probe.destroy();
    callback(inUse);
  });
  probe.once('error', (error: NodeJS.ErrnoException) => {
    let failure: unknown = inUse;
    try {
      // Other files and folders refuse connections as well.
      if (error.code === 'ECONNREFUSED' && lstatSync(path).isSocket()) {
        unlinkSync(path);
        failure = undefined;
      }
    } catch (cause) {
      failure = cause;
    }
    callback(failure);
  });
}
