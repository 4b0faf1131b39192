import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ThriftTransportError } from '../errors.js';
import type { ClientSettings } from './client-options.js';

/** Probes an idle connection this often, so that one whose other end is gone without a word is noticed. */
const KEEP_ALIVE_MS = 60_000;

/** Where a client connects to, for messages. */
export function targetOf({ host, port, path }: ClientSettings): string {
  return path ?? `${host}:${String(port)}`;
}

/**
 * Opens a socket, with TLS completed.
 * @throws ThriftTransportError `connect-failed`; when `signal` aborts, its reason.
 */
export function openSocket(settings: ClientSettings, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = create(settings);
    const fail = (cause: Error): void => {
      const message = `Can't connect to ${targetOf(settings)}: ${describe(cause)}`;
      stop(cause === signal.reason ? cause : new ThriftTransportError('connect-failed', 'no', message, { cause }));
    };
    const onClose = (): void => {
      fail(new Error('the server closed the connection during the TLS handshake'));
    };
    const onAbort = (): void => {
      fail(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      fail(new Error(`no answer within ${String(settings.connectTimeoutMs)} ms`));
    }, settings.connectTimeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('close', onClose);
    };
    const stop = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    signal.addEventListener('abort', onAbort);
    socket.on('error', fail);
    socket.on('close', onClose);
    socket.once(settings.tls === undefined ? 'connect' : 'secureConnect', () => {
      settle();
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function create(settings: ClientSettings): Socket {
  const { host, port, path, tls } = settings;
  const target = path === undefined ? { host, port } : { path };
  const shared = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  return tls === undefined ? connectTcp({ ...shared, ...target }) : connectTls({ ...shared, ...target, ...tls });
}

/** Both addresses of a host may fail: then the error has no message of its own. */
function describe(error: Error): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(String).join(', ');
  return error.message;
}
