import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { AppConfig } from '../../config/config.js';
import { loadConfig } from '../../config/load-config.js';
import { ClientThrift } from '../../infrastructure/thrift/index.js';
import type { TasksClient } from '../thrift/tasks.generated.js';

/** Where the service is, as the command line says it. */
export interface ConnectionFlags {
  /** Default: where a service with this environment listens. */
  readonly host?: string;
  readonly port?: number;
  /** How long a call may take, in milliseconds. */
  readonly timeout: number;
  readonly tls?: boolean;
  /** Paths of PEM files. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A connection to the service. */
export interface TasksConnection {
  readonly tasks: TasksClient;
  close(): Promise<void>;
}

const IDL = new URL('../../../idl/tasks.thrift', import.meta.url);
const LOOPBACK = '127.0.0.1';

/**
 * Connects at the first call.
 *
 * @throws ConfigError when the environment, which gives the defaults, is bad. @throws Error of `node:fs` for TLS files.
 */
export async function openConnection(flags: ConnectionFlags): Promise<TasksConnection> {
  const { config } = await loadConfig();
  const { host, port } = { ...ownAddress(config), ...flags };
  const client = new ClientThrift({
    idl: IDL,
    host,
    port,
    tls: tlsOptions(flags, config),
    // A person, or a probe, sees at once that nobody is there.
    waitForConnection: false,
    maxRetries: 0,
    connectTimeoutMs: flags.timeout,
    limits: { callTimeoutMs: flags.timeout },
  });
  return { tasks: client.getService<TasksClient>('Tasks'), close: () => client.close() };
}

function ownAddress({ thrift }: AppConfig): { host: string; port: number } {
  const isEverywhere = thrift.host === '0.0.0.0' || thrift.host === '::';
  return { host: isEverywhere ? LOOPBACK : thrift.host, port: thrift.port };
}

function tlsOptions(flags: ConnectionFlags, { thrift: { tls } }: AppConfig): ConnectionOptions | undefined {
  const { ca, cert, key } = flags;
  if (flags.tls === true || ca !== undefined || cert !== undefined) {
    return { ca: read(ca), cert: read(cert), key: read(key), servername: serverName(flags.host) };
  }
  if (tls === undefined || flags.host !== undefined) return undefined;
  // The service of this very machine, probably asked for its health: it shows itself with its own certificate, and who
  // could take its place here could read its key as well.
  return { cert: read(tls.certFile), key: read(tls.keyFile), rejectUnauthorized: false };
}

/** SNI takes names only, no addresses. */
function serverName(host: string | undefined): string | undefined {
  return host === undefined || isIP(host) !== 0 ? undefined : host;
}

function read(path: string | undefined): Buffer | undefined {
  return path === undefined ? undefined : readFileSync(path);
}
