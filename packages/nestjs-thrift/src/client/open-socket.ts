import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ThriftTransportError } from '../errors.js';
import type { ClientSettings } from './client-options.js';
import { describeSocketError } from './socket-error.js';
import { describeTarget, type Target } from './target.js';

/** Interval of keep-alive probes, which detect that the other end vanished without closing. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Opens a socket, with TLS completed.
 * @throws ThriftTransportError `connect-failed`; when `signal` aborts, its reason.
 */
export function openSocket(target: Target, settings: ClientSettings, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    new Attempt(target, settings, signal, resolve, reject).start();
  });
}

/** One attempt to connect, settled by the first of: an open socket, an error, its timeout, the signal. */
class Attempt {
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly target: Target,
    private readonly settings: ClientSettings,
    private readonly signal: AbortSignal,
    private readonly resolve: (socket: Socket) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.#socket = create(target, settings);
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
    const message = `Can't connect to ${describeTarget(this.target)}: ${describeSocketError(cause)}; no call was sent`;
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

function create({ host, port, path, servername }: Target, { tls }: ClientSettings): Socket {
  const target = path === undefined ? { host, port } : { path };
  const shared = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  if (tls === undefined) return connectTcp({ ...shared, ...target });
  // A name for the handshake must not be an address.
  const named = servername === undefined || isIP(servername) > 0 ? {} : { servername };
  return connectTls({ ...shared, ...target, ...named, ...tls.current() });
}
