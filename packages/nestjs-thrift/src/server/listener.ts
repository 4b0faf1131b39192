import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { DEFAULT_PORT } from '../connection/default-port.js';
import type { ThriftLimits } from '../limits.js';
import { readTlsFiles, watchTlsFiles, type ThriftTlsOptions } from './tls-files.js';

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

/** Who gets what a listener takes in. */
export interface ListenerHost {
  readonly limits: ThriftLimits;
  accept(socket: Socket): void;
  /** A connection that was closed before it became one. */
  turnedAway(reason: 'connection-limit' | 'tls-handshake', message: string, address: string, port?: number): void;
  failed(error: Error): void;
  log(message: string): void;
}

/** The socket that a server listens on: TCP or a Unix domain socket, plain or TLS. */
export class Listener {
  /** The server of `node:net`, or of `node:tls`. */
  readonly server: NetServer;
  private readonly handshaking = new Set<Socket>();
  private unwatch: (() => void) | undefined;

  /** @throws ThriftStartError for TLS files that can't be read. */
  constructor(
    private readonly options: ListenOptions,
    private readonly host: ListenerHost,
  ) {
    this.server = options.tls === undefined ? this.createPlain() : this.createTls(options.tls);
    this.server.maxConnections = host.limits.maxConnections;
    this.server.on('drop', (data) => {
      const message = `is one connection more than ${String(host.limits.maxConnections)}`;
      host.turnedAway('connection-limit', message, data?.remoteAddress ?? '', data?.remotePort);
    });
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
        this.host.failed(error);
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
      this.host.accept(socket);
    });
  }

  private createTls(options: ThriftTlsOptions): TlsServer {
    const handshakeTimeout = this.host.limits.partialMessageTimeoutMs;
    const files = readTlsFiles(options);
    const server = createTlsServer({ ...files, allowHalfOpen: true, noDelay: true, handshakeTimeout }, (socket) => {
      this.host.accept(socket);
    });
    server.on('connection', (socket: Socket) => {
      this.handshaking.add(socket);
      socket.on('close', () => this.handshaking.delete(socket));
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const message = `failed the TLS handshake (${error.code ?? error.message}); this port speaks TLS only`;
      this.host.turnedAway('tls-handshake', message, socket.remoteAddress ?? '', socket.remotePort);
      // Node itself leaves a socket open whose time for the handshake is over.
      socket.destroy();
    });
    this.unwatch = watchTlsFiles(options, server, (message) => {
      this.host.log(message);
    });
    return server;
  }
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
