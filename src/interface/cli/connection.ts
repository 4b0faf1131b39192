import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { parseConfig, type AppConfig } from '../../config/config.js';
import { Environment, loadConfig, readTlsFiles, type TlsFiles } from '@tasks/service';
import { ClientThrift } from 'nestjs-thrift';
import { TASKS_IDL, type TasksClient } from '@tasks/idl';
import { tlsMismatch } from './tls-mismatch.js';

/** Address options of the command line. */
export interface ConnectionFlags {
  /** Default: the address of a service with this environment. */
  readonly host?: string;
  readonly port?: number;
  /** Time limit of a call, in milliseconds. */
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
  /** Explains a failed call: detects when only one side uses TLS. */
  explained(error: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * Connects at the first call.
 *
 * @throws ConfigError for bad options, or a bad environment, which contains the defaults.
 */
export async function openConnection(flags: ConnectionFlags): Promise<TasksConnection> {
  const { config } = await loadConfig(parseConfig);
  const { host, port } = { ...ownAddress(config), ...flags };
  const tls = tlsOptions(flags, config);
  const client = new ClientThrift({
    idl: TASKS_IDL,
    host,
    port,
    tls,
    // Fail at once when nothing listens: users and probes should not wait.
    waitForConnection: false,
    maxRetries: 0,
    connectTimeoutMs: flags.timeout,
    limits: { callTimeoutMs: flags.timeout },
  });
  return {
    tasks: client.getService<TasksClient>('Tasks'),
    explained: async (error) => (await tlsMismatch({ host, port, tls }, error)) ?? error,
    close: () => client.close(),
  };
}

function ownAddress({ thrift }: AppConfig): { host: string; port: number } {
  const isEverywhere = thrift.host === '0.0.0.0' || thrift.host === '::';
  return { host: isEverywhere ? LOOPBACK : thrift.host, port: thrift.port };
}

function tlsOptions(flags: ConnectionFlags, { thrift: { tls } }: AppConfig): ConnectionOptions | undefined {
  const { cert, key, ca } = tlsFiles(flags);
  if (flags.tls === true) {
    return { ca: ca?.pem, cert: cert?.pem, key: key?.pem, servername: serverName(flags.host) };
  }
  if (tls === undefined || flags.host !== undefined) return undefined;
  // A call to this machine, probably the health check: the service's own certificate is accepted, since any local
  // process that could replace the service could read its key as well.
  return { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile), rejectUnauthorized: false };
}

function tlsFiles(flags: ConnectionFlags): TlsFiles {
  const environment = new Environment({ '--cert': flags.cert, '--key': flags.key, '--ca': flags.ca });
  const files = readTlsFiles(environment, { cert: '--cert', key: '--key', ca: '--ca' });
  if ((files.cert === undefined) !== (files.key === undefined)) {
    environment.report('--cert and --key must be given together');
  }
  if (flags.tls !== true && (files.cert ?? files.key ?? files.ca)) {
    environment.report('--ca, --cert and --key are for TLS: give --tls as well');
  }
  environment.assertGood();
  return files;
}

/** SNI accepts only names, no addresses. */
function serverName(host: string | undefined): string | undefined {
  return host === undefined || isIP(host) !== 0 ? undefined : host;
}
