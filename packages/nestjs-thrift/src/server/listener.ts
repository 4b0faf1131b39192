import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type DropArgument, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import { DEFAULT_PORT } from '../connection/default-port.js';
import { strangerAt } from '../connection/peer.js';
import type { ThriftLimits } from '../limits.js';
import type { Reject } from './events.js';
import { expiryOf, readTlsFiles, watchTlsFiles, type ThriftTlsOptions } from './tls-files.js';

/** Where a server listens. */
export interface ListenOptions {
  /** Default 9090, the port that Apache's examples use; 0 = any free port. */
  readonly port?: number;
  /** Default: all interfaces. */
  readonly host?: string;
  /** The path of a Unix domain socket, instead of port and host. */
  readonly path?: string;
  /** Encrypts all connections; bytes that are not TLS are refused then. */
  readonly tls?: ThriftTlsOptions;
}

/** What a listener reports. */
export interface ListenerEvents {
  /** A connection is open, on a TLS port with its handshake done. */
  readonly onAccepted: (socket: Socket) => void;
  /** A connection was closed before it was open. */
  readonly reject: Reject;
  /** The socket failed after the start. */
  readonly onError: (error: Error) => void;
  readonly log: (message: string) => void;
}

/** TLS handshakes that may be under way beside the connections, as a part of their limit. */
const HANDSHAKE_SHARE = 1 / 4;

/** The socket that a server listens on: TCP or a Unix domain socket, plain or TLS. */
export class Listener {
  /** The server of `node:net`, or of `node:tls`. */
  readonly server: NetServer;
  private readonly handshaking = new Set<Socket>();
  private unwatch: (() => void) | undefined;
  private expiry: Date | undefined;

  /** @throws ThriftStartError for TLS files that can't be read. */
  constructor(
    private readonly options: ListenOptions,
    private readonly limits: ThriftLimits,
    private readonly events: ListenerEvents,
  ) {
    this.server = options.tls === undefined ? this.createPlain() : this.createTls(options.tls);
  }

  /** When the certificate that new connections get expires; undefined without TLS. */
  get certificateExpiry(): Date | undefined {
    return this.expiry;
  }

  /** Calls back once it listens, or with the error that it does not: a port in use, a certificate that is none. */
  listen(callback: (error?: unknown) => void): void {
    const { port = DEFAULT_PORT, host, path } = this.options;
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
        this.events.onError(error);
      });
      callback();
    });
    this.server.listen(target);
  }

  /** Takes no new connections; resolves when those that it has are closed. */
  stop(): Promise<void> {
    this.unwatch?.();
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  /** Cuts connections that have not come to TLS yet. */
  cutHandshakes(): void {
    for (const socket of this.handshaking) socket.destroy();
  }

  private createPlain(): NetServer {
    return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.events.onAccepted(socket);
    });
  }

  private createTls(options: ThriftTlsOptions): TlsServer {
    const handshakeTimeout = this.limits.partialMessageTimeoutMs;
    const files = readTlsFiles(options);
    const server = createTlsServer({ ...files, allowHalfOpen: true, noDelay: true, handshakeTimeout }, (socket) => {
      this.events.onAccepted(socket);
    });
    server.on('connection', (socket: Socket) => {
      this.handshaking.add(socket);
      socket.on('close', () => this.handshaking.delete(socket));
    });
    // A socket that is destroyed has forgotten its address, unless it was asked before: this is the event that has the
    // socket before its certificate is looked at.
    server.on('keylog', (_, socket) => socket.remoteAddress);
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const text = describeTlsError(error, socket);
      this.events.reject(strangerAt(socket.remoteAddress ?? '', socket.remotePort), 'tls-handshake', text);
      // Node itself leaves a socket open whose time for the handshake is over.
      socket.destroy();
    });
    // Connections are limited where they are open; handshakes here, or they would be another way to hold sockets.
    server.maxConnections = Math.ceil(this.limits.maxConnections * (1 + HANDSHAKE_SHARE));
    server.on('drop', (data?: DropArgument) => {
      const message = `is one TLS handshake more than ${String(server.maxConnections)} connections leave room for`;
      this.events.reject(strangerAt(data?.remoteAddress ?? '', data?.remotePort), 'connection-limit', message);
    });
    this.expiry = expiryOf(files);
    const take = (changed: typeof files): void => {
      // Connections that are open stay as they are.
      server.setSecureContext(changed);
      this.expiry = expiryOf(changed);
    };
    this.unwatch = watchTlsFiles(options, take, (message) => {
      this.events.log(message);
    });
    return server;
  }
}

/** Where a certificate was refused, Node's error says no more than that the connection is gone. */
function describeTlsError({ code, message }: NodeJS.ErrnoException, { authorizationError }: TLSSocket): string {
  // Declared as an Error; it is the code of one, and null where there is none.
  const refused = authorizationError as unknown as string | null;
  if (refused !== null) return `failed the TLS handshake: its client certificate is not accepted (${refused})`;
  return `failed the TLS handshake (${code ?? message}); this port speaks TLS only`;
}

/**
 * A process that was killed leaves its socket's file behind; one that lives answers on it. Calls back with `inUse` when
 * the path is taken by anything but such a file, or with the error that the file can't be removed.
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
      // Connections to other files and to folders are refused as well.
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
