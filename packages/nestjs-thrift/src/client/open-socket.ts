import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ThriftTransportError } from '../errors.js';
import type { ClientSettings } from './client-options.js';
import { describeSocketError } from './socket-error.js';

/** Interval of keep-alive probes, which detect that the other end vanished without closing. */
const KEEP_ALIVE_MS = 60_000;

/** The address that a client connects to, for error messages. */
export function targetOf({ host, port, path }: ClientSettings): string {
  return path ?? `${host}:${String(port)}`;
}

/**
 * Opens a socket, with TLS completed.
 * @throws ThriftTransportError `connect-failed`; when `signal` aborts, its reason.
 */
export function openSocket(settings: ClientSettings, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    new Attempt(settings, signal, resolve, reject).start();
  });
}

/** One attempt to connect, settled by the first of: an open socket, an error, its timeout, the signal. */
class Attempt {
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: ClientSettings,
    private readonly signal: AbortSignal,
    private readonly resolve: (socket: Socket) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.#socket = create(settings);
  }

  start(): void {
    const { connectTimeoutMs, tls } = this.settings;
    this.#timer = setTimeout(this.#onTimeout, connectTimeoutMs);
    this.signal.addEventListener('abort', this.#onAbort);
    this.#socket.on('error', this.#onError);
    this.#socket.on('close', this.#onClose);
    this.#socket.once(tls === undefined ? 'connect' : 'secureConnect', this.#onOpen);
  }

  readonly #onOpen = (): void => {
    this.#detach();
    this.#socket.off('error', this.#onError);
    this.resolve(this.#socket);
  };

  readonly #onError = (cause: Error): void => {
    const message = `Can't connect to ${targetOf(this.settings)}: ${describeSocketError(cause)}; no call was sent`;
    this.#fail(new ThriftTransportError('connect-failed', 'no', message, { cause }));
  };

  readonly #onClose = (): void => {
    this.#onError(new Error('the server closed the connection during the TLS handshake'));
  };

  readonly #onTimeout = (): void => {
    this.#onError(new Error(`no answer within ${String(this.settings.connectTimeoutMs)} ms`));
  };

  readonly #onAbort = (): void => {
    this.#fail(this.signal.reason as Error);
  };

  /** The error listener stays: a later error would end the process. */
  #fail(error: Error): void {
    this.#detach();
    this.#socket.destroy();
    this.reject(error);
  }

  #detach(): void {
    clearTimeout(this.#timer);
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#socket.off('close', this.#onClose);
  }
}

function create(settings: ClientSettings): Socket {
  const { host, port, path, tls } = settings;
  const target = path === undefined ? { host, port } : { path };
  const shared = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  return tls === undefined ? connectTcp({ ...shared, ...target }) : connectTls({ ...shared, ...target, ...tls });
}
