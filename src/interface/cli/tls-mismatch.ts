import { connect, type ConnectionOptions } from 'node:tls';
import { ThriftTransportError } from 'nestjs-thrift';

/** Time limit of the service's TLS handshake, after which it counts as a plain one, in milliseconds. */
const HANDSHAKE_LIMIT_MS = 1_000;

interface CalledAddress {
  readonly host: string;
  readonly port: number;
  /** Undefined: without TLS. */
  readonly tls: ConnectionOptions | undefined;
}

/**
 * Returns an error for a connection where only one side uses TLS, which otherwise looks like a disconnect; undefined
 * for other causes.
 */
export async function tlsMismatch({ host, port, tls }: CalledAddress, error: unknown): Promise<Error | undefined> {
  if (!(error instanceof ThriftTransportError)) return undefined;
  const place = `${host}:${String(port)}`;
  if (tls === undefined) {
    const hasTls = error.reason === 'connection-lost' && (await beginsTls(host, port));
    return hasTls ? new Error(`The service at ${place} takes connections by TLS only: give --tls`) : undefined;
  }
  const isPlain = NO_TLS.test(error.message);
  return isPlain ? new Error(`There is no TLS at ${place}: leave --tls out (${error.message})`) : undefined;
}

/** Errors of Node and OpenSSL for a peer that disconnects at the TLS handshake, or answers with something else. */
const NO_TLS =
  /during the TLS handshake|does not speak TLS|wrong version number|packet length too long|unsupported protocol/i;

function beginsTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Nothing is sent over this connection, so an unverified certificate is no risk.
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: HANDSHAKE_LIMIT_MS });
    const end = (hasTls: boolean) => (): void => {
      resolve(hasTls);
      socket.destroy();
    };
    socket.once('secureConnect', end(true)).once('timeout', end(false)).once('close', end(false));
    socket.on('error', end(false));
  });
}
